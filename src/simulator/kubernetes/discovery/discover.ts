// SPDX-License-Identifier: GPL-3.0-or-later
/** Paths that name no resource: what is served, in which form, and whether all is well. */
import type { SimRequest, SimResponse } from '../../kernel/service.ts';
import { respond } from '../../kernel/service.ts';
import { mustBeOpen } from '../control/refuse.ts';
import type { JsonObject } from '../object.ts';
import type { Definition } from '../resources/definition.ts';
import { noResource } from '../status.ts';
import type { User, World } from '../world.ts';
import { openapiProtobuf } from './openapi-protobuf.ts';
import { openapiPaths, openapiV2, openapiV3 } from './openapi.ts';

function json(body: JsonObject): SimResponse {
  return respond(200, { 'content-type': 'application/json' }, JSON.stringify(body));
}

function plain(status: number, text: string): SimResponse {
  return respond(status, { 'content-type': 'text/plain; charset=utf-8' }, text);
}

export function discover(world: World, request: SimRequest, user: User): SimResponse {
  const path = request.url.pathname.replace(/\/$/, '');
  mustBeOpen(world, user, request.method, request.url.pathname);
  return fixed(world, request, path) ?? versioned(world, path) ?? missing(path);
}

function fixed(world: World, { url, headers }: SimRequest, path: string): SimResponse | undefined {
  switch (path) {
    case '/healthz':
    case '/livez':
    case '/readyz':
      return plain(200, url.searchParams.has('verbose') ? `[+]ping ok\n${path.slice(1)} check passed\n` : 'ok');
    case '/version':
      return json(version);
    case '/api':
      return json({
        kind: 'APIVersions',
        versions: ['v1'],
        serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: url.host }],
      });
    case '/apis':
      return json({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups(world) });
    case '/openapi/v2':
      return headers.accept?.includes('protobuf') ? protobuf(world) : json(openapiV2(served(world)));
    case '/openapi/v3':
      return json(openapiPaths(served(world)));
    default:
      return undefined;
  }
}

function protobuf(world: World): SimResponse {
  const type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
  return respond(200, { 'content-type': type }, openapiProtobuf(openapiV2(served(world))));
}

function missing(path: string): SimResponse {
  if (!path.startsWith('/api/v1')) return plain(404, '404 page not found\n');
  throw noResource();
}

function versioned(world: World, path: string): SimResponse | undefined {
  const match = /^(\/openapi\/v3)?\/(?:api\/(v1)|apis\/([^/]+)(?:\/([^/]+))?)$/.exec(path);
  if (!match) return undefined;
  const [, openapi, core, group = '', version = core ?? ''] = match;
  if (version === '') {
    const found = groups(world).find((one) => one.name === group);
    return found && json({ kind: 'APIGroup', apiVersion: 'v1', ...found });
  }
  const definitions = served(world).filter((one) => one.group === group && one.version === version);
  if (definitions.length === 0 && !reviews.has(`${group}/${version}`)) return undefined;
  if (openapi) return json(openapiV3(definitions));
  const groupVersion = group === '' ? version : `${group}/${version}`;
  const resources = [...definitions.flatMap(resourcesOf), ...(reviews.get(groupVersion) ?? [])];
  return json({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources });
}

const version: JsonObject = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.0+simulated',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'simulated',
};

function served(world: World): readonly Definition[] {
  return [...world.definitions.values()];
}

function review(name: string, kind: string): JsonObject {
  return { name, singularName: kind.toLowerCase(), namespaced: false, kind, verbs: ['create'] };
}

const reviews: ReadonlyMap<string, readonly JsonObject[]> = new Map([
  [
    'authorization.k8s.io/v1',
    [
      review('selfsubjectaccessreviews', 'SelfSubjectAccessReview'),
      review('selfsubjectrulesreviews', 'SelfSubjectRulesReview'),
      review('subjectaccessreviews', 'SubjectAccessReview'),
    ],
  ],
  ['authentication.k8s.io/v1', [review('selfsubjectreviews', 'SelfSubjectReview')]],
]);

function groups(world: World): JsonObject[] {
  const versions = new Map<string, Set<string>>();
  for (const { group, version } of served(world))
    if (group !== '') versions.set(group, (versions.get(group) ?? new Set()).add(version));
  for (const groupVersion of reviews.keys()) versions.set(groupVersion.split('/')[0] ?? '', new Set(['v1']));
  return [...versions].map(([name, all]) => {
    const list = [...all].map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions: list, preferredVersion: list[0] };
  });
}

function resourcesOf({
  plural,
  singular,
  namespaced,
  kind,
  verbs,
  shortNames,
  categories,
  hasStatus,
}: Definition): JsonObject[] {
  const main: JsonObject = {
    name: plural,
    singularName: singular === '' ? kind.toLowerCase() : singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
  };
  const status: JsonObject = {
    name: `${plural}/status`,
    singularName: '',
    namespaced,
    kind,
    verbs: ['get', 'patch', 'update'],
  };
  return hasStatus ? [main, status] : [main];
}
