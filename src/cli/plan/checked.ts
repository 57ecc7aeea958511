// SPDX-License-Identifier: GPL-3.0-or-later
/** The simulated API server as the judge of what the files hold: the same schema, defaults, rules and words as the real one's. */
import { kinds as apis } from '../../api/kinds.ts';
import type { KubeObject } from '../../core/objects.ts';
import { realClock } from '../../simulator/kernel/clock.ts';
import { createKubernetes } from '../../simulator/kubernetes/index.ts';
import { CommandError } from '../command/exit-status.ts';
import { printable } from '../command/printable.ts';
import { placeOf, type Manifests, type OwnManifest, type Placed } from './manifests.ts';

export interface Checked extends OwnManifest {
  /** As it would be stored, with every default; its uid is of no meaning. */
  readonly stored: KubeObject;
}

interface Refusal extends Error {
  readonly status?: { readonly details?: { readonly causes?: readonly { readonly field?: string }[] } };
}

/** `spec.bucket.tags[0].name` as steps. */
function steps(field: string): (string | number)[] {
  return field
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function refusal(one: Placed, error: Refusal): CommandError {
  const [cause] = error.status?.details?.causes ?? [];
  const named = /unknown field "([^"]+)"|Go struct field \w+\.([\w.[\]-]+):/.exec(error.message);
  const line = one.lineOf(steps(named?.[1] ?? named?.[2] ?? cause?.field ?? ''));
  return new CommandError(`${placeOf({ ...one, line })}: ${printable(error.message, 1000)}`);
}

/**
 * @returns The objects of ours as an API server would store them.
 * @throws CommandError with the file, the line and the API server's words for everything that is refused, one a line.
 */
export function check({ own, secrets, namespaces }: Manifests): Checked[] {
  const world = createKubernetes({ clock: realClock({ keepsAlive: false }) });
  world.install(apis.map((api) => api.crd()));
  const refused: string[] = [];
  const install = (one: Placed, manifest: object): void => {
    try {
      world.install([manifest]);
    } catch (error) {
      refused.push(refusal(one, error as Refusal).message);
    }
  };
  for (const one of namespaces) install(one, one.manifest);
  // whether a namespace is there is for the cluster to say
  const homes = new Set([...own, ...secrets].map(({ namespace }) => namespace));
  const there = new Set(world.objects('namespaces').map(({ metadata }) => metadata.name));
  for (const name of homes)
    if (!there.has(name)) {
      const user = [...own, ...secrets].find(({ namespace }) => namespace === name);
      if (user) install(user, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
  if (refused.length === 0)
    for (const one of [...secrets, ...own]) {
      const { metadata } = one.manifest;
      install(one, { ...one.manifest, metadata: { ...metadata, namespace: one.namespace } });
    }
  if (refused.length > 0) throw new CommandError(refused.slice(0, 20).join('\n'));
  return own.map((one) => {
    const { plural } = one.registered.api;
    const { name } = one.manifest.metadata;
    const stored = world.objects(plural, one.namespace).find(({ metadata }) => metadata.name === name);
    if (!stored) throw new Error(`${plural} ${one.namespace}/${name} was taken and is not there`);
    return { ...one, stored: stored as unknown as KubeObject };
  });
}
