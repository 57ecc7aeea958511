// SPDX-License-Identifier: GPL-3.0-or-later
/** What destroys is done on the newest wish only. Found by the proof: scenario update-user, restartStale2 at DeleteUserPolicy. */
import { expect, test } from '@jest/globals';
import type { Engine } from '../../src/core/engine.ts';
import { ManagedObject } from '../../src/core/managed-object.ts';
import { newMemory } from '../../src/core/memory.ts';
import type { KubeObject } from '../../src/core/objects.ts';

const told = { verdicts: [{ type: 'Ready', status: 'False', reason: 'Waiting', message: 'm' }] } as const;

function version(resourceVersion: string, generation: number, annotations: Record<string, string> = {}): KubeObject {
  return {
    apiVersion: 'x/v1',
    kind: 'Widget',
    metadata: { name: 'w', namespace: 'a', uid: 'u', resourceVersion, generation, annotations, creationTimestamp: '' },
    spec: {},
  };
}

/** @param now What the API server has after this look wrote its status. */
function looked(at: KubeObject, now: KubeObject): ManagedObject {
  const engine = {
    clock: { now: () => 0 },
    scrub: (text: string) => text,
    objects: { writeStatus: () => Promise.resolve(now), read: () => Promise.resolve(now), note: () => undefined },
  } as unknown as Engine<unknown>;
  return new ManagedObject({ engine, memory: newMemory(), kind: { bound: (status) => status } }, at);
}

test('After its own status write a look may destroy, where nobody else changed the object.', async () => {
  const object = looked(version('1', 1), version('2', 1));
  await object.tell(told);
  await expect(object.mustBeNewest()).resolves.toBeUndefined();
});

test('A status write that landed on a newer spec, or newer annotations, makes no old plan new.', async () => {
  for (const now of [version('3', 2), version('3', 1, { 'x/approve': 'yes' })]) {
    const object = looked(version('1', 1), now);
    await object.tell(told);
    await expect(object.mustBeNewest()).rejects.toMatchObject({
      class: 'Transient',
      reason: 'Conflict',
      applied: 'no',
    });
  }
});

test('A version that this look has not seen stops it too.', async () => {
  await expect(looked(version('1', 1), version('2', 1)).mustBeNewest()).rejects.toMatchObject({ reason: 'Conflict' });
});
