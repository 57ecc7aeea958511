// SPDX-License-Identifier: GPL-3.0-or-later
/** Starting, stopping, and two operators at once. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Clock } from '../../src/core/clock.ts';
import type { Transport } from '../../src/wire/call.ts';
import { leases } from '../../src/kube/resource.ts';
import { annotate, backupTargets, namespace, place, target, worlds, type Running, type Worlds } from './worlds.ts';

let world: Worlds;
afterEach(() => world.end());

const account = () => world.aws.account('123456789012');
const isReady = () => world.condition('Ready')?.status === 'True';
const holder = () =>
  (world.kubernetes.objects('leases')[0]?.['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity;

/** Exactly one bucket, one user and one key, and the Secret holds that key. */
function expectWhole(): void {
  expect(account().buckets()).toHaveLength(1);
  expect(account().users()).toHaveLength(1);
  expect(account().users()[0]?.keys).toHaveLength(1);
  const secrets = world.kubernetes.objects('secrets', 'default') as unknown as { data: Record<string, string> }[];
  expect(secrets).toHaveLength(1);
  const delivered = Buffer.from(secrets[0]?.data['secretAccessKey'] ?? '', 'base64').toString();
  expect(delivered).toBe(account().users()[0]?.keys[0]?.secret);
}

const writes = ({ records }: Running) =>
  records.filter(({ call, result }) => call.effect === 'write' && typeof result === 'number');

describe('A stop', () => {
  test('gives the lease back, closes the port and ends with status 0.', async () => {
    world = worlds();
    const running = world.operator();
    await world.until(() => running.operator.phase === 'leading');
    expect(holder()).toBe('operator-0');
    void running.operator.stop('SIGTERM');
    await world.until(() => running.ended !== undefined, 5);
    expect(running.ended).toEqual({ status: 0, why: 'SIGTERM' });
    expect(holder()).toBe('');
  });

  test('before the lease was got ends it, too, and leaves the lease to its holder.', async () => {
    world = worlds();
    const first = world.operator();
    await world.until(() => first.operator.phase === 'leading');
    const second = world.operator();
    await world.pass(3);
    expect(second.operator.phase).toBe('standby');
    expect(second.operator.ready()).toBeUndefined();
    void second.operator.stop();
    await world.until(() => second.ended !== undefined, 5);
    expect(holder()).toBe('operator-0');
  });

  test('while a call hangs takes less than 20 s, and the lease is kept until it expires.', async () => {
    world = worlds();
    const running = world.operator();
    world.aws.faults.add({ kind: 'hang', action: 'CreateBucket' });
    world.kubernetes.install([target()]);
    await world.until(() => running.records.some(({ call }) => call.action === 'ListBuckets'));
    await world.pass(2);
    const began = world.clock.monotonic();
    void running.operator.stop();
    await world.until(() => running.ended !== undefined, 20);
    expect(world.clock.monotonic() - began).toBeLessThan(20_000);
    expect(holder()).toBe('operator-0');
  });

  test('during any call leaves a world from which the next operator makes everything whole.', async () => {
    world = worlds();
    let calls = 0;
    const reference = world.operator({ onRequest: (_, count) => (calls = count) });
    world.kubernetes.install([target()]);
    await world.until(isReady);
    expect(reference.ended).toBeUndefined();
    await world.end();
    expect(calls).toBeGreaterThan(30);
    for (let at = 1; at <= calls; at++) {
      world = worlds();
      world.kubernetes.install([target()]);
      const first: Running = world.operator({
        onRequest: (_, count) => {
          if (count === at) void first.operator.stop();
        },
      });
      await world.until(() => first.ended !== undefined, 20);
      expect(first.ended).toMatchObject({ status: 0 });
      world.operator();
      await world.until(isReady, 900);
      expectWhole();
      if (at < calls) await world.end();
    }
  }, 60_000);
});

describe('A stop', () => {
  const gone = () => world.get() === undefined;
  /** A whole object, told to go with its data; stops the operator at the `at`th request from there. Returns how many there were. */
  async function deletion(at: number): Promise<number> {
    world = worlds();
    world.kubernetes.install([target({ deletionPolicy: 'Delete' })]);
    let began = Number.POSITIVE_INFINITY;
    let requests = 0;
    const first = world.operator({
      onRequest: (_, all) => {
        requests = all;
        if (all - began === at) void first.operator.stop();
      },
    });
    await world.until(isReady);
    await annotate(world, { 'hybridcloud.dev/confirm-data-loss': 'iksan-vm-backups' });
    await world.pass(2);
    began = requests;
    await world.admin.remove(backupTargets, place);
    await world.until(() => first.ended !== undefined || gone(), 300);
    return requests - began;
  }

  test('during every fourth call of a deletion leaves nothing behind that the next operator does not take away.', async () => {
    const calls = await deletion(0);
    expect(calls).toBeGreaterThan(15);
    for (let at = 1; at <= calls; at += 4) {
      await world.end();
      await deletion(at);
      world.operator();
      await world.until(gone, 900);
      expect([account().buckets(), account().users(), world.kubernetes.objects('secrets', 'default')]).toEqual([
        [],
        [],
        [],
      ]);
    }
  }, 60_000);
});

describe('Of two operators', () => {
  test('one works; when it stops the other takes over at once.', async () => {
    world = worlds();
    const first = world.operator();
    await world.until(() => first.operator.phase === 'leading');
    const second = world.operator();
    world.kubernetes.install([target()]);
    await world.until(isReady);
    expect(writes(second)).toEqual([]);
    void first.operator.stop();
    await world.until(() => second.operator.phase === 'leading', 5);
    world.kubernetes.install([target({}, 'second')]);
    await world.until(() => world.condition('Ready', 'second')?.status === 'True');
  });

  test('the one that was frozen at any write, past its lease, writes nothing more and ends with status 1.', async () => {
    let frozenAt = 0;
    for (const nth of [1, 4, 9, 14]) {
      world = worlds();
      const ice = freezer(world);
      let seen = 0;
      const first = world.operator({
        clock: ice.clock,
        transport: ice.transport,
        onRequest: ({ url, method }) => {
          if (url.host === 'aws.test' && method !== 'GET' && method !== 'HEAD' && ++seen === nth) ice.freeze();
        },
      });
      await world.until(() => first.operator.phase === 'leading');
      const second = world.operator();
      world.kubernetes.install([target()]);
      await world.until(() => ice.frozen() || isReady());
      if (!ice.frozen()) continue;
      frozenAt++;
      await world.until(() => second.operator.phase === 'leading', 60);
      await world.until(isReady, 900);
      const thawedAt = world.clock.now();
      ice.thaw();
      await world.until(() => first.ended !== undefined, 30);
      expect(first.ended).toMatchObject({ status: 1 });
      // it may ask for its lease again (with the version that it knew, which is refused), and nothing else
      const late = writes(first).filter(({ call, startedAt }) => startedAt >= thawedAt && !call.lease);
      expect(late).toEqual([]);
      await world.pass(60);
      expectWhole();
      if (nth !== 14) await world.end();
    }
    expect(frozenAt).toBeGreaterThanOrEqual(3);
  });

  test('one whose lease another took ends by itself; it may be started anew.', async () => {
    world = worlds();
    const first = world.operator();
    await world.until(() => first.operator.phase === 'leading');
    const at = { namespace, name: 'hybrid-cloud-operator' };
    await world.admin.patch(leases, at, { type: 'merge', body: { spec: { holderIdentity: 'another' } } });
    await world.until(() => first.ended !== undefined, 15);
    expect(first.ended).toEqual({ status: 1, why: 'the lease is lost' });
    expect(first.lines.join('')).toContain('the lease is lost: this process writes nothing more and ends');
    const again = world.operator();
    world.kubernetes.install([target()]);
    await world.until(isReady, 60);
    expect(again.operator.phase).toBe('leading');
  });
});

/** Stops one process's time and network, as SIGSTOP does, while the world goes on. */
function freezer({ clock, transport }: Worlds) {
  const ice: { thawing: Promise<void> | undefined; wake: () => void } = { thawing: undefined, wake: () => undefined };
  const thawed = () => ice.thawing ?? Promise.resolve();
  const itsClock: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => clock.sleep(ms, signal).then(thawed),
  };
  const itsTransport: Transport = async (request) => {
    const response = await transport(request).catch(async (error: unknown) => {
      await thawed();
      throw error;
    });
    await thawed();
    return { ...response, body: slowed(response.body, thawed) };
  };
  return {
    clock: itsClock,
    transport: itsTransport,
    frozen: () => ice.thawing !== undefined,
    freeze() {
      ice.thawing = new Promise((resolve) => (ice.wake = resolve));
    },
    thaw() {
      ice.thawing = undefined;
      ice.wake();
    },
  };
}

async function* slowed(body: AsyncIterable<Uint8Array>, thawed: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    await thawed();
    yield piece;
  }
}
