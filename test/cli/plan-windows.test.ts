// SPDX-License-Identifier: GPL-3.0-or-later
/** `plan` says what will wait for a window of maintenance. */
import { expect, test } from '@jest/globals';
import type { Checked } from '../../src/cli/plan/checked.ts';
import { outlook } from '../../src/cli/plan/outlook.ts';
import type { Outside } from '../../src/kinds/outside.ts';
import { closed, finalizer, kind, make, nights, open, play } from '../core/withholding-kind.ts';

const looked = async (now: number) => {
  play.world = { quiet: [1], loud: [1] };
  make({ maintenance: nights, to: 2 });
  const live = { ...play.object, metadata: { ...play.object.metadata, finalizers: [finalizer] } };
  const checked = { file: 'a.yaml', line: 1, stored: live, registered: { kind, api: { kind: 'Machine' } } };
  return outlook(checked as unknown as Checked, {
    outside: { clock: { now: () => now } } as unknown as Outside,
    live,
    absent: false,
    accountOf: () => undefined,
    scrub: (text) => text,
  });
};

test('Outside of a window a note says what waits, and for which; the steps are all there. In one there is none.', async () => {
  const before = await looked(closed);
  expect(before.steps).toMatchObject([{ target: 'loud 0', risk: 'disrupts' }, { target: 'quiet 0' }]);
  expect(before.notes).toEqual([
    'Change (loud 0) would interrupt what works, and waits for the maintenance window nights, which opens 2026-01-05T17:00:00Z (02:00 on 2026-01-06, Asia/Seoul)',
  ]);
  expect((await looked(open)).notes).toEqual([]);
});
