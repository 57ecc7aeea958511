// SPDX-License-Identifier: GPL-3.0-or-later
/** The operator's rights against the calls that were recorded: used = granted, and nothing that one could climb on. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { outdatedDeployFiles } from '../../deploy/generate.ts';
import { permissions, type Permission, type Reach } from '../../deploy/rbac/permissions.ts';
import { recordingFile, summary, type RecordedCall } from './recorded-calls.ts';
import { recordedRun } from './recorded-run.ts';

interface Recording {
  readonly calls: readonly RecordedCall[];
}

const { calls } = JSON.parse(readFileSync(recordingFile, 'utf8')) as Recording;
const all = Object.entries(permissions) as [Reach, readonly Permission[]][];

/** Where a right has to be given for a call made there. A call in any namespace may be covered cluster-wide or by a namespace's grant. */
const reachesOf: Readonly<Record<RecordedCall['where'], readonly Reach[]>> = {
  allNamespaces: ['cluster'],
  anyNamespace: ['cluster', 'grantedNamespaces'],
  operatorNamespace: ['operatorNamespace'],
  cluster: ['cluster'],
};

function covers(permission: Permission, verb: string, { resource, name }: RecordedCall): boolean {
  const { names } = permission;
  return (
    permission.resource === resource &&
    permission.verbs.includes(verb) &&
    (!names || (name !== undefined && names.includes(name)))
  );
}

test.each(calls)('$verb $resource ($where) is granted', (call) => {
  const granted = reachesOf[call.where].flatMap((reach) => permissions[reach]);
  expect(granted.filter((permission) => covers(permission, call.verb, call))).toHaveLength(1);
});

const granted = all.flatMap(([reach, list]) =>
  list.flatMap((permission) =>
    permission.verbs.map((verb) => ({ reach, verb, resource: permission.resource, permission })),
  ),
);

test.each(granted)('$verb $resource ($reach) is used', ({ reach, verb, permission }) => {
  const users = calls.filter((call) => reachesOf[call.where].includes(reach) && covers(permission, call.verb, call));
  expect(users.filter((call) => call.verb === verb)).not.toEqual([]);
});

test('nothing is granted by a wildcard, and nothing with which one gives oneself more', () => {
  const words = granted.flatMap(({ verb, permission: { group, resource, names = [] } }) => [
    verb,
    group,
    resource,
    ...names,
  ]);
  expect(words.filter((word) => word.includes('*'))).toEqual([]);
  expect(words.filter((word) => ['escalate', 'bind', 'impersonate', 'deletecollection'].includes(word))).toEqual([]);
  expect(granted.filter(({ permission }) => permission.group === 'rbac.authorization.k8s.io')).toEqual([]);
  const runs = [
    'pods',
    'pods/exec',
    'deployments',
    'daemonsets',
    'jobs',
    'serviceaccounts',
    'serviceaccounts/token',
    'nodes',
  ];
  expect(granted.filter(({ resource }) => runs.includes(resource))).toEqual([]);
});

test('no Secret may be touched cluster-wide, and none be listed anywhere', () => {
  expect(permissions.cluster.filter(({ resource }) => resource === 'secrets')).toEqual([]);
  expect(granted.filter(({ resource, verb }) => resource === 'secrets' && verb === 'list')).toEqual([]);
});

test('the operator asks of Kubernetes exactly what the recording says', async () => {
  expect(await recordedRun()).toEqual(calls);
});

test('the manifests are what the permissions and the kinds generate', () => {
  expect(outdatedDeployFiles()).toEqual([]);
});

test('a recording keeps verbs, resources and places, and forgets the names of what users made', () => {
  const parametersOf = (values: Record<string, string>) =>
    Object.entries(values).map(([name, value]) => ({ name, value }));
  const lines = [
    { action: 'get secrets', parameters: parametersOf({ namespace: 'team-a', name: 'aws' }) },
    { action: 'get secrets', parameters: parametersOf({ namespace: 'team-b', name: 'other' }) },
    { action: 'list backuptargets', parameters: [] },
    {
      action: 'update leases',
      parameters: parametersOf({ namespace: 'hybrid-cloud-operator', name: 'hybrid-cloud-operator' }),
    },
    { action: 'get namespaces', parameters: parametersOf({ name: 'kube-system' }) },
  ];
  expect(summary(lines)).toEqual([
    { verb: 'get', resource: 'namespaces', where: 'cluster', name: 'kube-system' },
    { verb: 'get', resource: 'secrets', where: 'anyNamespace' },
    { verb: 'list', resource: 'backuptargets', where: 'allNamespaces' },
    { verb: 'update', resource: 'leases', where: 'operatorNamespace', name: 'hybrid-cloud-operator' },
  ]);
});
