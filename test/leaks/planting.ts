// SPDX-License-Identifier: GPL-3.0-or-later
/** A test file that leaks on purpose. Only search.test.ts runs it, as a run of its own. */
import { expect, test } from '@jest/globals';
import { createAws } from '../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { createKubernetes } from '../../src/simulator/kubernetes/index.ts';

test('A test that passes, and shows what it must not.', () => {
  const clock = new VirtualClock();
  const { secretAccessKey } = createAws({ clock }).account('123456789012').rootKey;
  // oxlint-disable-next-line no-console -- that is the leak
  console.log(`Basic ${Buffer.from(`x:${secretAccessKey}`).toString('base64')}`);
  const notes = { note: Buffer.from(secretAccessKey).toString('hex') };
  createKubernetes({ clock }).install([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'noted', annotations: notes } },
  ]);
  expect(secretAccessKey.length).toBe(40);
});
