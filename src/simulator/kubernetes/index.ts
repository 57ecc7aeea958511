// SPDX-License-Identifier: GPL-3.0-or-later
/** An API server in this process: the wire protocol of the real one, without a network unless somebody serves it. */
import type { SimClock } from '../kernel/clock.ts';
import { FaultRules } from '../kernel/faults.ts';
import type { SimService } from '../kernel/service.ts';
import { collect } from './control/garbage.ts';
import { createFaults, type Faults } from './faults/watch-faults.ts';
import { kubeconfig } from './kubeconfig.ts';
import type { KubeObject } from './object.ts';
import { coordination } from './resources/coordination.ts';
import { core } from './resources/core.ts';
import { crds, definitionsOf, established } from './resources/crd.ts';
import type { Definition } from './resources/definition.ts';
import { events } from './resources/events.ts';
import { kept } from './resources/kept.ts';
import { rbac } from './resources/rbac.ts';
import { createService } from './service.ts';
import type { Change } from './store.ts';
import { Store } from './store.ts';
import { put } from './verbs/put.ts';
import { type Bookmarks, Watches } from './watches.ts';
import type { CallLogEntry, User, World } from './world.ts';
import { now } from './world.ts';

export interface KubernetesOptions {
  readonly clock: SimClock;
  /** Tokens beyond `admin-token` (group system:masters) and `operator-token` (user `operator`, no rights until RBAC gives some). */
  readonly users?: Readonly<Record<string, User>>;
  /** Seconds between a change and the bookmark that tells how far a watch has come; 60, as the API server does. */
  readonly bookmarkSeconds?: number;
  /** Of uids and generated names; the same seed makes the same ones. */
  readonly seed?: number;
}

export interface KubernetesWorld {
  /** In-process. Bodies of watches stream until the request's signal aborts, `timeoutSeconds` pass, or a fault ends them. */
  readonly service: SimService;
  /** Stores manifests as the administrator, without HTTP: namespaces, CRDs, RBAC, Secrets, custom resources. @throws ApiError when one is refused. */
  readonly install: (manifests: readonly object[]) => void;
  /** A look for tests: `objects('backuptargets')`, `objects('secrets', 'default')`; as stored (events as core/v1), sorted by namespace and name. */
  readonly objects: (resource: string, namespace?: string) => readonly KubeObject[];
  readonly calls: CallLogEntry[];
  readonly faults: Faults;
  /** Forgets history: who resumes from an older resourceVersion gets 410 Gone. */
  readonly compact: () => void;
  /** Plain JSON; users, faults and calls are not part of it. */
  readonly snapshot: () => object;
  /** Grows with every change, for who keeps snapshots. */
  readonly revision: () => number;
  /**
   * Replaces all state; open watches end. Objects keep their uids and resourceVersions; a watch resumes from the last one or gets 410.
   * With `killed`, the state may be older than what clients have seen: resourceVersions go on far above it, as after restoring etcd with
   * `--bump-revision --mark-compacted`, so that none is given out twice.
   */
  readonly restore: (state: object, options?: { readonly killed?: boolean }) => void;
  /**
   * For `kubectl --kubeconfig`, with a context for each user; the first is the administrator's. Over http, kubectl sends no tokens and
   * `get --raw` no user: people are better served over https, with the authority's PEM.
   */
  readonly kubeconfig: (serverURL: string, authority?: string) => string;
}

const builtins: readonly Definition[] = [...core, ...events, ...kept, coordination, ...rbac, crds];
const crdShelf = crds.shelf;

function pathOf({ group, version, plural }: Definition): string {
  return `${group}/${version}/${plural}`;
}

/** What is served follows the CRDs that are there. */
function serve(world: World, { previous, object, type }: Pick<Change, 'previous' | 'object' | 'type'>): void {
  for (const definition of previous ? definitionsOf(previous) : []) world.definitions.delete(pathOf(definition));
  const definitions = type === 'DELETED' ? [] : definitionsOf(object);
  for (const definition of definitions) world.definitions.set(pathOf(definition), definition);
  const [first] = definitions;
  if (first && !previous) world.since.set(first.shelf, world.store.revision);
  if (type !== 'DELETED') return;
  const [gone] = definitionsOf(object);
  // The real server's finalizer deletes all instances first.
  if (gone) for (const instance of world.store.list(gone.shelf)) world.store.remove(gone.shelf, instance);
}

/** One timer for all watches, and only while somebody is behind: a world at rest, or left behind, holds no process up. */
function bookmarks(world: () => World, seconds: number): Bookmarks {
  let waiting: AbortController | undefined;
  return {
    behind: () => {
      if (waiting) return;
      const timer = new AbortController();
      waiting = timer;
      void world()
        .clock.sleep(seconds * 1000, timer.signal)
        .then(() => {
          if (waiting === timer) waiting = undefined;
          if (!timer.signal.aborted) world().watches.bookmark(world().store.revision);
        });
    },
    nobody: () => {
      waiting?.abort();
      waiting = undefined;
    },
  };
}

function createWorld({ clock, users = {}, seed = 1, bookmarkSeconds = 60 }: KubernetesOptions): World {
  const world: World = {
    clock,
    random: { seed },
    rules: new FaultRules(),
    calls: [],
    users: new Map(
      Object.entries({
        'admin-token': { name: 'admin', groups: ['system:masters', 'system:authenticated'] },
        'operator-token': { name: 'operator', groups: ['operators', 'system:authenticated'] },
        ...users,
      }),
    ),
    definitions: new Map(builtins.map((definition) => [pathOf(definition), definition])),
    stale: undefined,
    since: new Map(),
    store: new Store((change) => {
      if (change.shelf === crdShelf) serve(world, change);
      world.watches.tell(change);
      collect(world, change);
      if (change.shelf === crdShelf && change.type === 'ADDED')
        world.store.put(crdShelf, established(change.object, now(world)));
    }),
    watches: new Watches(bookmarks(() => world, bookmarkSeconds)),
  };
  return world;
}

export function createKubernetes(options: KubernetesOptions): KubernetesWorld {
  const world = createWorld(options);
  const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
  const install = (manifests: readonly object[]): void => {
    for (const manifest of manifests) put(world, manifest as KubeObject);
  };
  for (const name of namespaces)
    put(world, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } as KubeObject, 'kube-apiserver');
  return {
    service: createService(world),
    install,
    objects: (resource, namespace) => {
      const definition = [...world.definitions.values()].find((one) => one.plural === resource);
      const objects = definition ? world.store.list(definition.shelf) : [];
      return namespace === undefined ? objects : objects.filter((object) => object.metadata.namespace === namespace);
    },
    calls: world.calls,
    faults: createFaults(world),
    compact: () => world.store.compact(),
    // objects in the store are replaced, never changed: they need no copy
    snapshot: () => ({ seed: world.random.seed, store: world.store.snapshot() }),
    revision: () => world.store.revision,
    restore: (state, { killed = false } = {}) => restore(world, state as State, killed ? bump : 0),
    kubeconfig: (serverURL, authority) => kubeconfig(serverURL, world.users, authority),
  };
}

interface State {
  readonly seed: number;
  readonly store: Parameters<Store['restore']>[0];
}

/** More changes than happen between two snapshots. */
const bump = 1_000_000;

function restore(world: World, state: State, lost: number): void {
  const { seed, store } = state;
  world.watches.cut({});
  world.store.restore(store, lost);
  // what was made after the state was taken has uids that must not come again either
  world.random.seed = lost > 0 ? seed + world.store.revision : seed;
  for (const definition of world.definitions.values())
    if (definition.custom) world.definitions.delete(pathOf(definition));
  for (const object of world.store.list(crdShelf)) serve(world, { type: 'ADDED', object, previous: undefined });
}
