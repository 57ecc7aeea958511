// SPDX-License-Identifier: GPL-3.0-or-later
/** What `kubectl apply -k deploy/` would send, held against the restricted Pod Security Standard and the operator's own settings. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { settings } from '../../src/operator/configuration.ts';
import { violationsOf } from './pod-fields.ts';

const root = resolve(import.meta.dirname, '../..');
const tool = 'kubectl';
const kubectl = spawnSync(tool, ['version', '--client'], { stdio: 'ignore' }).status === 0;
const testWithKubectl = kubectl ? test : test.skip;
const why = kubectl ? '' : ' skipped: kubectl is not on this machine';

// oxlint-disable-next-line typescript/no-explicit-any -- manifests of many kinds, read where they are asserted
type Manifest = any;

function render(folder: string): Manifest[] {
  const text = execFileSync(tool, ['kustomize', join(root, folder)], { encoding: 'utf8' });
  return parseAllDocuments(text).map((document) => document.toJSON());
}

const only = (kind: string): Manifest => {
  const found = render('deploy').filter((one) => one.kind === kind);
  expect(found).toHaveLength(1);
  return found[0];
};

testWithKubectl(`deploy/ renders everything that an installation needs, each object once.${why}`, () => {
  const rendered = render('deploy').map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  const name = 'hybrid-cloud-operator';
  expect([...rendered].sort()).toEqual([
    `ClusterRole/${name}`,
    `ClusterRole/${name}-secrets`,
    `ClusterRoleBinding/${name}`,
    `ConfigMap/${name}-grants`,
    'CustomResourceDefinition/backuptargets.hybridcloud.dev',
    'CustomResourceDefinition/gslbendpoints.hybridcloud.dev',
    'CustomResourceDefinition/pbsinstances.hybridcloud.dev',
    'CustomResourceDefinition/sitevpns.hybridcloud.dev',
    `Deployment/${name}`,
    `Namespace/${name}`,
    `NetworkPolicy/${name}`,
    `Role/${name}`,
    `RoleBinding/${name}`,
    `ServiceAccount/${name}`,
  ]);
});

testWithKubectl(`the Pod meets the restricted Pod Security Standard, and its namespace enforces it.${why}`, () => {
  expect(only('Namespace').metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
  const { template } = only('Deployment').spec;
  expect(violationsOf(template)).toEqual([]);
  // some of it stricter than the profile asks
  const { spec } = template;
  expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(spec.securityContext.runAsUser).toBeGreaterThan(0);
  expect([spec.hostNetwork, spec.hostPID, spec.hostIPC, spec.volumes]).toEqual(Array(4).fill(undefined));
  expect(spec.containers).toHaveLength(1);
  expect(spec.containers[0].securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});

testWithKubectl(`the manifests use the names and the port that the settings default to.${why}`, () => {
  expect(only('Namespace').metadata.name).toBe(settings.namespace.fallback);
  expect(only('ConfigMap').metadata.name).toBe(settings.grants.fallback);
  const [container] = only('Deployment').spec.template.spec.containers;
  expect(container.ports).toEqual([{ name: 'http', containerPort: Number(settings.httpPort.fallback) }]);
  const known = Object.values(settings).map(({ env }) => env);
  expect(container.env.filter((one: { name: string }) => !known.includes(one.name))).toEqual([]);
});

testWithKubectl(`nothing may leave the Pod for the node's metadata service.${why}`, () => {
  const { egress } = only('NetworkPolicy').spec;
  const blocks = egress.flatMap(({ to }: Manifest) => to.flatMap(({ ipBlock }: Manifest) => ipBlock ?? []));
  const wide = blocks.filter(({ cidr }: Manifest) => cidr.endsWith('/0'));
  expect(wide.map(({ cidr }: Manifest) => cidr)).toEqual(['0.0.0.0/0', '::/0']);
  expect(wide[0].except).toContain('169.254.0.0/16');
  expect(wide[1].except).toContain('fd00:ec2::/32');
});

testWithKubectl.each(['deploy/granted-namespace', 'deploy/all-namespaces'])(
  `%s binds the role for Secrets to the operator and makes nothing else.${why}`,
  (folder) => {
    const rendered = render(folder);
    expect(rendered).toHaveLength(1);
    expect(rendered[0].roleRef.name).toBe('hybrid-cloud-operator-secrets');
    expect(rendered[0].metadata.namespace).toBeUndefined();
    expect(rendered[0].subjects).toEqual([
      { kind: 'ServiceAccount', name: 'hybrid-cloud-operator', namespace: 'hybrid-cloud-operator' },
    ]);
  },
);
