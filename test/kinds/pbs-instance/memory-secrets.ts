// SPDX-License-Identifier: GPL-3.0-or-later
/** Secrets of one namespace, with versions, as the API server has them. */
import { Failure } from '../../../src/core/failure.ts';
import type { KubeObject, Secret, Secrets } from '../../../src/core/objects.ts';

function conflict(): Failure {
  return new Failure({ class: 'Transient', reason: 'Conflict', message: 'it was changed meanwhile', applied: 'no' });
}

export interface MemorySecrets extends Secrets {
  readonly all: Map<string, Secret>;
  /** Somebody's, by hand. */
  put(name: string, data: Readonly<Record<string, string>>): void;
  /** The next so many writes are refused. */
  refuse(times: number): void;
  readonly writes: string[];
}

export function memorySecrets(namespace = 'default'): MemorySecrets {
  const all = new Map<string, Secret>();
  const writes: string[] = [];
  let version = 0;
  let refused = 0;
  const kept = (secret: Omit<Secret, 'resourceVersion' | 'namespace'>): Secret => {
    const next = { ...secret, namespace, resourceVersion: String(++version) };
    all.set(secret.name, next);
    return next;
  };
  const written = (what: string): void => {
    if (refused-- > 0) throw conflict();
    refused = Math.max(refused, 0);
    writes.push(what);
  };
  return {
    all,
    writes,
    put: (name, data) =>
      void kept({
        name,
        uid: `uid-${name}`,
        annotations: {},
        owners: [],
        type: 'Opaque',
        data: new Map(Object.entries(data)),
      }),
    refuse: (times) => {
      refused = times;
    },
    read: (_namespace, name) => Promise.resolve(all.get(name)),
    create: async (owner: KubeObject, { name, type, annotations, data }) => {
      written(`create ${name}`);
      if (all.has(name)) throw conflict();
      const { uid, name: ownerName } = owner.metadata;
      const owners = [{ uid, kind: owner.kind, name: ownerName }];
      return Promise.resolve(kept({ name, uid: `uid-${name}-${version}`, annotations, owners, type, data }));
    },
    replace: async (read, { annotations, data }) => {
      written(`replace ${read.name}`);
      const now = all.get(read.name);
      if (now?.resourceVersion !== read.resourceVersion) throw conflict();
      return Promise.resolve(kept({ ...now, annotations, data }));
    },
    remove: async (read) => {
      written(`remove ${read.name}`);
      all.delete(read.name);
      return Promise.resolve();
    },
  };
}
