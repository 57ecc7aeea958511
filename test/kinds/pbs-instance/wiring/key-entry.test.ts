// SPDX-License-Identifier: GPL-3.0-or-later
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { keyEntry } from '../../../../src/kinds/pbs-instance/wiring/key-secret.ts';

test('Where the encryption key is to be copied from is said by the name that it has: a wrong one prints nothing, and nothing is saved.', () => {
  expect(readFileSync('examples/07-pbs-instance.yaml', 'utf8')).toContain(`{.data.${keyEntry}}`);
  expect(readFileSync('docs/proxmox.md', 'utf8')).toContain(
    `\`storage.encryption.secretRef\` | the operator, or you | \`${keyEntry}\``,
  );
  expect(readFileSync('docs/reference/pbs-instance.md', 'utf8')).toContain(`with the key ${keyEntry}:`);
});
