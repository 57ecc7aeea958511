// SPDX-License-Identifier: GPL-3.0-or-later
/** What the control plane does by itself: garbage collection, namespaces, RBAC, CRDs, snapshots. */
import { expect, test } from '@jest/globals';
import { widgetCrd } from '../../contract/kubernetes/widget.ts';
import { secrets, stage, widget, widgets } from './stage.ts';

async function owner(world: ReturnType<typeof stage>, name: string) {
  const { body } = await world.ask('POST', widgets, widget(name));
  return {
    apiVersion: 'sample.dev/v1',
    kind: 'Widget',
    name,
    uid: body.metadata.uid,
    blockOwnerDeletion: true,
  };
}

test('What is owned goes with its last owner, and stays with another one.', async () => {
  const world = stage();
  const [a, b] = [await owner(world, 'a'), await owner(world, 'b')];
  await world.ask('POST', secrets, { metadata: { name: 'ours', ownerReferences: [a, b] } });
  await world.ask('POST', secrets, { metadata: { name: 'held', ownerReferences: [b], finalizers: ['x.y/z'] } });
  await world.ask('DELETE', `${widgets}/a`);
  expect(world.objects('secrets').map(({ metadata }) => metadata.ownerReferences?.length)).toEqual([1, 1]);
  await world.ask('DELETE', `${widgets}/b`);
  expect(
    world.objects('secrets').map(({ metadata }) => [metadata.name, metadata.deletionTimestamp !== undefined]),
  ).toEqual([['held', true]]);
});

test('Orphaning leaves dependents without the reference; foreground takes them along.', async () => {
  const world = stage();
  const [a, b] = [await owner(world, 'a'), await owner(world, 'b')];
  await world.ask('POST', secrets, { metadata: { name: 'orphan', ownerReferences: [a] } });
  await world.ask('POST', secrets, { metadata: { name: 'child', ownerReferences: [b] } });
  await world.ask('DELETE', `${widgets}/a?propagationPolicy=Orphan`);
  await world.ask('DELETE', `${widgets}/b?propagationPolicy=Foreground`);
  expect(world.objects('secrets').map(({ metadata }) => [metadata.name, metadata.ownerReferences])).toEqual([
    ['orphan', undefined],
  ]);
  expect(world.objects('widgets')).toEqual([]);
});

test('Foreground deletion waits for dependents that block it.', async () => {
  const world = stage();
  const a = await owner(world, 'a');
  await world.ask('POST', secrets, { metadata: { name: 'held', ownerReferences: [a], finalizers: ['x.y/z'] } });
  await world.ask('DELETE', `${widgets}/a?propagationPolicy=Foreground`);
  expect(world.objects('widgets')).toMatchObject([{ metadata: { finalizers: ['foregroundDeletion'] } }]);
  await world.ask('PATCH', `${secrets}/held`, { metadata: { finalizers: null } });
  expect([world.objects('widgets'), world.objects('secrets')]).toEqual([[], []]);
});

test('A deleted namespace takes its contents along, and waits for finalizers.', async () => {
  const { ask, objects } = stage();
  const things = '/api/v1/namespaces/n/configmaps';
  await ask('POST', '/api/v1/namespaces', { metadata: { name: 'n' } });
  await ask('POST', things, { metadata: { name: 'plain' } });
  await ask('POST', things, { metadata: { name: 'held', finalizers: ['x.y/z'] } });
  expect((await ask('DELETE', '/api/v1/namespaces/n')).body.status).toMatchObject({ phase: 'Terminating' });
  expect(objects('configmaps').map(({ metadata }) => metadata.name)).toEqual(['held']);
  expect(await ask('POST', things, { metadata: { name: 'new' } })).toMatchObject({
    status: 403,
    body: { reason: 'Forbidden', details: { causes: [{ reason: 'NamespaceTerminating' }] } },
  });
  await ask('PATCH', `${things}/held`, { metadata: { finalizers: null } });
  expect((await ask('GET', '/api/v1/namespaces/n')).status).toBe(404);
});

test('The operator may do what RBAC grants, where it grants it, and nothing else.', async () => {
  const { ask, install } = stage();
  const rbac = 'rbac.authorization.k8s.io';
  const operator = { token: 'operator-token' };
  const bind = (kind: string, name: string, metadata: object) => ({
    apiVersion: `${rbac}/v1`,
    kind: `${kind}Binding`,
    metadata: { name, ...metadata },
    subjects: [{ kind: 'User', name: 'operator', apiGroup: rbac }],
    roleRef: { apiGroup: rbac, kind, name },
  });
  install([
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'read' },
      rules: [
        {
          apiGroups: ['sample.dev'],
          resources: ['widgets', 'widgets/status'],
          verbs: ['get', 'list', 'watch', 'patch'],
        },
      ],
    },
    bind('ClusterRole', 'read', {}),
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata: { name: 'one', namespace: 'default' },
      rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['s'], verbs: ['get'] }],
    },
    bind('Role', 'one', { namespace: 'default' }),
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'default' } },
  ]);
  await ask('POST', widgets, widget('a'));
  const statuses = [];
  for (const [method, path] of [
    ['GET', widgets],
    ['PATCH', `${widgets}/a/status`],
    ['DELETE', `${widgets}/a`],
    ['GET', `${secrets}/s`],
    ['GET', `${secrets}/t`],
    ['GET', secrets],
    ['GET', '/api/v1/namespaces/kube-system/secrets/s'],
  ] as const)
    statuses.push((await ask(method, path, method === 'PATCH' ? {} : undefined, operator)).status);
  expect(statuses).toEqual([200, 200, 403, 200, 403, 403, 403]);
});

test('A CRD is refused whose rule does not compile or names a field that is not there, and whose schema is not structural.', () => {
  const { install } = stage();
  const withSchema = (schema: object) => {
    const crd = structuredClone(widgetCrd) as unknown as {
      metadata: { name: string };
      spec: { names: object; versions: { schema: { openAPIV3Schema: { properties: Record<string, object> } } }[] };
    };
    crd.metadata.name = 'gadgets.sample.dev';
    crd.spec.names = { kind: 'Gadget', plural: 'gadgets' };
    crd.spec.versions[0]!.schema.openAPIV3Schema.properties.spec = schema;
    return () => install([crd]);
  };
  const rule = (text: string) => ({
    type: 'object',
    properties: { a: { type: 'integer' } },
    'x-kubernetes-validations': [{ rule: text }],
  });
  expect(withSchema(rule('self.a +'))).toThrow(
    /x-kubernetes-validations\[0\]\.rule: Invalid value: .*compilation failed/,
  );
  expect(withSchema(rule('self.b > 1'))).toThrow(/undefined field 'b'/);
  expect(withSchema(rule('nonsense(self.a)'))).toThrow(/compilation failed/);
  expect(withSchema({ properties: { a: { type: 'integer' } } })).toThrow(/properties\[spec\]\.type: Required value/);
  expect(withSchema(rule('self.a > 1'))).not.toThrow();
});

test('Deleting a CRD takes its objects and its paths away.', async () => {
  const { ask } = stage();
  await ask('POST', widgets, widget('a'));
  await ask('DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.sample.dev');
  expect(await ask('GET', widgets)).toMatchObject({ status: 404, body: { status: '404 page not found\n' } });
});

test('A snapshot brings back all there was, and goes on with the same names.', async () => {
  const first = stage();
  await first.ask('POST', widgets, widget('a'));
  const saved = JSON.stringify(first.snapshot());
  const second = stage();
  second.restore(JSON.parse(saved) as object);
  expect(second.objects('widgets')).toEqual(first.objects('widgets'));
  const [one, two] = [
    await first.ask('POST', widgets, widget('', {}, { name: undefined, generateName: 'g-' })),
    await second.ask('POST', widgets, widget('', {}, { name: undefined, generateName: 'g-' })),
  ];
  expect(one.body.metadata.name).toBe(two.body.metadata.name);
});

test('A snapshot stays what it was, whatever happens to its world and to one that was restored from it.', async () => {
  const first = stage();
  await first.ask('POST', widgets, widget('a', {}, { labels: { kept: 'yes' } }));
  await first.ask('POST', widgets, widget('b', {}, { finalizers: ['x.y/z'] }));
  const saved = first.snapshot();
  const text = JSON.stringify(saved);
  const second = stage();
  second.restore(saved);
  for (const { ask } of [first, second]) {
    const merged = { type: 'application/merge-patch+json' };
    await ask('PATCH', `${widgets}/a`, { metadata: { labels: { kept: null, more: 'x' } } }, merged);
    await ask('PATCH', `${widgets}/a?fieldManager=f`, widget('a'), { type: 'application/apply-patch+yaml' });
    await ask('PATCH', `${widgets}/a/status`, { status: { phase: 'x' } }, merged);
    await ask('DELETE', `${widgets}/b`);
    await ask('DELETE', `${widgets}/a`);
    expect(JSON.stringify(saved)).toBe(text);
  }
});

test('A kubeconfig over plain HTTP names its users in the path, because kubectl sends no token there.', async () => {
  const { kubeconfig, service } = stage();
  expect(kubeconfig('http://127.0.0.1:1')).toContain('server: http://127.0.0.1:1/as/admin-token');
  expect(kubeconfig('https://127.0.0.1:1')).toContain('server: https://127.0.0.1:1\n');
  const asAdmin = await service({ method: 'GET', url: new URL(`http://x/as/admin-token${secrets}`), headers: {} });
  const asNobody = await service({ method: 'GET', url: new URL(`http://x${secrets}`), headers: {} });
  expect([asAdmin.status, asNobody.status]).toEqual([200, 403]);
});
