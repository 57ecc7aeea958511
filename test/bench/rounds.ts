// SPDX-License-Identifier: GPL-3.0-or-later
/** The reconcilers side by side: every side in every round, in turn, the order reversed from round to round; the least of all rounds. */
import { sides, type Side } from './peers/side.ts';
import { atOnce, atRest, oneByOne, type AtOnce, type Bench, type OneByOne, type Rest } from './reconciling.ts';

export interface Sizes {
  readonly rounds: number;
  readonly single: number;
  readonly many: number;
  readonly slow: number;
  readonly resting: number;
  readonly idleSeconds: number;
  /** Of GslbEndpoints, ten endpoints each. */
  readonly names: number;
  /** PbsInstances on one server. */
  readonly stores: number;
}

export interface Compared {
  readonly oneByOne: Readonly<Record<Side, OneByOne>>;
  readonly atOnce: Readonly<Record<Side, AtOnce>>;
  /** With a cloud that takes 50 ms; of a side that works one by one a tenth, and `wallMs` is ten times what it took. */
  readonly slowCloud: Readonly<Record<Side, AtOnce>>;
  readonly atRest: Readonly<Record<'ours' | 'client-node', Rest>>;
}

type Costs<T> = { readonly [Name in keyof T]: number };

async function least<T extends Costs<T>, S extends Side>(
  of: readonly S[],
  rounds: number,
  measure: (side: S) => Promise<T>,
): Promise<Record<S, T>> {
  const seen = Object.fromEntries(of.map((side) => [side, []])) as unknown as Record<S, T[]>;
  for (let round = 0; round < rounds; round++)
    for (const side of round % 2 === 0 ? of : of.toReversed()) seen[side].push(await measure(side));
  const leastOf = (all: readonly T[]) =>
    Object.fromEntries(
      Object.keys(all[0] ?? {}).map((name) => [name, Math.min(...all.map((one) => one[name as keyof T]))]),
    ) as unknown as T;
  return Object.fromEntries(of.map((side) => [side, leastOf(seen[side])])) as Record<S, T>;
}

export async function compare(bench: Bench, sizes: Sizes, present: readonly Side[]): Promise<Compared> {
  const { rounds, single, many, slow, resting, idleSeconds } = sizes;
  const slowly = async (side: Side): Promise<AtOnce> => {
    const share = side === 'dot-i' ? 10 : 1;
    const cost = await atOnce(bench, side, { count: slow / share, cloudMs: 50 });
    return { ...cost, wallMs: cost.wallMs * share };
  };
  const restful = sides.filter((side): side is 'ours' | 'client-node' => side !== 'dot-i');
  return {
    oneByOne: await least(present, rounds, (side) => oneByOne(bench, side, single)),
    atOnce: await least(present, rounds, (side) => atOnce(bench, side, { count: many })),
    slowCloud: await least(present, 1, slowly),
    atRest: await least(restful, rounds, (side) => atRest(bench, side, { count: resting, idleSeconds })),
  };
}
