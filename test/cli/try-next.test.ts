// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { tryNext } from '../../src/cli/demo/try-next.ts';
import { simulatedWorlds } from '../../src/cli/simulated-worlds.ts';

test('After a demo that stays up, the lines lead in, and look at all kinds; nothing that is there is applied again.', async () => {
  const worlds = await simulatedWorlds();
  try {
    const lines = tryNext(worlds.lines).map((line) => line.split(/[ =]/).slice(0, 3).join(' '));
    expect(lines).toEqual([
      'export KUBECONFIG ' + worlds.kubeconfig,
      'kubectl get hybrid',
      'kubectl describe pbsinstance',
      'export AWS_ACCESS_KEY_ID ' + worlds.env['AWS_ACCESS_KEY_ID'],
      'aws s3 ls',
      expect.stringMatching(/^dig @127\.0\.0\.1 /),
    ]);
  } finally {
    await worlds.close();
  }
  expect(tryNext(undefined)[0]).toBe('npm run demo -- --keep');
});
