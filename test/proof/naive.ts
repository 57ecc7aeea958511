// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The control: what a first draft of this operator would be. It makes things in order, remembers ids in the status at the end, has no
 * journal, no marks, no reservation, and leaves retries to the SDK. A harness that finds little wrong with it proves nothing.
 */
import type { AwsSession } from '../../src/clouds/aws/session.ts';
import { read, write } from '../../src/clouds/aws/request.ts';
import { Failure } from '../../src/core/failure.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Wire } from '../../src/wire/call.ts';
import type { Parts, Program } from './process.ts';
import { backupTargets } from './scenarios/backup-target.ts';
import { kinds } from '../../src/kinds/index.ts';
import type { Target } from './oracles/picture.ts';
import { account, region } from './worlds.ts';

const finalizer = 'hybridcloud.dev/finalizer';

/** Two more tries after a broken connection or a 5xx, as the SDK's standard mode makes them; for every call, whatever it does. */
export function retrying(wire: Wire): Wire {
  return {
    ...wire,
    async send(call, request) {
      for (let left = 2; ; left--) {
        try {
          const answer = await wire.send(call, request);
          if (call.service === 'kubernetes' || answer.status < 500 || left === 0) return answer;
        } catch (error) {
          if (call.service === 'kubernetes' || left === 0) throw error;
        }
      }
    },
  };
}

interface Remembered {
  readonly accessKey?: { readonly id: string; readonly createdAt: string };
}

async function unless(missing: RegExp, work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => {
    const code = error instanceof Failure && error.cause instanceof Error ? error.cause.name : '';
    if (!missing.test(code)) throw error;
  });
}

async function create(parts: Parts, session: AwsSession, object: KubeObject): Promise<Outcome> {
  const { spec } = object as unknown as Target;
  const { engine } = parts;
  const Bucket = spec.bucket.name;
  const UserName = spec.user.name;
  const make = (service: 's3' | 'iam', action: string, input: Record<string, unknown>) =>
    session.send<Record<string, never>>(write(service, action, input));
  await unless(
    /AlreadyOwned/,
    make('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  await make('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  await make('iam', 'CreateUser', { UserName });
  const Statement = [
    { Effect: 'Allow', Action: 's3:*', Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`] },
  ];
  await make('iam', 'PutUserPolicy', {
    UserName,
    PolicyName: spec.user.policyName,
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
  });
  const made = await make('iam', 'CreateAccessKey', { UserName });
  const { AccessKeyId: id = '', SecretAccessKey: value = '' } = (made['AccessKey'] ?? {}) as Record<string, string>;
  await engine.outside.secrets.create(object, {
    name: spec.accessKey.secretRef.name,
    type: 'Opaque',
    annotations: {},
    data: new Map([
      ['accessKeyID', id],
      ['secretAccessKey', value],
      ['bucket', Bucket],
    ]),
  });
  const time = new Date(engine.clock.now()).toISOString().replace(/\.\d+/, '');
  const of = { observedGeneration: object.metadata.generation, lastTransitionTime: time, reason: 'Done', message: '' };
  const conditions = [
    { type: 'Ready', status: 'True', ...of },
    { type: 'Synced', status: 'True', ...of },
    { type: 'Reconciling', status: 'False', ...of },
  ];
  const written = await engine.objects.writeStatus(object, {
    observedGeneration: object.metadata.generation,
    conditions,
    accessKey: { id, createdAt: time },
  });
  return { next: 'later', ms: 300_000, written };
}

async function remove(parts: Parts, session: AwsSession, object: KubeObject): Promise<Outcome> {
  const { spec, status } = object as unknown as Target;
  const { accessKey } = (status ?? {}) as Remembered;
  const Bucket = spec.bucket.name;
  const UserName = spec.user.name;
  const call = (service: 's3' | 'iam', action: string, input: Record<string, unknown>) =>
    session.send<Record<string, never>>(write(service, action, input));
  if (accessKey) {
    await call('iam', 'DeleteAccessKey', { UserName, AccessKeyId: accessKey.id });
    await call('iam', 'DeleteUserPolicy', { UserName, PolicyName: spec.user.policyName });
    await call('iam', 'DeleteUser', { UserName });
    if (spec.deletionPolicy === 'Delete') {
      const page = await session.send<{ Versions?: object[]; DeleteMarkers?: object[] }>(
        read('s3', 'ListObjectVersions', { Bucket }),
      );
      const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map((one) => {
        const { Key, VersionId } = one as { Key: string; VersionId: string };
        return { Key, VersionId };
      });
      if (Objects.length > 0) await call('s3', 'DeleteObjects', { Bucket, Delete: { Objects } });
      await call('s3', 'DeleteBucket', { Bucket });
    }
  }
  await parts.engine.objects.removeFinalizer(object, finalizer);
  return { next: 'gone' };
}

function naiveLook(parts: Parts): (object: KubeObject) => Promise<Outcome> {
  const { engine } = parts;
  return async (object) => {
    try {
      const session = await engine.outside.aws.session({ region, accountID: account });
      const { deletionTimestamp, finalizers = [] } = object.metadata;
      if (deletionTimestamp !== undefined)
        return finalizers.includes(finalizer) ? await remove(parts, session, object) : { next: 'gone' };
      if ((object.status as Remembered | undefined)?.accessKey) return { next: 'later', ms: 300_000 };
      const held = finalizers.includes(finalizer) ? object : await engine.objects.addFinalizer(object, finalizer);
      return await create(parts, session, held);
    } catch (error) {
      return { next: 'retry', error };
    }
  };
}

const { kind } = kinds.find(({ api }) => api.kind === 'BackupTarget') ?? {};
if (!kind) throw new Error('BackupTarget is no kind');

export const naive: Program = { name: 'naive', kind, resource: backupTargets, wire: retrying, look: naiveLook };

/** What it can do at all: it knows no updates, no drift and no adoption. */
export const naiveScenarios: readonly string[] = ['create', 'delete-retain', 'delete-data', 'delete-at-once'];

/** Judged by what comes out of it alone: that it has no marks and no finalizer rules of ours is not held against it. */
export const outcomes: readonly string[] = ['wedge', 'final-world', 'duplicate', 'three-keys', 'secret-lost'];
