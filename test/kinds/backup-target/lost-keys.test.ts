// SPDX-License-Identifier: GPL-3.0-or-later
/** A key whose answer was lost is ours and is deleted; one that a person made is not, however near in time it is. */
import { expect, test } from '@jest/globals';
import { read, write } from '../../../src/clouds/aws/request.ts';
import type { AwsSession } from '../../../src/clouds/aws/session.ts';
import { Aws } from '../../../src/clouds/aws/aws.ts';
import { madeFor, spanFrom } from '../../../src/kinds/backup-target/plan/reservation.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { manifestOf, region, userName } from './manifests.ts';
import { administrator, deliveredIn, keysOf, secretIn } from './rotating.ts';
import { account, conditionOf, isReady, makeStage, type Stage } from '../stage.ts';
import { now } from './worlds.ts';

const minute = 60_000;
const key = (createdAt: number) => ({ id: 'AKIAAAAAAAAAAAAAAAAA', createdAt, active: true });
const place = { at: now, besides: [], span: spanFrom(now, undefined) };

test.each([
  ['a minute before the place was reserved', now - minute, false],
  ['in the second before it, as both clocks are cut off to seconds', now - 1000, true],
  ['right after it', now + 1000, true],
  ['as late as a request may live', now + 15 * minute, true],
  ['later than any request of ours lives', now + 17 * minute, false],
])('a key made %s', (_when, createdAt, ours) => {
  expect(madeFor(key(createdAt), place, undefined)).toBe(ours);
});

test('a key that was there before, or is younger than the one that was delivered, is nobody’s lost one', () => {
  expect(madeFor(key(now), { ...place, besides: [key(now).id] }, undefined)).toBe(false);
  expect(madeFor(key(now + minute), place, key(now + 1000))).toBe(false);
});

test('where IAM’s time was not known, no key is known by its time', () => {
  expect(madeFor(key(now), { at: now, besides: [] }, undefined)).toBe(false);
});

test('a place that is reserved anew still knows what may not show yet, and nothing older', () => {
  const former = spanFrom(now, undefined);
  expect(spanFrom(now + 2 * minute, former).from).toBe(now);
  expect(spanFrom(now + 15 * minute, former).from).toBe(now + 9 * minute);
  // nothing asked for then can come any more
  expect(spanFrom(now + 17 * minute, former).from).toBe(now + 17 * minute);
});

const { name, spec } = manifestOf();

/** A key that IAM made for us and whose answer nobody got; a person who holds the account's keys could not tell it from one of theirs. */
async function losing(): Promise<Stage> {
  const stage = makeStage();
  stage.aws.faults.add({ kind: 'answerLost', service: 'iam', action: 'CreateAccessKey', nth: 1 });
  await stage.apply({ name, spec });
  await stage.until(name, () => keysOf(stage).length === 1);
  return stage;
}

function calls(stage: Stage, action: string): number {
  return stage.outputs.records.filter(({ call }) => call.action === action).length;
}

test('a lost key was never used: that is asked, and it goes', async () => {
  const stage = await losing();
  const [lost] = keysOf(stage);
  await stage.until(name, isReady);
  expect(keysOf(stage).map(({ id }) => id)).toEqual([deliveredIn(stage).id]);
  expect(deliveredIn(stage).id).not.toBe(lost?.id);
  expect(calls(stage, 'GetAccessKeyLastUsed')).toBe(1);
});

async function use(stage: Stage, credentials: { accessKeyID: string; secretAccessKey: string }): Promise<void> {
  const wire = createWire({ transport: stage.aws.service, clock: stage.clock, fence: unfenced });
  const session = new Aws({ wire, clock: stage.clock }).bare({ region, account, credentials });
  await session.send(read('sts', 'GetCallerIdentity', {}));
}

async function makeKey(root: AwsSession): Promise<{ accessKeyID: string; secretAccessKey: string }> {
  const { AccessKey } = await root.send<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(
    write('iam', 'CreateAccessKey', { UserName: userName }),
  );
  return { accessKeyID: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}

test('a key that a person makes in the very moment, and uses, stays, is noted as not ours, and the object gets one of its own', async () => {
  const stage = makeStage();
  stage.aws.faults.add({ kind: 'requestLost', service: 'iam', action: 'CreateAccessKey', nth: 1 });
  await stage.apply({ name, spec });
  await stage.until(name, () => calls(stage, 'CreateAccessKey') === 1);
  const theirs = await makeKey(administrator(stage));
  await use(stage, theirs);
  await stage.until(name, isReady);
  expect(calls(stage, 'DeleteAccessKey')).toBe(0);
  expect(
    keysOf(stage)
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual([theirs.accessKeyID, deliveredIn(stage).id].toSorted());
  expect(secretIn(stage)?.metadata.annotations?.['hybridcloud.dev/reserved-besides']).toBe(theirs.accessKeyID);
  expect(calls(stage, 'GetAccessKeyLastUsed')).toBe(1);
});

test('nor is it taken away with the object: its user stays, and who has to act is told', async () => {
  const stage = makeStage();
  stage.aws.faults.add({ kind: 'requestLost', service: 'iam', action: 'CreateAccessKey', nth: 1 });
  await stage.apply({ name, spec });
  await stage.until(name, () => calls(stage, 'CreateAccessKey') === 1);
  const theirs = await makeKey(administrator(stage));
  await use(stage, theirs);
  await stage.remove(name);
  await stage.until(name, (object) => conditionOf(object, 'Stalled')?.reason === 'UserInUse');
  expect(keysOf(stage).map(({ id }) => id)).toEqual([theirs.accessKeyID]);
  expect(calls(stage, 'DeleteAccessKey')).toBe(0);
});

test('a lost key that may not be asked about is not deleted: the missing permission is told', async () => {
  const stage = await losing();
  const [lost] = keysOf(stage);
  stage.aws.faults.add({ kind: 'error', code: 'AccessDenied', status: 403, action: 'GetAccessKeyLastUsed', nth: 1 });
  await stage.until(name, () => calls(stage, 'GetAccessKeyLastUsed') === 1);
  expect(keysOf(stage).map(({ id }) => id)).toEqual([lost?.id]);
  expect(calls(stage, 'DeleteAccessKey')).toBe(0);
  await stage.until(name, isReady);
});
