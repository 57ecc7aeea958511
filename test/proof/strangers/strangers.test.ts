// SPDX-License-Identifier: GPL-3.0-or-later
/** Some of the runs of `npm run proof -- --strangers 100000`. */
import { expect, test } from '@jest/globals';
import { destroyRequest, shutdownRequest, startRequest, type VmPlace } from '../../../src/clouds/pve/vms.ts';
import { strangersSurvive } from './strangers.ts';

const seed = Number(process.env['PROOF_SEED'] ?? 1);

test("Machines change hands at any moment, and no stranger's is ever touched.", async () => {
  const { acts, touched } = await strangersSurvive(1000, seed);
  expect(touched).toEqual([]);
  expect(acts).toBeGreaterThan(500);
}, 120_000);

const byNumber = { StartVm: startRequest, StopVm: (at: VmPlace) => shutdownRequest(at, 60), DestroyVm: destroyRequest };

test('Who acts by the number that a plan has, without a look of its own, is found out.', async () => {
  const { touched } = await strangersSurvive(500, seed, async ({ pve }, step) => {
    if (step.do === 'StartVm' || step.do === 'StopVm' || step.do === 'DestroyVm')
      await pve.begin(byNumber[step.do](step.place));
  });
  expect(touched.length).toBeGreaterThan(3);
}, 120_000);
