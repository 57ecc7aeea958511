// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/failure.ts';
import { createKubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { Lease } from '../../src/kube/lease.ts';
import { leases } from '../../src/kube/resource.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { createWire } from '../../src/wire/wire.ts';
import { widgets } from './fake-api.ts';
import { FakeStore } from './fake-store.ts';
import { OwnClock } from './own-clock.ts';
import { seeded } from './seeded.ts';

const path = '/apis/coordination.k8s.io/v1/namespaces/ops/leases/operator';

function aWorld() {
  const time = new VirtualClock();
  const store = new FakeStore();
  /** One operator: its lease, and a write to the outside that passes its fence. */
  function anOperator(identity: string, speed = 1) {
    const clock = new OwnClock(time, speed);
    const log: string[] = [];
    const told: string[] = [];
    const transport: typeof store.transport = async (request) => {
      await clock.running();
      const response = await store.transport(request);
      await clock.running();
      return response;
    };
    const wire = createWire({ transport, clock, fence: { holds: () => lease.holds() } });
    const client = createKubeClient({ connection: plainConnection({ url: 'http://api.test' }), wire });
    const options = { client, clock, random: () => 0.5, namespace: 'ops', name: 'operator', identity };
    const lease = new Lease({
      ...options,
      onHeld: () => log.push('held'),
      onLost: () => log.push('lost'),
      onProblem: (message) => told.push(message),
    });
    const write = () => client.create(widgets, { namespace: 'a' }, { metadata: { name: `by-${identity}` } });
    return { lease, clock, log, told, write };
  }
  return { time, store, anOperator };
}

describe('the lease', () => {
  test('is made, held and renewed by the first, and its writes pass the fence that it is', async () => {
    const { time, store, anOperator } = aWorld();
    const a = anOperator('a');
    expect(a.lease.holds()).toBe(false);
    a.lease.start();
    await time.advance(1);
    expect(a.lease.holds()).toBe(true);
    const first = store.objects.get(path)!['spec'] as Record<string, unknown>;
    expect(first).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(first['renewTime']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    for (let second = 0; second < 120; second++) {
      await time.advance(1000);
      expect(a.lease.holds()).toBe(true);
    }
    expect(store.objects.get(path)!['spec']).toMatchObject({ acquireTime: first['acquireTime'] });
    expect(a.log).toEqual(['held']);
  });

  test('passes to the second within a second or so when the first stops in peace', async () => {
    const { time, store, anOperator } = aWorld();
    const [a, b] = [anOperator('a'), anOperator('b')];
    a.lease.start();
    await time.advance(10);
    b.lease.start();
    await time.advance(60_000);
    expect([a.lease.holds(), b.lease.holds()]).toEqual([true, false]);
    const stopping = a.lease.stop();
    await time.advance(1);
    await stopping;
    await a.lease.stop();
    expect([a.lease.holds(), a.log]).toEqual([false, ['held', 'lost']]);
    await time.advance(3000);
    expect([b.lease.holds(), b.log]).toEqual([true, ['held']]);
    expect(store.objects.get(path)!['spec']).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  test('ends 10 s after the start of the last renewal when the API server is silent, and says so at that moment', async () => {
    const { time, store, anOperator } = aWorld();
    const a = anOperator('a');
    a.lease.start();
    await time.advance(1);
    store.before = () => new Promise(() => {});
    await time.advance(9_990);
    expect([a.lease.holds(), a.log]).toEqual([true, ['held']]);
    await time.advance(20);
    expect([a.lease.holds(), a.log]).toEqual([false, ['held', 'lost']]);
    await expect(a.write()).rejects.toMatchObject({ class: 'Fenced', reason: 'LeaseLost' });
    store.before = async () => undefined;
    await time.advance(10_000);
    expect([a.lease.holds(), a.log]).toEqual([true, ['held', 'lost', 'held']]);
  });

  test('survives one renewal that hangs, and one whose answer is lost', async () => {
    const { time, store, anOperator } = aWorld();
    const a = anOperator('a');
    a.lease.start();
    await time.advance(1);
    let broken = 0;
    store.after = async (request, response) => {
      if (request.method !== 'PUT' || ++broken % 3 !== 0) return response;
      throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    };
    store.before = (request) =>
      request.method === 'PUT' && broken % 7 === 5 ? (broken++, new Promise(() => {})) : Promise.resolve(undefined);
    for (let second = 0; second < 300; second++) {
      await time.advance(1000);
      expect(a.lease.holds()).toBe(true);
    }
    expect(a.told.length).toBeGreaterThan(10);
  });

  test('is not held by a process that was frozen past it, not even for one write (SIGSTOP for 30 s)', async () => {
    const { time, store, anOperator } = aWorld();
    const [a, b] = [anOperator('a'), anOperator('b')];
    a.lease.start();
    await time.advance(10);
    b.lease.start();
    await time.advance(5000);
    a.clock.freeze();
    await time.advance(30_000);
    expect(b.lease.holds()).toBe(true);
    a.clock.thaw();
    expect(a.lease.holds()).toBe(false);
    await expect(a.write()).rejects.toBeInstanceOf(Failure);
    expect(store.objects.has('/apis/test.dev/v1/namespaces/a/widgets/by-a')).toBe(false);
    await time.advance(60_000);
    expect([a.lease.holds(), b.lease.holds(), a.log]).toEqual([false, true, ['held', 'lost']]);
    await b.write();
  });

  test('is not held by a machine whose monotonic clock stood still while the world went on', async () => {
    const { time, anOperator } = aWorld();
    const a = anOperator('a');
    a.lease.start();
    await time.advance(1);
    time.jumpWall(11_000);
    expect(a.lease.holds()).toBe(false);
    await time.advance(4000);
    expect(a.lease.holds()).toBe(true);
    time.jumpWall(-3_600_000);
    expect(a.lease.holds()).toBe(true);
    await time.advance(10_000);
    expect(a.lease.holds()).toBe(true);
  });

  test('is taken by nobody whose own clock did not see it stand still, whatever times are written in it', async () => {
    const { time, store, anOperator } = aWorld();
    const a = anOperator('a');
    await store.client(time).create(
      leases,
      { namespace: 'ops' },
      {
        metadata: { name: 'operator', namespace: 'ops' },
        spec: {
          holderIdentity: 'dead',
          leaseDurationSeconds: 15,
          renewTime: '1999-01-01T00:00:00.000000Z',
          leaseTransitions: 4,
        },
      },
    );
    a.lease.start();
    await time.advance(14_900);
    expect(a.lease.holds()).toBe(false);
    await time.advance(4000);
    expect(a.lease.holds()).toBe(true);
    expect(store.objects.get(path)!['spec']).toMatchObject({ holderIdentity: 'a', leaseTransitions: 5 });
  });

  test('waits for the duration that its holder wrote, when that is longer', async () => {
    const { time, store, anOperator } = aWorld();
    const a = anOperator('a');
    const spec = { holderIdentity: 'slow', leaseDurationSeconds: 60 };
    await store
      .client(time)
      .create(leases, { namespace: 'ops' }, { metadata: { name: 'operator', namespace: 'ops' }, spec });
    a.lease.start();
    await time.advance(59_000);
    expect(a.lease.holds()).toBe(false);
    await time.advance(6_000);
    expect(a.lease.holds()).toBe(true);
  });

  test('is given up at once when somebody else stands in it, and made again when it was deleted', async () => {
    const { time, store, anOperator } = aWorld();
    const a = anOperator('a');
    a.lease.start();
    await time.advance(1);
    store.objects.delete(path);
    await time.advance(4000);
    expect([a.lease.holds(), store.objects.has(path)]).toEqual([true, true]);
    const lease = store.objects.get(path)!;
    store.objects.set(path, {
      ...lease,
      metadata: { ...lease.metadata, resourceVersion: '999' },
      spec: { holderIdentity: 'thief', leaseDurationSeconds: 15 },
    });
    await time.advance(3100);
    expect([a.lease.holds(), a.log]).toEqual([false, ['held', 'lost']]);
  });

  test('a listener that throws is told, and changes nothing', async () => {
    const { time, store } = aWorld();
    const told: string[] = [];
    const fail = () => {
      throw new Error('listener');
    };
    const lease = new Lease({
      client: store.client(time),
      clock: time,
      random: () => 0,
      namespace: 'ops',
      name: 'operator',
      identity: 'a',
      onHeld: fail,
      onLost: fail,
      onProblem: (message) => told.push(message),
    });
    lease.start();
    await time.advance(1);
    expect(lease.holds()).toBe(true);
    const stopping = lease.stop();
    await time.advance(1);
    await stopping;
    expect(told).toEqual(['a listener of the lease threw', 'a listener of the lease threw']);
  });

  test.each([1, 1.5, 0.67])(
    'is never held by two, with one clock at %f of the other, over freezes, lost requests and lost answers',
    async (speed) => {
      const { time, store, anOperator } = aWorld();
      const random = seeded(Math.round(speed * 1000));
      const operators = [anOperator('a'), anOperator('b', speed), anOperator('c')];
      store.before = async () => {
        if (random() < 0.05) throw new Error('lost');
        if (random() < 0.1) await time.sleep(random() * 6000);
        return undefined;
      };
      store.after = async (_, response) => {
        if (random() < 0.05) throw new Error('lost');
        return response;
      };
      for (const { lease } of operators) lease.start();
      let changes = 0;
      let last: number | undefined;
      for (let step = 0; step < 6000; step++) {
        const { clock } = operators[Math.floor(random() * 3)]!;
        if (random() < 0.02) clock.freeze();
        else if (random() < 0.03) clock.thaw();
        await time.advance(Math.floor(random() * 500));
        // a frozen process does nothing; what counts is what it would believe when it wakes
        const holders = operators.flatMap(({ lease }, index) => (lease.holds() ? [index] : []));
        expect(holders.length).toBeLessThanOrEqual(1);
        const [holder] = holders;
        if (holder !== undefined && holder !== last) changes++;
        last = holder ?? last;
      }
      expect(changes).toBeGreaterThan(5);
    },
  );
});
