// SPDX-License-Identifier: GPL-3.0-or-later
/** One BackupTarget's life: made, used with its own key, taken away with its data. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../../src/core/objects.ts';
import { readStatus } from '../../src/core/status.ts';
import { roundTrip, type Things } from './account.ts';
import { namespace, type Cluster } from './cluster.ts';
import type { Options } from './options.ts';

const resource = {
  group: 'hybridcloud.dev',
  version: 'v1alpha1',
  kind: 'BackupTarget',
  plural: 'backuptargets',
  namespaced: true,
} as const;
const secrets = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true } as const;
const secretName = 'smoke-s3';
/** IAM shows things within seconds, and says that it may take minutes. */
const readyMs = 10 * 60_000;
const goneMs = 15 * 60_000;

export interface Telling {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

function manifest({ id, bucket, user }: Things, { region }: Options) {
  return {
    apiVersion: 'hybridcloud.dev/v1alpha1',
    kind: 'BackupTarget',
    metadata: { name: id, namespace, annotations: { 'hybridcloud.dev/confirm-data-loss': bucket } },
    spec: {
      deletionPolicy: 'Delete',
      aws: { region },
      bucket: { name: bucket, tags: { smoke: id } },
      user: { name: user, policyName: 'smoke' },
      accessKey: { secretRef: { name: secretName } },
    },
  };
}

/** What a person would read in `kubectl get`. */
function seen(object: KubeObject | undefined): { readonly ready: boolean; readonly line: string } {
  if (!object) return { ready: false, line: 'gone' };
  const {
    status = 'Unknown',
    reason,
    message,
  } = readStatus(object).conditions.find(({ type }) => type === 'Ready') ?? { reason: 'New', message: 'not seen yet' };
  return { ready: status === 'True', line: `Ready=${status} ${reason}: ${message}` };
}

interface Wait {
  readonly cluster: Cluster;
  readonly id: string;
  readonly patienceMs: number;
}

/** Says what the object says, whenever that changes. */
async function until(
  { say, signal }: Telling,
  { cluster, id, patienceMs }: Wait,
  done: (object: KubeObject | undefined, ready: boolean) => boolean,
): Promise<void> {
  const end = performance.now() + patienceMs;
  let said = '';
  for (;;) {
    const object = cluster.backupTarget(id);
    const { ready, line } = seen(object);
    if (line !== said) say(`  ${line}`);
    said = line;
    if (done(object, ready)) return;
    if (performance.now() > end) throw new Error(`not within ${patienceMs / 60_000} minutes; the last was: ${line}`);
    await sleep(200, undefined, { signal });
  }
}

async function keyIn(cluster: Cluster): Promise<{ id: string; secret: string }> {
  const { data = {} } = (await cluster.client.get(secrets, { namespace, name: secretName })) as unknown as {
    data?: Record<string, string>;
  };
  const text = (name: string) => Buffer.from(data[name] ?? '', 'base64').toString();
  return { id: text('accessKeyID'), secret: text('secretAccessKey') };
}

export async function story(options: Options, things: Things, cluster: Cluster, telling: Telling): Promise<void> {
  const { say } = telling;
  const { id, bucket } = things;
  say(`BackupTarget ${id} is applied`);
  await cluster.client.create(resource, { namespace }, manifest(things, options));
  await until(telling, { cluster, id, patienceMs: readyMs }, (_, ready) => ready);
  const read = await roundTrip(options, bucket, await keyIn(cluster));
  if (read !== 'hello') throw new Error(`what was stored with the key of the Secret reads "${read}"`);
  say("an object was stored and read back with the Secret's key; BackupTarget is deleted, with its data");
  await cluster.client.remove(resource, { namespace, name: id });
  await until(telling, { cluster, id, patienceMs: goneMs }, (object) => object === undefined);
}
