// SPDX-License-Identifier: GPL-3.0-or-later
/** A life of a BackupTarget in which the operator makes every kind of call that it ever makes of Kubernetes. */
import type { HttpRequest, Transport } from '../../src/wire/call.ts';
import {
  annotate,
  backupTargets,
  place,
  putSecret,
  target,
  worlds,
  type Running,
  type Worlds,
} from '../operator/worlds.ts';
import { summary, type Asked, type RecordedCall } from './recorded-calls.ts';

/** Somebody else changes the object while our first finalizer is on its way: a conflict, and a look whether it is still the same. */
function raced(world: Worlds): Transport {
  let races = 1;
  return async (request) => {
    const body = typeof request.body === 'string' ? request.body : '';
    if (request.method === 'PATCH' && body.includes('finalizers') && races-- > 0)
      await annotate(world, { 'example.com/note': 'changed meanwhile' });
    return world.transport(request);
  };
}

/** A watch is authorised by the name in its field selector, which is no part of the call record. */
function watched({ url }: HttpRequest): Asked[] {
  const path = /\/namespaces\/([^/]+)\/([^/]+)$/.exec(url.pathname);
  const name = /^metadata\.name=(.+)$/.exec(url.searchParams.get('fieldSelector') ?? '')?.[1];
  if (!url.searchParams.has('watch') || !path?.[1] || !path[2]) return [];
  const named = name === undefined ? [] : [{ name: 'name', value: name }];
  return [{ action: `watch ${path[2]}`, parameters: [{ name: 'namespace', value: path[1] }, ...named] }];
}

async function live(world: Worlds, onRequest: (request: HttpRequest) => void): Promise<Running[]> {
  const ready = () => world.condition('Ready')?.status === 'True';
  const first = world.operator({ transport: raced(world), onRequest });
  await world.until(() => first.operator.phase === 'leading');
  world.kubernetes.install([
    target({ deletionPolicy: 'Delete', aws: { region: 'ap-northeast-2', credentialsSecretRef: { name: 'aws' } } }),
  ]);
  await world.until(() => world.condition('Ready')?.reason === 'CredentialsMissing');
  const { accessKeyID, secretAccessKey } = world.aws.account('123456789012').rootKey;
  await putSecret(world, 'aws', { accessKeyID, secretAccessKey });
  await world.until(ready);
  await first.operator.stop('hand over');
  // the next one says what the first said: its Event is there already, and is counted on
  const second = world.operator({ onRequest });
  await world.until(() => second.operator.phase === 'leading');
  await putSecret(world, 'aws', { accessKeyID: '' });
  await world.until(() => world.condition('Ready')?.reason === 'CredentialsMissing');
  await putSecret(world, 'aws', { accessKeyID, secretAccessKey });
  await world.until(ready);
  await annotate(world, { 'hybridcloud.dev/confirm-data-loss': 'iksan-vm-backups' });
  await world.admin.remove(backupTargets, place);
  await world.until(() => world.get() === undefined, 900);
  await world.pass(30);
  return [first, second];
}

/** Everything that was called, once each, in a fixed order. Fails when a Secret or ConfigMap was watched without naming it. */
export async function recordedRun(): Promise<RecordedCall[]> {
  const world = worlds();
  const watches: Asked[] = [];
  try {
    const operators = await live(world, (request) => void watches.push(...watched(request)));
    const nameless = watches.filter(({ parameters }) => parameters.length < 2);
    if (nameless.length > 0)
      throw new Error(`watched without a name: ${nameless.map(({ action }) => action).join(', ')}`);
    const inNamespace = new Set(watches.map(({ action }) => action));
    const calls = operators.flatMap(({ records }) => records).map(({ call }) => call);
    const kubernetes = calls.filter(({ service, action }) => service === 'kubernetes' && !inNamespace.has(action));
    return summary([...kubernetes, ...watches]);
  } finally {
    await world.end();
  }
}
