// SPDX-License-Identifier: GPL-3.0-or-later
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { simulatedWorlds } from '../../src/cli/simulated-worlds.ts';
import { call, folderWith } from './calling.ts';
import { planned } from './planning.ts';

test('A cluster that does not answer, one without the CRDs, and one that grants nothing are told in a line each.', async () => {
  const worlds = await simulatedWorlds();
  const dead = { ...worlds.env };
  const config = readFileSync(worlds.kubeconfig, 'utf8');
  const file = join(folderWith({ config: config.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:1') }), 'config');
  const gone = await call(['plan', '-f', 'examples', '--kubeconfig', file], dead);
  expect(gone).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/^the cluster at 127\.0\.0\.1:1 does not answer: .*\n$/),
  });
  const crd = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/backuptargets.hybridcloud.dev';
  await fetch(`${worlds.server}/as/admin-token${crd}`, { method: 'DELETE' });
  // those that name machines at sites would be looked for in the tester's own network
  const files = ['01-backup-target', '02-backup-target-kms', '05-gslb-failover', '06-gslb-four-clouds'];
  const given = [...files.flatMap((name) => ['-f', `examples/${name}.yaml`]), '--kubeconfig', worlds.kubeconfig];
  const bare = await call(['plan', ...given], worlds.env);
  expect(bare.stdout).toContain(
    'Note: The cluster does not know BackupTarget yet: hybrid-operator crds | kubectl apply -f -\n',
  );
  expect(bare.status).toBe(2);
  // what the cluster's administrator did not grant is told as the operator would tell it
  const other = await planned([...given, '-n', 'kube-public'], worlds.env);
  expect(other.status).toBe(1);
  expect(other.plan.objects.length).toBeGreaterThanOrEqual(4);
  expect(new Set(other.plan.objects.map(({ error }) => error?.reason))).toEqual(new Set(['NotPermitted']));
  await worlds.close();
});
