// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A second opinion on our simulated AWS: the same engine against moto, which others wrote. Every difference that is known is asserted
 * here, so that one that goes away, or a new one, is seen; docs/second-opinion.md says what each means.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Aws } from '../../src/clouds/aws/aws.ts';
import { read, write, type AwsRequest } from '../../src/clouds/aws/request.ts';
import type { AwsSession } from '../../src/clouds/aws/session.ts';
import { unfenced } from '../../src/wire/guard.ts';
import type { Transport } from '../../src/wire/call.ts';
import { undiciTransport } from '../../src/wire/undici-transport.ts';
import { createWire } from '../../src/wire/wire.ts';
import { account, conditionOf, isReady, makeStage, statusOf, type Stage } from '../kinds/stage.ts';
import { manifestOf, region } from '../kinds/backup-target/manifests.ts';
import { motoVersion, startMoto, type Moto } from './moto-server.ts';
import { dropping, withoutBucketPolicies } from './moto-network.ts';

const version = motoVersion();
const where = version === undefined ? describe.skip : describe;
jest.setTimeout(60_000);
const title = version === undefined ? "skipped: Python's moto is not installed" : `Against moto ${version}`;
const credentials = { accessKeyID: 'AKIAOPERATOR', secretAccessKey: 'the-secret-of-the-operator' };

interface Names {
  readonly object: string;
  readonly bucket: string;
  readonly user: string;
  readonly secret: string;
}

function namesOf(n: number): Names {
  return {
    object: `vm-backups-${n}`,
    bucket: `iksan-cloud-backup-20251129-${n}`,
    user: `proxmox-backup-user-${n}`,
    secret: `vm-backups-${n}-s3`,
  };
}

where(title, () => {
  let moto: Moto;

  beforeAll(async () => {
    moto = await startMoto();
  }, 30_000);

  afterAll(async () => {
    await moto.stop();
  });

  const stageOn = (around?: (transport: Transport) => Transport): Stage =>
    makeStage({
      elsewhere: { endpoint: moto.url, transport: undiciTransport(), ambient: () => Promise.resolve(credentials) },
      ...(around ? { around } : {}),
    });

  /** Past the operator: what is really there. */
  const sessionOn = ({ clock }: Stage): AwsSession =>
    new Aws({
      wire: createWire({ transport: undiciTransport(), clock, fence: unfenced }),
      clock,
      endpoint: moto.url,
    }).bare({ region, account, credentials });

  /** moto drops the tags of CreateBucket, so that every bucket is nobody's at first. */
  async function adopted(stage: Stage, n: number, wish: Parameters<typeof manifestOf>[0] = {}): Promise<Names> {
    const names = namesOf(n);
    const annotations = { 'hybridcloud.dev/adopt': names.bucket };
    await stage.apply({ ...manifestOf(wish, n), annotations });
    await approve(stage, names.object);
    return names;
  }

  /** What would be done to the bucket is shown first; it is done when its plan is approved. */
  async function approve(stage: Stage, name: string): Promise<void> {
    await stage.until(name, (object) => conditionOf(object, 'Stalled')?.reason === 'AdoptionNeedsApproval');
    const { plan } = (stage.object(name)?.status ?? {}) as { plan?: { hash?: string } };
    await stage.annotate(name, { 'hybridcloud.dev/approve': plan?.hash ?? '' });
  }

  test('a new bucket is nobody’s, because CreateBucket loses its tags: the operator stops and says how to adopt it.', async () => {
    const stage = stageOn();
    const names = namesOf(1);
    await stage.apply(manifestOf({}, 1));
    await stage.until(names.object, (_object, { next }) => next === 'later');
    const stalled = conditionOf(stage.object(names.object), 'Stalled');
    expect(stalled).toMatchObject({ status: 'True', reason: 'NotOurs' });
    expect(stalled?.message).toContain(`hybridcloud.dev/adopt: ${names.bucket}`);
    await stage.annotate(names.object, { 'hybridcloud.dev/adopt': names.bucket });
    await approve(stage, names.object);
    await stage.until(names.object, (object) => statusOf(object, 'Synced') === 'True');
  });

  test('bucket, user, policy and key read back as from the simulator.', async () => {
    const stage = stageOn();
    const names = await adopted(stage, 2);
    await stage.until(names.object, (object) => statusOf(object, 'Synced') === 'True');
    const simulated = makeStage();
    await simulated.apply(manifestOf({}, 2));
    await simulated.until(names.object, isReady);
    const clouds = new Aws({
      wire: createWire({ transport: simulated.aws.service, clock: simulated.clock, fence: unfenced }),
      clock: simulated.clock,
    });
    const root = clouds.bare({ region, account, credentials: simulated.aws.account(account).rootKey });
    for (const request of readsOf(names)) {
      const [theirs, ours] = await Promise.all([told(sessionOn(stage), request), told(root, request)]);
      expect({ [request.action]: theirs }).toEqual({ [request.action]: asMotoSays(request, ours) });
    }
    const more = writesOf(stage).filter((action) => !writesOf(simulated).includes(action));
    // no tags at creation, and none of AWS's defaults for new buckets
    expect(more.sort()).toEqual(['PutBucketEncryption', 'PutBucketTagging', 'PutPublicAccessBlock']);
    expect(writesOf(simulated).filter((action) => !writesOf(stage).includes(action))).toEqual([
      'PutObject',
      'DeleteObject',
    ]);
  });

  test('the Secret holds the key that moto knows.', async () => {
    const stage = stageOn();
    const names = await adopted(stage, 3);
    await stage.until(names.object, (object) => statusOf(object, 'Synced') === 'True');
    const [secret] = stage.kube.objects('secrets', 'default') as unknown as { data: Record<string, string> }[];
    const id = Buffer.from(secret?.data['accessKeyID'] ?? '', 'base64').toString();
    const { AccessKeyMetadata: keys } = await sessionOn(stage).send<{ AccessKeyMetadata: { AccessKeyId: string }[] }>(
      read('iam', 'ListAccessKeys', { UserName: names.user }),
    );
    expect(keys.map((key) => key.AccessKeyId)).toEqual([id]);
  });

  test('the validation is refused, because moto ignores the condition of the TLS-only policy.', async () => {
    const stage = stageOn();
    const names = await adopted(stage, 4);
    const validated = () => stage.outputs.steps.some(({ step }) => step.do === 'ValidateAccess');
    await stage.until(names.object, validated);
    expect(statusOf(stage.object(names.object), 'Ready')).toBe('False');
    const puts = stage.outputs.records.filter(({ call }) => call.action === 'PutObject');
    expect(puts.map(({ result }) => result)).toEqual([403]);
  });

  test('without that policy the validation passes, and the object is Ready and comes to rest.', async () => {
    const stage = stageOn(withoutBucketPolicies());
    const names = await adopted(stage, 5);
    await stage.until(names.object, isReady);
    const before = stage.outputs.records.length;
    await stage.look(names.object);
    const later = stage.outputs.records.slice(before);
    expect(later.filter(({ call }) => call.effect === 'write')).toEqual([]);
  });

  test('a key whose answer was lost is found, deleted and made again.', async () => {
    const stage = stageOn((transport) => dropping('CreateAccessKey', withoutBucketPolicies()(transport)));
    const names = await adopted(stage, 6);
    await stage.until(names.object, isReady);
    const done = stage.outputs.steps.map(({ step, error }) => `${step.do}${error === undefined ? '' : ' failed'}`);
    expect(done.filter((step) => step.includes('AccessKey'))).toEqual([
      'CreateAccessKey failed',
      'DeleteAccessKey',
      'CreateAccessKey',
    ]);
    const { AccessKeyMetadata: keys } = await sessionOn(stage).send<{ AccessKeyMetadata: unknown[] }>(
      read('iam', 'ListAccessKeys', { UserName: names.user }),
    );
    expect(keys).toHaveLength(1);
  });

  test('deletion with Retain takes away user, key and Secret, and leaves the bucket without our mark.', async () => {
    const stage = stageOn();
    const names = await adopted(stage, 7);
    await stage.until(names.object, (object) => statusOf(object, 'Synced') === 'True');
    await stage.remove(names.object);
    await stage.until(names.object, () => false);
    const session = sessionOn(stage);
    expect(await told(session, read('iam', 'GetUser', { UserName: names.user }))).toBe('NoSuchEntityException');
    expect(await told(session, read('s3', 'GetBucketTagging', { Bucket: names.bucket }))).toBe('NoSuchTagSet');
    expect(stage.kube.objects('secrets', 'default')).toEqual([]);
  });

  test('deletion with the data empties the bucket, old versions too, and deletes it.', async () => {
    const stage = stageOn(withoutBucketPolicies());
    const names = await adopted(stage, 8, { deletionPolicy: 'Delete' });
    await stage.until(names.object, isReady);
    const session = sessionOn(stage);
    for (const Body of ['one', 'two'])
      await session.send(write('s3', 'PutObject', { Bucket: names.bucket, Key: 'vm/100', Body }));
    await stage.annotate(names.object, { 'hybridcloud.dev/confirm-data-loss': names.bucket });
    await stage.remove(names.object);
    await stage.until(names.object, () => false);
    expect(stage.object(names.object)).toBeUndefined();
    expect(await told(session, read('s3', 'GetBucketVersioning', { Bucket: names.bucket }))).toBe('NoSuchBucket');
  });
});

function readsOf({ bucket, user }: Names): AwsRequest[] {
  const settings = [
    'GetBucketTagging',
    'GetPublicAccessBlock',
    'GetBucketOwnershipControls',
    'GetBucketEncryption',
    'GetBucketVersioning',
    'GetBucketLifecycleConfiguration',
    'GetBucketPolicy',
    'GetBucketLocation',
  ];
  const on = { UserName: user };
  return [
    ...settings.map((action) => read('s3', action, { Bucket: bucket })),
    read('iam', 'GetUser', on),
    read('iam', 'ListUserPolicies', on),
    read('iam', 'GetUserPolicy', { ...on, PolicyName: 'Proxmox-S3-Backup-Policy' }),
    read('iam', 'ListAccessKeys', on),
  ];
}

/** New buckets refuse keys given by the customer (S3 User Guide, "Default SSE-C setting for new buckets"); moto does not know this. */
function asMotoSays({ action }: AwsRequest, ours: unknown): unknown {
  if (action !== 'GetBucketEncryption') return ours;
  const text = JSON.stringify(ours);
  expect(text).toContain('BlockedEncryptionTypes');
  return JSON.parse(text, (name, value: unknown) => (name === 'BlockedEncryptionTypes' ? undefined : value));
}

function writesOf({ outputs }: Stage): string[] {
  const sent = outputs.records.filter(({ call }) => call.effect === 'write' && call.service !== 'kubernetes');
  return [...new Set(sent.filter(({ result }) => Number(result) < 300).map(({ call }) => call.action))];
}

/** What differs from run to run, and what moto leaves out of an answer that means the same: ids, times, `IsTruncated: false`. */
const passing = new Set(['$metadata', 'UserId', 'CreateDate', 'AccessKeyId', 'IsTruncated']);

async function told(session: AwsSession, request: AwsRequest): Promise<unknown> {
  try {
    const answer = await session.send<object>(request);
    const text = JSON.stringify(answer, (name, value: unknown) => {
      // RFC 3986 as IAM says; moto leaves slashes as they are
      if (name === 'PolicyDocument') return decodeURIComponent(String(value));
      return passing.has(name) ? undefined : value;
    });
    // the owner's uid is another one in each cluster
    return JSON.parse(text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'uid'));
  } catch (error) {
    return ((error as Error).cause as Error | undefined)?.name ?? String(error);
  }
}
