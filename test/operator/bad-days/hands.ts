// SPDX-License-Identifier: GPL-3.0-or-later
/** What people do to a cluster and an account by hand, past the operator and its wire. */
import { Aws } from '../../../src/clouds/aws/aws.ts';
import type { Credentials } from '../../../src/clouds/aws/clients.ts';
import { write } from '../../../src/clouds/aws/request.ts';
import type { AwsSession } from '../../../src/clouds/aws/session.ts';
import type { Resource } from '../../../src/kube/resource.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { backupTargets, type Running, type Start, type Worlds } from '../worlds.ts';

export const accountID = '123456789012';
export const region = 'ap-northeast-2';
export const secrets: Resource = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

type Sides = Pick<Worlds, 'aws' | 'clock'>;

export function sessionOf(
  { aws, clock }: Sides,
  credentials: Credentials,
  account = accountID,
  where = region,
): AwsSession {
  const wire = createWire({ transport: aws.service, clock, fence: unfenced });
  return new Aws({ wire, clock }).bare({ region: where, account, credentials });
}

/** The administrator of an AWS account. */
export function rootOf(sides: Sides, id = accountID, where = region): AwsSession {
  return sessionOf(sides, sides.aws.account(id).rootKey, id, where);
}

export const inS3 = (world: Sides, action: string, input: object) =>
  rootOf(world).send(write('s3', action, { Bucket: 'iksan-vm-backups', ...input }));
export const inIAM = (world: Sides, action: string, input: object) =>
  rootOf(world).send(write('iam', action, { UserName: 'user-vm-backups', ...input }));

export const account = (world: Sides) => world.aws.account(accountID);
export const bucketOf = (world: Sides, name = 'vm-backups') =>
  account(world)
    .buckets()
    .find((bucket) => bucket.name === `iksan-${name}`);
export const userOf = (world: Sides, name = 'vm-backups') =>
  account(world)
    .users()
    .find((user) => user.name === `user-${name}`);

export interface StoredSecret {
  readonly metadata: { readonly uid: string; readonly name: string };
  readonly data: Readonly<Record<string, string>>;
}

export function secretOf({ kubernetes }: Pick<Worlds, 'kubernetes'>, name = 'vm-backups'): StoredSecret | undefined {
  const all = kubernetes.objects('secrets', 'default') as unknown as StoredSecret[];
  return all.find(({ metadata }) => metadata.name === `${name}-s3`);
}

export function deliveredKey(world: Worlds, name?: string): string {
  return Buffer.from(secretOf(world, name)?.data['accessKeyID'] ?? '', 'base64').toString();
}

export const at = (name: string) => ({ namespace: 'default', name });

export async function deleteSecret(world: Worlds, name = 'vm-backups-s3'): Promise<void> {
  await world.admin.remove(secrets, at(name));
}

export async function editSecret(world: Worlds, data: Record<string, string | null>): Promise<void> {
  await world.admin.patch(secrets, at('vm-backups-s3'), { type: 'merge', body: { data } });
}

export async function editSpec(world: Worlds, spec: object, name = 'vm-backups'): Promise<void> {
  await world.admin.patch(backupTargets, at(name), { type: 'merge', body: { spec } });
}

export async function remove(world: Worlds, name = 'vm-backups'): Promise<void> {
  await world.admin.remove(backupTargets, at(name));
}

export const isReady = (world: Worlds, name?: string) => world.condition('Ready', name)?.status === 'True';
export const isSynced = (world: Worlds, name?: string) => world.condition('Synced', name)?.status === 'True';
export const generationSeen = (world: Worlds) =>
  (world.get()?.status as { observedGeneration?: number } | undefined)?.observedGeneration;
export const stalledBy = (world: Worlds, name?: string) => {
  const stalled = world.condition('Stalled', name);
  return stalled?.status === 'True' ? stalled.reason : undefined;
};

/** How many keys the user ever had at once, looked at before each request. */
export function mostKeys(
  world: () => Worlds,
  name?: string,
): { readonly seen: { most: number }; readonly onRequest: () => void } {
  const seen = { most: 0 };
  return {
    seen,
    onRequest() {
      seen.most = Math.max(seen.most, userOf(world(), name)?.keys.length ?? 0);
    },
  };
}

export const cloudCalls = ({ records }: Running) =>
  records.filter(({ call, result }) => call.service !== 'kubernetes' && result !== 'held');
export const cloudWrites = (running: Running) => cloudCalls(running).filter(({ call }) => call.effect === 'write');

interface StoredEvent {
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly name: string };
}

export function eventsOf({ kubernetes }: Worlds, name = 'vm-backups'): readonly StoredEvent[] {
  const all = kubernetes.objects('events') as unknown as StoredEvent[];
  return all.filter(({ involvedObject }) => involvedObject.name === name);
}

/** As its Deployment would: started again each time that it ends. */
export function keptUp(world: Worlds, options: Start = {}): { readonly all: Running[]; stop(): void } {
  const all: Running[] = [];
  const over = new AbortController();
  void (async () => {
    while (!over.signal.aborted) {
      const running = world.operator({ ...options, identity: `pod-${all.length}` });
      all.push(running);
      await running.ending;
      await world.clock.sleep(5000);
    }
  })();
  return {
    all,
    stop: () => over.abort(),
  };
}

/** Lets time pass in steps of five seconds: for the long waits, in which little happens. */
export async function glide({ clock }: Worlds, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 5) {
    for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(Math.min(5, left) * 1000);
  }
}
