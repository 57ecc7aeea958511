// SPDX-License-Identifier: GPL-3.0-or-later
/** A world that goes on from its state: after an end, and after a kill. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { loadSnapshot } from '../../../src/simulator/kernel/snapshot-file.ts';
import { keepSnapshot } from '../../../src/simulator/kernel/snapshot-keeper.ts';
import { type Stage, stage, told, widget, widgets } from './stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'state-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function made(world: Stage, name: string): Promise<{ uid: string; version: number }> {
  const { body } = await world.ask('POST', widgets, widget(name));
  return { uid: body.metadata.uid, version: Number(body.metadata.resourceVersion) };
}

function again(from: Stage, killed: boolean): Stage {
  const next = stage();
  next.restore(JSON.parse(JSON.stringify(from.snapshot())) as object, { killed });
  return next;
}

test('After an end, objects have their uids and versions, numbers go on, and a watch goes on from the last one.', async () => {
  const before = stage();
  const one = await made(before, 'one');
  const after = again(before, false);
  const { body } = await after.ask('GET', `${widgets}/one`);
  expect(body.metadata).toMatchObject({ uid: one.uid, resourceVersion: String(one.version) });
  const watch = await after.watch(`${widgets}?watch=true&resourceVersion=${one.version}`);
  expect((await made(after, 'two')).version).toBe(one.version + 1);
  await after.clock.advance(0);
  expect(told(watch)).toEqual(['ADDED two']);
});

test('After an end, a watch from an older version is told that it is gone (410).', async () => {
  const before = stage();
  const one = await made(before, 'one');
  await made(before, 'two');
  const after = again(before, false);
  const watch = await after.watch(`${widgets}?watch=true&resourceVersion=${one.version}`);
  expect(watch.events()).toMatchObject([{ type: 'ERROR', object: { code: 410 } }]);
});

test('After a kill, no version and no uid that may have been told is given out again, and watches from lost ones get 410.', async () => {
  const before = stage();
  await made(before, 'one');
  const after = again(before, true);
  const lost = await made(before, 'lost');
  const other = await made(after, 'other');
  expect(other.version).toBeGreaterThan(lost.version);
  expect(other.uid).not.toBe(lost.uid);
  const watch = await after.watch(`${widgets}?watch=true&resourceVersion=${lost.version}`);
  expect(watch.events()).toMatchObject([{ type: 'ERROR', object: { code: 410 } }]);
});

test('A kept world is in its file soon after each change, whole at every moment, and not written while nothing happens.', async () => {
  const file = join(folder, 'kept.json');
  const world = stage();
  const clock = new VirtualClock();
  const taken: boolean[] = [];
  const keeper = keepSnapshot({
    file,
    take: (ended) => {
      taken.push(ended);
      return { world: world.snapshot(), ended };
    },
    version: () => String(world.revision()),
    clock,
  });
  const saved = async (count: number): Promise<void> => {
    // the disk takes its own time
    const isIn = (): boolean =>
      existsSync(file) && readFileSync(file, 'utf8').includes(`"revision":${world.revision()}`);
    while (taken.length < count || !isIn()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await saved(1);
  await made(world, 'one');
  await clock.advance(500);
  await saved(2);
  await clock.advance(5_000);
  expect(taken).toEqual([false, false]);
  await keeper.stop();
  expect(await loadSnapshot(file)).toMatchObject({ ended: true });
});
