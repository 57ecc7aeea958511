// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * How Argo CD and Flux apply. Argo CD links kubectl's own code, so its syncs are kubectl's commands with its flags
 * (argoproj/gitops-engine, pkg/utils/kube/resource_ops.go); its live-state cache lists in pages of 500 and watches on
 * (pkg/cache/cluster.go). Flux applies on the server, dry first, by force (fluxcd/pkg, ssa/manager_apply.go).
 */
import type { JsonMap } from '../../exchange.ts';
import type { Asking, Step, Story } from '../story.ts';
import { configMap, list, widget } from './objects.ts';

function asks(run: string, asking: Asking): Step {
  return { run, asks: asking };
}

const tracking = { 'argocd.argoproj.io/tracking-id': 'app:sample.dev/Widget:k-argo/a' };
const role = (verbs: readonly string[]): JsonMap => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { name: 'reader' },
  rules: [{ apiGroups: [''], resources: ['secrets'], verbs: [...verbs] }],
});
const argo = '/apis/sample.dev/v1/namespaces/k-argo/widgets';
const sync = 'kubectl apply --field-manager=argocd-controller';
const syncOnServer = 'kubectl apply --server-side --force-conflicts --field-manager=argocd-controller';

/** Tens of objects in pages of two: a page is what the cache takes at a time. */
function pages(path: string): Step[] {
  return [
    asks(`argocd cache: first page of ${path}`, { method: 'GET', path: `${path}?limit=2` }),
    asks(`argocd cache: all of ${path}`, { method: 'GET', path: `${path}?limit=500` }),
  ];
}

export const argoCd: Story = {
  name: 'Argo CD',
  namespace: 'k-argo',
  files: {
    'a.json': widget('a', { parts: [{ name: 'a' }, { name: 'b', value: 1 }], tags: ['x'] }, { annotations: tracking }),
    'a-2.json': widget('a', { size: 2, parts: [{ name: 'b', value: 2 }] }, { annotations: tracking }),
    'map.json': configMap('map', { a: '1', b: '2' }, { labels: { 'app.kubernetes.io/instance': 'app' } }),
    'map-2.json': configMap('map', { a: '2' }, { labels: { 'app.kubernetes.io/instance': 'app' } }),
    'role.json': role(['get']),
    'role-2.json': role(['get', 'list']),
    'more.json': list(configMap('one', { a: '1' }), configMap('two', { a: '1' }), configMap('three', { a: '1' })),
  },
  steps: [
    ...pages('/apis/sample.dev/v1/namespaces/k-argo/widgets'),
    ...pages('/api/v1/namespaces/k-argo/secrets'),
    asks('argocd cache: the kinds that may be listed', {
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      type: 'application/json',
      body: {
        kind: 'SelfSubjectAccessReview',
        apiVersion: 'authorization.k8s.io/v1',
        metadata: { creationTimestamp: null },
        spec: { resourceAttributes: { namespace: '*', verb: 'list', resource: 'widgets' } },
        status: { allowed: false },
      },
    }),
    `${sync} -f a.json --dry-run=server`,
    `${sync} -f a.json`,
    `${sync} -f a.json`,
    `${sync} -f map.json`,
    `${sync} -f a-2.json`,
    `${sync} -f map-2.json`,
    'kubectl get wd a -o yaml --show-managed-fields',
    'kubectl get cm map -o yaml --show-managed-fields',
    'kubectl patch wd a --type=merge -p \'{"spec":{"size":9}}\'',
    `${syncOnServer} -f a-2.json --dry-run=server -o json --show-managed-fields`,
    `${syncOnServer} -f a-2.json`,
    `${syncOnServer} -f map-2.json --validate=false`,
    'kubectl get wd a -o yaml --show-managed-fields',
    'kubectl auth reconcile -f role.json',
    `${sync} -f role.json`,
    'kubectl auth reconcile -f role-2.json',
    `${sync} -f role-2.json --force`,
    'kubectl replace -f map.json',
    'kubectl create -f more.json',
    ...pages('/api/v1/namespaces/k-argo/configmaps'),
    asks('argocd cache: list', { method: 'GET', path: `${argo}?limit=500` }),
    {
      run: 'argocd cache: watch',
      asks: {
        method: 'GET',
        path: `${argo}?allowWatchBookmarks=true&resourceVersion=$VERSION&watch=true`,
        events: 2,
      },
      during: { lines: 0, steps: ['kubectl label wd a team=x', 'kubectl delete wd a --wait=false'] },
    },
    asks('argocd prune, in the foreground', {
      method: 'DELETE',
      path: '/api/v1/namespaces/k-argo/configmaps/one',
      type: 'application/json',
      body: { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', propagationPolicy: 'Background' },
    }),
    asks('argocd prune of what is gone', {
      method: 'DELETE',
      path: '/api/v1/namespaces/k-argo/configmaps/one',
      type: 'application/json',
      body: { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', propagationPolicy: 'Background' },
    }),
  ],
};

const flux = '/apis/sample.dev/v1/namespaces/k-flux/widgets/a';
const fluxMap = '/api/v1/namespaces/k-flux/configmaps/map';
const owned = { 'kustomize.toolkit.fluxcd.io/name': 'app', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };

function fluxApply(run: string, path: string, body: JsonMap): Step[] {
  const query = 'fieldManager=kustomize-controller&force=true';
  const apply = { method: 'PATCH', type: 'application/apply-patch+yaml', body } as const;
  return [
    asks(`flux: ${run}, is it there`, { method: 'GET', path }),
    asks(`flux: ${run}, dry`, { ...apply, path: `${path}?dryRun=All&${query}` }),
    asks(`flux: ${run}`, { ...apply, path: `${path}?${query}` }),
  ];
}

function fluxWidget(spec: JsonMap): JsonMap {
  return widget('a', spec, { namespace: 'k-flux', labels: owned });
}

const remove = { kind: 'DeleteOptions', apiVersion: 'sample.dev/v1', propagationPolicy: 'Background' };

export const fluxCd: Story = {
  name: 'Flux',
  namespace: 'k-flux',
  files: { 'map.json': configMap('map', { a: 'by hand', z: '1' }) },
  steps: [
    ...fluxApply('a new object', flux, fluxWidget({ parts: [{ name: 'a' }, { name: 'b' }], tags: ['x'] })),
    ...fluxApply('the same again', flux, fluxWidget({ parts: [{ name: 'a' }, { name: 'b' }], tags: ['x'] })),
    ...fluxApply('less of it', flux, fluxWidget({ size: 2, parts: [{ name: 'a' }] })),
    'kubectl patch wd a --type=merge -p \'{"spec":{"size":9,"note":"by hand"}}\'',
    ...fluxApply('over drift', flux, fluxWidget({ size: 2, parts: [{ name: 'a' }] })),
    ...fluxApply('what is not valid', flux, fluxWidget({ size: 0 })),
    ...fluxApply('an unknown field', flux, fluxWidget({ sise: 0 })),
    'kubectl create -f map.json',
    ...fluxApply('what somebody made', fluxMap, configMap('map', { a: '1' }, { namespace: 'k-flux', labels: owned })),
    asks('flux: takes it from kubectl', {
      method: 'PATCH',
      path: `${fluxMap}?fieldManager=kustomize-controller`,
      type: 'application/json-patch+json',
      body: [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }],
    }),
    asks('flux: what is left', { method: 'GET', path: fluxMap }),
    asks('kstatus: the status', { method: 'GET', path: '/apis/sample.dev/v1/namespaces/k-flux/widgets' }),
    asks('flux: delete', { method: 'DELETE', path: flux, type: 'application/json', body: remove }),
    asks('flux: is it gone', { method: 'GET', path: flux }),
    asks('flux: delete again', { method: 'DELETE', path: flux, type: 'application/json', body: remove }),
  ],
};
