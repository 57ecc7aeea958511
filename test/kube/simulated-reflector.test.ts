// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { createKubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { createObjects } from '../../src/kube/objects.ts';
import { ReadYourWrites } from '../../src/kube/read-your-writes.ts';
import { Reflector } from '../../src/kube/reflector.ts';
import { collectionSource } from '../../src/kube/source.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { createKubernetes } from '../../src/simulator/kubernetes/index.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { createWire } from '../../src/wire/wire.ts';
import { widgetCrd, widgets } from '../e2e/kube-world.ts';
import { faultyWatch } from './faulty-watch.ts';
import { aWorld, mirrors } from './simulated-world.ts';

describe('on the simulated API server', () => {
  test('a reflector ends with the right world after any of 60 random sequences of faults, over exactly one watch', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const verdict = await faultyWatch({ seed, steps: 15, changes: 1, objects: 6 });
      expect({ seed, ...verdict }).toEqual({ seed, events: 15, mirrors: true, open: 0 });
    }
  });

  test('of 10,000 changes of 200 objects, under 400 faults, none is missed', async () => {
    const verdict = await faultyWatch({ seed: 77, steps: 400, changes: 25, objects: 200 });
    expect(verdict).toEqual({ events: 10_000, mirrors: true, open: 0 });
  }, 60_000);

  test('a reflector finds events that never came by its next list', async () => {
    const world = aWorld();
    const { clock, kubernetes, client, put } = world;
    const reflector = new Reflector({
      source: collectionSource(client, widgets),
      clock,
      random: Math.random,
      onChange: () => {},
    });
    reflector.start();
    await clock.advance(1000);
    kubernetes.faults.watch({ drop: 1 });
    put('lost', 1);
    await clock.advance(40 * 60_000);
    expect(mirrors(reflector, world)).toBe(true);
  });

  test('at rest a reflector lists nothing and opens a dozen watches an hour', async () => {
    const { clock, client, calls } = aWorld();
    const reflector = new Reflector({
      source: collectionSource(client, widgets),
      clock,
      random: Math.random,
      onChange: () => {},
    });
    reflector.start();
    await clock.advance(3_600_000);
    expect(calls.filter(({ action }) => action === 'list widgets').length).toBeLessThanOrEqual(2);
    expect(calls.length).toBeLessThan(50);
  });

  test('a CRD that comes later is found by itself', async () => {
    const clock = new VirtualClock();
    const kubernetes = createKubernetes({ clock });
    const wire = createWire({ transport: kubernetes.service, clock, fence: unfenced });
    const client = createKubeClient({
      connection: plainConnection({ url: 'http://kubernetes.test', token: 'admin-token' }),
      wire,
    });
    const reflector = new Reflector({
      source: collectionSource(client, widgets),
      clock,
      random: Math.random,
      onChange: () => {},
    });
    reflector.start();
    await clock.advance(120_000);
    kubernetes.install([widgetCrd]);
    await clock.advance(31_000);
    expect(await reflector.synced).toBe(true);
  });

  test('a key is held while the cache lags behind our own write, and no longer', async () => {
    const { clock, kubernetes, client, put } = aWorld();
    const own = new ReadYourWrites(clock);
    const seen: string[] = [];
    const onChange = (key: string) => {
      own.saw(key, reflector.cache.get(key));
      seen.push(key);
    };
    const reflector: Reflector = new Reflector({
      source: collectionSource(client, widgets),
      clock,
      random: Math.random,
      onChange,
    });
    put('one', 1);
    reflector.start();
    await clock.advance(100);
    const objects = createObjects({
      client,
      resources: [widgets],
      note: () => {},
      onWrite: (object) => own.wrote('default/one', object),
    });
    kubernetes.faults.watch({ lagMs: 3000 });
    await objects.writeStatus(reflector.cache.get('default/one')!, { observedGeneration: 1 });
    const isNow = () => own.check('default/one', reflector.cache.get('default/one')).is;
    expect([isNow(), seen.length]).toEqual(['behind', 1]);
    await clock.advance(2900);
    expect(isNow()).toBe('behind');
    await clock.advance(200);
    expect([isNow(), seen.length]).toEqual(['fresh', 2]);
    const stopping = reflector.stop();
    await clock.advance(1);
    await stopping;
  });
});
