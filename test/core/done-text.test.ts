// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { doneText } from '../../src/core/acting.ts';

test.each([
  ['StartVm', 'update', 'Started'],
  ['ClaimBackupTarget', 'update', 'Claimed'],
  ['GrantOperator', 'update', 'Granted'],
  ['PinCertificate', 'create', 'Pinned'],
  ['EnablePropagation', 'update', 'Enabled'],
  ['DisablePropagation', 'update', 'Disabled'],
  ['DetachDatastore', 'replace', 'Detached'],
  ['CreateBucket', 'create', 'Created'],
  ['SetVersioning', 'update', 'Updated'],
  ['RemoveStorage', 'delete', 'Deleted'],
] as const)('The event of %s, which is an %s, begins with %s.', (name, effect, word) => {
  expect(doneText({ do: name, effect, target: 'one' })).toBe(`${word} one`);
});
