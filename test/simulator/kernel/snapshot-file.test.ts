// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { createAws } from '../../../src/simulator/aws/index.ts';
import { loadSnapshot, saveSnapshot } from '../../../src/simulator/kernel/snapshot-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapshot-'));

test('a world that was saved to a file goes on from there, with the same root key', async () => {
  const file = join(folder, 'world.json');
  const aws = createAws({ clock: new VirtualClock() });
  const { rootKey } = aws.account('123456789012');
  await saveSnapshot(file, aws.snapshot());
  const again = createAws({ clock: new VirtualClock(), seed: 7 });
  again.restore((await loadSnapshot(file)) as ReturnType<typeof aws.snapshot>);
  expect(again.account('123456789012').rootKey).toEqual(rootKey);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('without a file there is nothing to go on from', async () => {
  expect(await loadSnapshot(join(folder, 'none.json'))).toBeUndefined();
});

test('a file that is no snapshot is refused in one line, and left as it is', async () => {
  const file = join(folder, 'broken.json');
  writeFileSync(file, '{ half');
  await expect(loadSnapshot(file)).rejects.toThrow(/^.*broken\.json holds no snapshot.*another file$/);
});
