// SPDX-License-Identifier: GPL-3.0-or-later
/** What people, and AWS, do to a rotation: it waits, says so, and programs go on with the key that they have. */
import { expect, test } from '@jest/globals';
import { write } from '../../../src/clouds/aws/request.ts';
import type { Transport } from '../../../src/wire/call.ts';
import { manifestOf, userName } from './manifests.ts';
import { administrator, deliveredIn, keysOf, passUntil } from './rotating.ts';
import { conditionOf, isReady, makeStage, type Manifest, type Stage, type StageOptions } from '../stage.ts';

const day = 86_400_000;
const hour = 3_600_000;

async function ready(
  options: StageOptions = {},
  accessKey: object = {},
): Promise<{ stage: Stage; manifest: Manifest }> {
  const stage = makeStage(options);
  const manifest = manifestOf({ accessKey });
  await stage.apply(manifest);
  await stage.until(manifest.name, isReady);
  await stage.clock.advance(hour);
  return { stage, manifest };
}

const rotation = (stage: Stage, { name }: Manifest) => conditionOf(stage.object(name), 'KeyRotation');
const told = (stage: Stage, manifest: Manifest, reason: string) => () => rotation(stage, manifest)?.reason === reason;
const statuses = (stage: Stage) => keysOf(stage).map(({ status }) => status);

async function leaked(stage: Stage, { name }: Manifest): Promise<void> {
  const now = new Date(stage.clock.now()).toISOString();
  await stage.annotate(name, { 'hybridcloud.dev/rotate-after': now });
}

/** A refusal in IAM's, or S3's, own words in place of the answer. */
function refusing(refuse: (text: string, url: URL) => string | undefined) {
  const on = { refuses: true };
  const around = (transport: Transport): Transport => {
    return async (request) => {
      const body = typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body);
      const code = on.refuses ? refuse(`${JSON.stringify(request.headers)} ${body}`, request.url) : undefined;
      if (code === undefined) return transport(request);
      const error = `<Code>${code}</Code><Message>refused</Message>`;
      const text = request.url.hostname.startsWith('iam')
        ? `<ErrorResponse><Error>${error}</Error></ErrorResponse>`
        : `<Error>${error}</Error>`;
      const bytes = async function* () {
        yield new TextEncoder().encode(text);
      };
      return { status: 403, headers: { 'content-type': 'text/xml' }, body: bytes() };
    };
  };
  return { on, around };
}

test('A key that leaked is replaced now, and with an overlap of zero it is inactive within seconds and gone within minutes.', async () => {
  const { stage, manifest } = await ready({}, { rotationOverlapHours: 0 });
  const [old] = keysOf(stage);
  await leaked(stage, manifest);
  await passUntil(stage, manifest, () => statuses(stage)[0] === 'Inactive', 60_000);
  expect(deliveredIn(stage).id).not.toBe(old?.id);
  await passUntil(stage, manifest, () => keysOf(stage).length === 1, 10 * 60_000);
  await passUntil(stage, manifest, told(stage, manifest, 'Scheduled'), 60_000);
  expect(keysOf(stage)).toMatchObject([{ id: deliveredIn(stage).id, status: 'Active' }]);
});

test('With rotationPeriodDays 0 no key is replaced by the calendar, and the annotation still does it.', async () => {
  const { stage, manifest } = await ready({}, { rotationPeriodDays: 0 });
  await stage.clock.advance(1000 * day);
  await stage.look(manifest.name);
  await stage.look(manifest.name);
  expect(rotation(stage, manifest)).toMatchObject({ status: 'True', reason: 'SwitchedOff' });
  expect(keysOf(stage)).toHaveLength(1);
  await leaked(stage, manifest);
  await passUntil(stage, manifest, told(stage, manifest, 'Overlap'), 60_000);
});

test('LimitExceeded: a second key that somebody else made blocks the rotation only, and goes on once it is gone.', async () => {
  const { stage, manifest } = await ready();
  const root = administrator(stage);
  const [old] = keysOf(stage);
  const { AccessKey } = await root.send<{ AccessKey: { AccessKeyId: string } }>(
    write('iam', 'CreateAccessKey', { UserName: userName }),
  );
  await stage.clock.advance(90 * day);
  await passUntil(stage, manifest, told(stage, manifest, 'KeySlotsTaken'), hour);
  expect(rotation(stage, manifest)).toMatchObject({ status: 'False' });
  expect(rotation(stage, manifest)?.message).toContain(AccessKey.AccessKeyId);
  expect(isReady(stage.object(manifest.name))).toBe(true);
  expect(deliveredIn(stage).id).toBe(old?.id);
  await root.send(write('iam', 'DeleteAccessKey', { UserName: userName, AccessKeyId: AccessKey.AccessKeyId }));
  await passUntil(stage, manifest, told(stage, manifest, 'Overlap'), hour);
});

test('An old key that somebody made active again stays, and that is said; made inactive once more, it goes.', async () => {
  const { stage, manifest } = await ready({}, { rotationOverlapHours: 0 });
  const [old] = keysOf(stage);
  const set = (Status: string) =>
    administrator(stage).send(
      write('iam', 'UpdateAccessKey', { UserName: userName, AccessKeyId: old?.id ?? '', Status }),
    );
  await leaked(stage, manifest);
  await passUntil(stage, manifest, () => statuses(stage)[0] === 'Inactive', 60_000);
  await set('Active');
  await passUntil(stage, manifest, told(stage, manifest, 'OldKeyReactivated'), hour);
  await stage.clock.advance(100 * day);
  for (let look = 0; look < 3; look++) await stage.look(manifest.name);
  expect(statuses(stage)).toEqual(['Active', 'Active']);
  expect(isReady(stage.object(manifest.name))).toBe(true);
  await set('Inactive');
  await passUntil(stage, manifest, () => keysOf(stage)[0]?.id !== old?.id, hour);
});

test('InvalidAccessKeyId: a new key that AWS never accepts is tried again, then replaced by another; the old one serves all the while.', async () => {
  let refused = '';
  const { on, around } = refusing((text, url) =>
    refused !== '' && text.includes(refused) && url.hostname.includes('s3') ? 'InvalidAccessKeyId' : undefined,
  );
  const { stage, manifest } = await ready({ around });
  const [old] = keysOf(stage);
  await leaked(stage, manifest);
  await passUntil(stage, manifest, () => (refused = keysOf(stage)[1]?.id ?? '') !== '', 60_000);
  await passUntil(stage, manifest, told(stage, manifest, 'NewKeyFails'), hour);
  expect(deliveredIn(stage).id).toBe(old?.id);
  expect(isReady(stage.object(manifest.name))).toBe(true);
  await passUntil(stage, manifest, told(stage, manifest, 'Overlap'), 2 * hour);
  expect(keysOf(stage).map(({ id }) => id)).toEqual([old?.id, deliveredIn(stage).id]);
  expect(deliveredIn(stage).id).not.toBe(refused);
  expect(on.refuses).toBe(true);
});

test('AccessDenied: without iam:UpdateAccessKey the rotation waits, names the permission, and Ready stays.', async () => {
  const { on, around } = refusing((text) => (text.includes('Action=UpdateAccessKey') ? 'AccessDenied' : undefined));
  const { stage, manifest } = await ready({ around }, { rotationOverlapHours: 0 });
  await leaked(stage, manifest);
  await passUntil(stage, manifest, told(stage, manifest, 'RotationRefused'), hour);
  expect(rotation(stage, manifest)?.message).toContain('iam:UpdateAccessKey');
  await passUntil(stage, manifest, () => isReady(stage.object(manifest.name)), 60_000);
  expect(statuses(stage)).toEqual(['Active', 'Active']);
  on.refuses = false;
  await passUntil(stage, manifest, () => keysOf(stage).length === 1, 2 * hour);
});

test('The Secret is deleted in the overlap: a new key is made, both old ones go, and there are never three.', async () => {
  const { stage, manifest } = await ready();
  await leaked(stage, manifest);
  await passUntil(stage, manifest, told(stage, manifest, 'Overlap'), 60_000);
  const before = keysOf(stage).map(({ id }) => id);
  const resource = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
  await stage.person.remove(resource, { namespace: 'default', name: 'vm-backups-s3' });
  await passUntil(stage, manifest, () => !before.includes(deliveredIn(stage).id) && keysOf(stage).length === 1, hour);
  await passUntil(stage, manifest, () => isReady(stage.object(manifest.name)), hour);
  expect(stage.aws.calls.filter(({ action, status }) => action === 'CreateAccessKey' && status >= 400)).toEqual([]);
});
