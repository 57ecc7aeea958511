// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Kinds that are kept and shown, and no more: nothing runs a Pod, scales a Deployment or fills a Service. People look for them, bundles
 * contain them, and Argo CD lists them all. Their schemas are open, so fields are neither checked nor defaulted.
 */
import type { Json, KubeObject } from '../object.ts';
import { isList, isObject, textOf } from '../object.ts';
import type { Schema } from '../schema/structural.ts';
import { age, builtin, nameColumn } from './builtin.ts';
import type { Column, Definition } from './definition.ts';
import { kind } from './metadata.ts';

const free: Partial<Schema> = { 'x-kubernetes-preserve-unknown-fields': true };
const open: Schema = {
  type: 'object',
  'x-kubernetes-preserve-unknown-fields': true,
  description: 'Any fields: they are kept as they are, and nothing acts on them here.',
};

function at(object: Json | undefined, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), object);
}

function number(name: string, path: string): Column {
  return { name, type: 'integer', cell: (o) => Number(at(o, path) ?? 0) };
}

function text(name: string, path: string, otherwise = '<none>', priority = 0): Column {
  return { name, type: 'string', priority, cell: (o) => textOf(at(o, path)) || otherwise };
}

function ratio(name: string, path: string, of: string): Column {
  return { name, type: 'string', cell: (o) => `${Number(at(o, path) ?? 0)}/${Number(at(o, of) ?? 0)}` };
}

/** `a=b,c=d` */
function pairs(value: Json | undefined): string {
  const entries = isObject(value) ? Object.entries(value) : [];
  return entries.map(([key, one]) => `${key}=${textOf(one)}`).join(',') || '<none>';
}

function containers(o: KubeObject, path: string, field: string): string {
  const found = at(o, `${path}.containers`);
  return (isList(found) ? found : []).map((one) => textOf(at(one, field))).join(',');
}

function wide(path = 'spec.template.spec'): readonly Column[] {
  return [
    { name: 'Containers', type: 'string', priority: 1, cell: (o) => containers(o, path, 'name') },
    { name: 'Images', type: 'string', priority: 1, cell: (o) => containers(o, path, 'image') },
  ];
}

const selector: Column = {
  name: 'Selector',
  type: 'string',
  priority: 1,
  cell: (o) => pairs(at(o, 'spec.selector.matchLabels')),
};

const ports: Column = {
  name: 'Port(s)',
  type: 'string',
  cell: (o) => {
    const found = at(o, 'spec.ports');
    const shown = (isList(found) ? found : []).map(
      (one) => `${textOf(at(one, 'port'))}/${textOf(at(one, 'protocol')) || 'TCP'}`,
    );
    return shown.join(',') || '<none>';
  },
};

interface Kept {
  readonly version?: string;
  readonly group?: string;
  readonly plural: string;
  readonly kind: string;
  readonly short?: string;
  readonly isGlobal?: boolean;
  readonly inAll?: boolean;
  readonly columns: readonly Column[];
}

const replicas = [
  number('Desired', 'spec.replicas'),
  number('Current', 'status.replicas'),
  number('Ready', 'status.readyReplicas'),
];

const kinds: readonly Kept[] = [
  {
    plural: 'pods',
    kind: 'Pod',
    short: 'po',
    inAll: true,
    columns: [
      { name: 'Ready', type: 'string', cell: (o) => `0/${containers(o, 'spec', 'name').split(',').length}` },
      text('Status', 'status.phase', 'Pending'),
      { name: 'Restarts', type: 'integer', cell: () => 0 },
      age,
      text('IP', 'status.podIP', '<none>', 1),
      text('Node', 'spec.nodeName', '<none>', 1),
      text('Nominated Node', 'status.nominatedNodeName', '<none>', 1),
      text('Readiness Gates', 'none', '<none>', 1),
    ],
  },
  {
    plural: 'replicationcontrollers',
    kind: 'ReplicationController',
    short: 'rc',
    inAll: true,
    columns: [...replicas, age, ...wide(), selector],
  },
  {
    plural: 'services',
    kind: 'Service',
    short: 'svc',
    inAll: true,
    columns: [
      text('Type', 'spec.type', 'ClusterIP'),
      text('Cluster-IP', 'spec.clusterIP'),
      text('External-IP', 'spec.externalName'),
      ports,
      age,
      { name: 'Selector', type: 'string', priority: 1, cell: (o) => pairs(at(o, 'spec.selector')) },
    ],
  },
  { plural: 'endpoints', kind: 'Endpoints', short: 'ep', columns: [text('Endpoints', 'none'), age] },
  {
    plural: 'nodes',
    kind: 'Node',
    short: 'no',
    isGlobal: true,
    columns: [
      text('Status', 'none', 'Unknown'),
      text('Roles', 'none'),
      age,
      text('Version', 'status.nodeInfo.kubeletVersion', ''),
    ],
  },
  {
    plural: 'limitranges',
    kind: 'LimitRange',
    short: 'limits',
    columns: [{ name: 'Created At', type: 'date', cell: (o) => o.metadata.creationTimestamp }],
  },
  {
    plural: 'resourcequotas',
    kind: 'ResourceQuota',
    short: 'quota',
    columns: [age, text('Request', 'none', ''), text('Limit', 'none', '')],
  },
  {
    plural: 'persistentvolumeclaims',
    kind: 'PersistentVolumeClaim',
    short: 'pvc',
    columns: [text('Status', 'status.phase', 'Pending'), text('Volume', 'spec.volumeName', ''), age],
  },
  {
    group: 'apps',
    plural: 'daemonsets',
    kind: 'DaemonSet',
    short: 'ds',
    inAll: true,
    columns: [
      number('Desired', 'status.desiredNumberScheduled'),
      number('Current', 'status.currentNumberScheduled'),
      number('Ready', 'status.numberReady'),
      number('Up-to-date', 'status.updatedNumberScheduled'),
      number('Available', 'status.numberAvailable'),
      { name: 'Node Selector', type: 'string', cell: (o) => pairs(at(o, 'spec.template.spec.nodeSelector')) },
      age,
      ...wide(),
      selector,
    ],
  },
  {
    group: 'apps',
    plural: 'deployments',
    kind: 'Deployment',
    short: 'deploy',
    inAll: true,
    columns: [
      ratio('Ready', 'status.readyReplicas', 'spec.replicas'),
      text('Up-to-date', 'status.updatedReplicas', '0'),
      text('Available', 'status.availableReplicas', '0'),
      age,
      ...wide(),
      selector,
    ],
  },
  {
    group: 'apps',
    plural: 'replicasets',
    kind: 'ReplicaSet',
    short: 'rs',
    inAll: true,
    columns: [...replicas, age, ...wide(), selector],
  },
  {
    group: 'apps',
    plural: 'statefulsets',
    kind: 'StatefulSet',
    short: 'sts',
    inAll: true,
    columns: [ratio('Ready', 'status.readyReplicas', 'spec.replicas'), age, ...wide()],
  },
  {
    group: 'batch',
    plural: 'jobs',
    kind: 'Job',
    inAll: true,
    columns: [
      ratio('Completions', 'status.succeeded', 'spec.completions'),
      text('Duration', 'none', ''),
      age,
      ...wide(),
      selector,
    ],
  },
  {
    group: 'networking.k8s.io',
    plural: 'networkpolicies',
    kind: 'NetworkPolicy',
    short: 'netpol',
    columns: [{ name: 'Pod-Selector', type: 'string', cell: (o) => pairs(at(o, 'spec.podSelector.matchLabels')) }, age],
  },
  {
    group: 'networking.k8s.io',
    plural: 'ingresses',
    kind: 'Ingress',
    short: 'ing',
    columns: [text('Class', 'spec.ingressClassName'), age],
  },
  {
    group: 'batch',
    plural: 'cronjobs',
    kind: 'CronJob',
    short: 'cj',
    inAll: true,
    columns: [text('Schedule', 'spec.schedule'), text('Suspend', 'spec.suspend', 'false'), age],
  },
  {
    group: 'autoscaling',
    version: 'v2',
    plural: 'horizontalpodautoscalers',
    kind: 'HorizontalPodAutoscaler',
    short: 'hpa',
    inAll: true,
    columns: [text('Reference', 'spec.scaleTargetRef.name'), age],
  },
  { plural: 'persistentvolumes', kind: 'PersistentVolume', short: 'pv', isGlobal: true, columns: [age] },
  {
    group: 'storage.k8s.io',
    plural: 'storageclasses',
    kind: 'StorageClass',
    short: 'sc',
    isGlobal: true,
    columns: [text('Provisioner', 'provisioner'), age],
  },
  {
    group: 'policy',
    plural: 'poddisruptionbudgets',
    kind: 'PodDisruptionBudget',
    short: 'pdb',
    columns: [
      text('Min Available', 'spec.minAvailable', 'N/A'),
      text('Max Unavailable', 'spec.maxUnavailable', 'N/A'),
      number('Allowed Disruptions', 'status.disruptionsAllowed'),
      age,
    ],
  },
];

export const kept: readonly Definition[] = kinds.map(
  ({ group = '', version = 'v1', plural, kind: name, short, isGlobal, inAll, columns }) =>
    builtin({
      group,
      version,
      plural,
      kind: name,
      namespaced: isGlobal !== true,
      shortNames: short === undefined ? [] : [short],
      categories: inAll === true ? ['all'] : [],
      hasStatus: true,
      counted: true,
      schema: { ...kind('Kept as it is written: nothing acts on it here.', { spec: open, status: open }), ...free },
      columns: [nameColumn, ...columns],
      hooks: {},
    }),
);
