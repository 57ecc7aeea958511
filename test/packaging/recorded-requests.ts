// SPDX-License-Identifier: GPL-3.0-or-later
/** What the operator asks of the API server in every play, as an authorizer sees it. */
import type { RecordedRequest } from '../../deploy/rbac/recorded-requests.ts';
import { targetOf, verbOf, type Target } from '../../src/simulator/kubernetes/protocol/request.ts';
import type { HttpRequest } from '../../src/wire/call.ts';
import { namespace as home, rbacOf, serviceAccount, worlds, type Worlds } from '../operator/worlds.ts';
import { plays } from './rbac-scenes.ts';

/** Kinds of which the operator has objects of its own in its namespace. Everything else is where its users put it. */
const ownResources = ['leases', 'configmaps'];

/** A selector for one name is authorised as that name (Kubernetes documentation, "Using RBAC Authorization", "Referring to resources"). */
function nameOf(asked: Target, query: URLSearchParams): string | undefined {
  return asked.name || /^metadata\.name=(.+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
}

/** Where it holds. @throws when it is a look at all that a namespace holds. */
function placeOf({ plural, namespace }: Target, named: boolean): RecordedRequest['namespace'] {
  if (plural === 'namespaces') return 'none';
  if (namespace === '') return 'all';
  if (namespace === home && ownResources.includes(plural)) return 'own';
  if (!named) throw new Error(`${plural} of a namespace without naming one: that is a look at all that it holds`);
  return 'each';
}

/** `undefined` for what is no request of the API server. */
export function requestOf({ method, url }: Pick<HttpRequest, 'method' | 'url'>): RecordedRequest | undefined {
  const asked = url.host === 'kubernetes.test' ? targetOf(url.pathname) : undefined;
  if (!asked) return undefined;
  const { group, plural, subresource } = asked;
  const verb = verbOf(method, asked, url.searchParams);
  const name = nameOf(asked, url.searchParams);
  const place = placeOf(asked, name !== undefined || verb === 'create');
  const resource = subresource === '' ? plural : `${plural}/${subresource}`;
  const fixed = name !== undefined && (place === 'none' || place === 'own');
  return { group, resource, verb, namespace: place, ...(fixed ? { name } : {}) };
}

export const idOf = ({ group, resource, verb, namespace, name = '' }: RecordedRequest) =>
  [namespace, group, resource, name, verb].join(' ');

export interface Played {
  readonly requests: ReadonlyMap<string, RecordedRequest>;
  /** `verb resource` of what the API server refused for want of a right. */
  readonly refused: ReadonlySet<string>;
  /** Why the play failed. */
  readonly broken?: unknown;
}

function refusedIn({ kubernetes }: Worlds): Played['refused'] {
  const refused = kubernetes.calls.filter(({ user, status }) => user === serviceAccount.name && status === 403);
  return new Set(
    refused.map(({ verb, resource, subresource }) => `${verb} ${resource}${subresource && `/${subresource}`}`),
  );
}

/** Under the shipped rights, or others. Ends all that it started. */
export async function played(name: string, rbac: readonly object[] = rbacOf()): Promise<Played> {
  const world = worlds({ rbac });
  const requests = new Map<string, RecordedRequest>();
  const onRequest = (request: HttpRequest) => {
    const asked = requestOf(request);
    if (asked) requests.set(idOf(asked), asked);
  };
  try {
    await plays[name]?.({ world, start: (options = {}) => world.operator({ ...options, onRequest }) });
    return { requests, refused: refusedIn(world) };
  } catch (broken) {
    return { requests, refused: refusedIn(world), broken };
  } finally {
    await world.end();
  }
}

/** Under rights to everything: whoever records is not held up by what was recorded before. */
export const everything: readonly object[] = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'everything' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'everything' },
    subjects: [{ kind: 'ServiceAccount', name: 'hybrid-cloud-operator', namespace: home }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'everything' },
    rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
  },
];

/** By play. @throws when one fails. */
export async function recordedPlays(): Promise<ReadonlyMap<string, Played['requests']>> {
  const all = new Map<string, Played['requests']>();
  for (const name of Object.keys(plays)) {
    const { requests, broken } = await played(name, everything);
    if (broken) throw new Error(`the play "${name}" fails`, { cause: broken });
    all.set(name, requests);
  }
  return all;
}

/** Once each, in a fixed order. */
export function requestsOf(recorded: Awaited<ReturnType<typeof recordedPlays>>): RecordedRequest[] {
  const all = new Map([...recorded.values()].flatMap((requests) => [...requests]));
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, request]) => request);
}

export function requestsSource(requests: readonly RecordedRequest[]): string {
  const field = ([key, value]: [string, unknown]) => `${key}: '${String(value)}'`;
  const lines = requests.map((request) => `  { ${Object.entries(request).map(field).join(', ')} },`);
  return `// SPDX-License-Identifier: GPL-3.0-or-later
// Generated by "npm run record" from the requests of every play in test/packaging/rbac-scenes.ts; do not edit.

export interface RecordedRequest {
  /** Empty for the core API. */
  readonly group: string;
  /** As RBAC writes it: \`backuptargets/status\`. */
  readonly resource: string;
  readonly verb: string;
  /** \`all\`: of all namespaces at once; \`each\`: where the object is; \`own\`: in the operator's; \`none\`: of the cluster. */
  readonly namespace: 'all' | 'each' | 'own' | 'none';
  /** Only of objects that have the same name in every cluster. */
  readonly name?: string;
}

export const recordedRequests: readonly RecordedRequest[] = [
${lines.join('\n')}
];
`;
}
