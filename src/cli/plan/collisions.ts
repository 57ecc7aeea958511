// SPDX-License-Identifier: GPL-3.0-or-later
/** What two objects of the same files both make: it goes to the first, or is made once for both. Each was planned as if it were alone. */
import type { Hold } from '../../core/plan.ts';
import type { Outlook } from './outlook.ts';

type Makers = ReadonlyMap<string, string>;

function ownerOf({ kind, namespace, name }: Outlook): string {
  return `${kind} ${namespace}/${name}`;
}

/** Without the steps on what an earlier object makes for all of them. */
function sharing(one: Outlook, makers: Makers): Outlook {
  const makings = one.makings ?? [];
  const made = makings.flatMap(({ key, shared }, at) => {
    const maker = shared ? makers.get(key) : undefined;
    const target = one.steps[at]?.target;
    return maker === undefined || target === undefined ? [] : [{ target, maker }];
  });
  if (made.length === 0) return one;
  const stays = one.steps.map(({ target }) => made.every((other) => other.target !== target));
  // approved is what the operator will plan then
  const { hash: _hash, ...rest } = one;
  const notes = made.map(({ target, maker }) => `${target} is made by ${maker} of these files, and shared`);
  return {
    ...rest,
    steps: one.steps.filter((_, at) => stays[at]),
    makings: makings.filter((_, at) => stays[at]),
    notes: [...one.notes, ...notes],
  };
}

/** The operator would hold the second. */
export function withoutCollisions(outlooks: readonly Outlook[]): Outlook[] {
  const makers = new Map<string, string>();
  return outlooks.map((alone) => {
    const one = alone.deleting ? { ...alone, makings: [] } : sharing(alone, makers);
    const keys = (one.makings ?? []).map(({ key }) => key);
    const at = keys.findIndex((key) => makers.has(key) && makers.get(key) !== ownerOf(one));
    for (const key of at < 0 ? keys : keys.slice(0, at)) if (key) makers.set(key, ownerOf(one));
    if (at < 0) return one;
    const hold: Hold = {
      why: 'Blocked',
      reason: 'OwnedByOther',
      message: `${one.steps[at]?.target} is made by ${makers.get(keys[at] ?? '')} of these files, too. Choose another name for one of them.`,
    };
    const { hash: _hash, ...rest } = one;
    return { ...rest, steps: one.steps.slice(0, at), hold };
  });
}
