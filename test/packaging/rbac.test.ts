// SPDX-License-Identifier: GPL-3.0-or-later
/** The operator under exactly the shipped rights: all goes well, and without any one of them something breaks. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { outdatedDeployFiles } from '../../deploy/generate.ts';
import { permissions, permissionsOf, reaches, type Permissions } from '../../deploy/rbac/permissions.ts';
import { idleReasons, reasonFor } from '../../deploy/rbac/reasons.ts';
import { recordedRequests } from '../../deploy/rbac/recorded-requests.ts';
import { rbacOf } from '../operator/worlds.ts';
import { idOf, played, requestOf, requestsOf, type Played } from './recorded-requests.ts';
import { plays } from './rbac-scenes.ts';

const runs: Map<string, Played> = new Map();

beforeAll(async () => {
  for (const name of Object.keys(plays)) runs.set(name, await played(name));
}, 60_000);

describe('Under the shipped rights', () => {
  test.each(Object.keys(plays))('it goes well: %s.', (name) => {
    const run = runs.get(name);
    expect([...(run?.refused ?? ['never played'])]).toEqual([]);
    expect(run?.broken).toBeUndefined();
  });

  test('the operator asks for exactly what was recorded.', () => {
    const requests = new Map([...runs].map(([name, { requests: asked }]) => [name, asked]));
    expect(requestsOf(requests)).toEqual(recordedRequests);
  });
});

const rights = reaches.flatMap((reach) =>
  permissions[reach].flatMap(({ verbs, names, ...rest }, rule) =>
    verbs.map((verb) => {
      const named = names ? ` ${names.join(' ')}` : '';
      return { title: `${verb} ${rest.resource}${named} (${reach})`, reach, rule, verb, names, ...rest };
    }),
  ),
);
type Right = (typeof rights)[number];

/** The shipped rules as they are, but one verb of one of them taken off; or left for objects of another name only. */
function without({ reach, rule, verb }: Right, otherNames?: readonly string[]): Permissions {
  const rules = permissions[reach].flatMap((one, nth) => {
    if (nth !== rule) return [one];
    const rest = { ...one, verbs: one.verbs.filter((other) => other !== verb) };
    return otherNames ? [rest, { ...one, verbs: [verb], names: otherNames }] : [rest];
  });
  return { ...permissions, [reach]: rules.filter(({ verbs }) => verbs.length > 0) };
}

const uses =
  ({ verb, resource, group, names, reach }: Right) =>
  ({ requests }: Played) =>
    [...requests.values()].some(
      (asked) =>
        asked.verb === verb &&
        asked.resource === resource &&
        asked.group === group &&
        (asked.namespace === 'own') === (reach === 'operatorNamespace') &&
        (!names || names.includes(asked.name ?? '')),
    );

test.each(rights)(
  'Without the right to $title a play fails.',
  async (right) => {
    const tried: string[] = [];
    for (const [name, run] of runs) {
      if (!uses(right)(run)) continue;
      tried.push(name);
      const { broken, refused } = await played(name, rbacOf(without(right)));
      expect([...refused]).toContain(`${right.verb} ${right.resource}`);
      if (broken) return;
    }
    expect({ holdsWithoutIt: tried }).toBeUndefined();
  },
  30_000,
);

test.each(rights.filter(({ names }) => names))(
  'A right to $title is none to objects of other names.',
  async (right) => {
    const [name = ''] = [...runs].find(([, run]) => uses(right)(run)) ?? [];
    const { refused } = await played(name, rbacOf(without(right, ['another'])));
    expect([...refused]).toContain(`${right.verb} ${right.resource}`);
  },
  30_000,
);

test('Nothing is granted by a wildcard, and nothing with which one gives oneself more.', () => {
  const words = rights.flatMap(({ verb, group, resource, names = [] }) => [verb, group, resource, ...names]);
  expect(words.filter((word) => word.includes('*'))).toEqual([]);
  expect(words.filter((word) => ['escalate', 'bind', 'impersonate', 'deletecollection'].includes(word))).toEqual([]);
  const groups = ['rbac.authorization.k8s.io', 'apps', 'batch', 'admissionregistration.k8s.io', 'apiextensions.k8s.io'];
  expect(rights.filter(({ group }) => groups.includes(group))).toEqual([]);
  const dangerous = ['pods', 'pods/exec', 'serviceaccounts', 'serviceaccounts/token', 'nodes', 'nodes/proxy'];
  expect(rights.filter(({ resource }) => dangerous.includes(resource))).toEqual([]);
});

test('No Secret may be touched cluster-wide, and none be listed anywhere.', () => {
  expect(permissions.cluster.filter(({ resource }) => resource === 'secrets')).toEqual([]);
  expect(rights.filter(({ resource, verb }) => resource === 'secrets' && verb === 'list')).toEqual([]);
});

test('The manifests are what the recording generates.', () => {
  expect(outdatedDeployFiles()).toEqual([]);
});

test('Every right has its reason, and no reason is left over; a new request without one fails.', () => {
  const used = new Set(reaches.flatMap((reach) => permissions[reach].flatMap(({ reasons }) => reasons)));
  expect(idleReasons(used)).toEqual([]);
  const unheard = { group: '', resource: 'pods', verb: 'list', namespace: 'all' } as const;
  expect(() => permissionsOf([unheard], 'cluster')).toThrow('say in deploy/rbac/reasons.ts what for');
  expect(reasonFor('get', 'leases')).not.toBe('');
});

describe('A recording', () => {
  const asked = (method: string, path: string) => {
    const request = requestOf({ method, url: new URL(path, 'http://kubernetes.test') });
    return request && idOf(request);
  };

  test('forgets the names of what users made, and keeps those of the operator.', () => {
    expect(asked('GET', '/api/v1/namespaces/team-a/secrets/aws')).toBe('each  secrets  get');
    expect(asked('GET', '/api/v1/namespaces/hybrid-cloud-operator/secrets/aws')).toBe('each  secrets  get');
    expect(asked('GET', '/api/v1/namespaces/kube-system')).toBe('none  namespaces kube-system get');
    expect(asked('PUT', '/apis/coordination.k8s.io/v1/namespaces/hybrid-cloud-operator/leases/l')).toBe(
      'own coordination.k8s.io leases l update',
    );
    expect(asked('PATCH', '/apis/hybridcloud.dev/v1alpha1/namespaces/a/backuptargets/b/status')).toBe(
      'each hybridcloud.dev backuptargets/status  patch',
    );
    expect(asked('GET', '/version')).toBeUndefined();
  });

  test('takes a watch of one name for what it is, and refuses one of all Secrets of a namespace.', () => {
    const secrets = '/api/v1/namespaces/team-a/secrets?watch=true';
    expect(asked('GET', `${secrets}&fieldSelector=metadata.name%3Daws`)).toBe('each  secrets  watch');
    expect(() => asked('GET', secrets)).toThrow('without naming one');
    expect(asked('GET', '/apis/hybridcloud.dev/v1alpha1/backuptargets?watch=true')).toBe(
      'all hybridcloud.dev backuptargets  watch',
    );
  });
});
