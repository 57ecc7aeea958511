// SPDX-License-Identifier: GPL-3.0-or-later
/** A certificate that nobody wants any more, and that something still uses. */
import { expect, test } from '@jest/globals';
import { surplusHold } from '../../../../src/kinds/gslb-endpoint/certificate/plan.ts';
import { certificate, pure, seoul, tokyo, wish, world } from './pieces.ts';

const used = world({
  certificates: [tokyo, seoul].map((region) => ({ region, certificates: [certificate(region, { usedBy: ['alb'] })] })),
});

test('What is wanted is used as it should be.', () => {
  expect(surplusHold(used, wish)).toBeUndefined();
});

test('One that is left over and still used is waited for, and then nothing is left to wait for.', () => {
  const hold = surplusHold(used, { ...wish, regions: [tokyo] });
  expect(hold).toMatchObject({ why: 'Waiting', reason: 'CertificateInUse' });
  expect(hold?.message).toContain('is still used by alb');
  if (!hold?.until) throw new Error('it waits for nothing');
  expect(surplusHold(pure.after(used, hold.until), { ...wish, regions: [tokyo] })).toBeUndefined();
});
