// SPDX-License-Identifier: GPL-3.0-or-later
/** Which runs are made: every call of every scenario with every fault that makes sense there, under every lag, and pairs by chance. */
import { faultKinds, faultsFor, proxmoxFaultKinds, s3FaultKinds, type Fault, type FaultKind } from './faults.ts';
import type { Carried } from './network.ts';

export interface Plan {
  readonly lagMs: number;
  readonly faults: readonly Fault[];
}

export const lags: readonly number[] = [0, 5000, 30_000, 300_000];

/** All single faults at the calls of an undisturbed run. */
export function singles(calls: readonly Carried[], lagMs: number): Plan[] {
  return calls.flatMap((call) => faultsFor(call).map((kind) => ({ lagMs, faults: [{ at: call.index, kind }] })));
}

/** A status or a canary changes nothing that a look decides by. */
function changes({ effect, applied, action, parameters }: Carried): boolean {
  return effect === 'write' && applied && !action.endsWith('/status') && !parameters['Key']?.endsWith('canary');
}

/** Every write; and of the reads that ask the same again and again while nothing changes, as looks do that wait, the first. */
function distinct(calls: readonly Carried[]): Carried[] {
  let asked = new Set<string>();
  return calls.filter((call) => {
    if (changes(call)) asked = new Set();
    if (call.effect === 'write') return true;
    const question = JSON.stringify([call.service, call.action, call.parameters]);
    const first = !asked.has(question);
    asked.add(question);
    return first;
  });
}

/**
 * Under a lag: every fault at every write; at reads without those that are the same as others, which without lag are tried all the same. A fault
 * at the second of two equal questions is a fault at the first, some seconds later; an answer that breaks off is one that was lost.
 */
export function lagged(calls: readonly Carried[], lagMs: number): Plan[] {
  const read = new Set(calls.filter(({ effect }) => effect === 'read').map(({ index }) => index));
  return singles(distinct(calls), lagMs).filter(
    ({ faults }) => !faults.some(({ at, kind }) => kind === 'reset' && read.has(at)),
  );
}

/** Mulberry32, public domain: the same seed, the same pairs. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function pick<T>(random: () => number, from: readonly T[]): T {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

interface Among {
  readonly count: number;
  readonly random: () => number;
  readonly lags: readonly number[];
}

/** Two faults, the second often in the recovery from the first: its index may lie beyond the undisturbed run. */
export function pairs(calls: readonly Carried[], among: Among): Plan[] {
  const { count, random } = among;
  const anywhere: readonly FaultKind[] = [
    ...faultKinds.filter((kind) => kind !== 'conflict'),
    ...(calls.some(({ service }) => service === 'pve') ? [...proxmoxFaultKinds, ...s3FaultKinds] : []),
  ];
  return Array.from({ length: count }, () => {
    const first = pick(random, calls);
    const one: Fault = { at: first.index, kind: pick(random, faultsFor(first)) };
    const at = first.index + 1 + Math.floor(random() * (random() < 0.6 ? 25 : calls.length + 25));
    const then = calls.find((call) => call.index === at);
    // what is called there in a recovery is not known before: any fault may fall
    const kinds: readonly FaultKind[] = then && random() < 0.3 ? faultsFor(then) : anywhere;
    return { lagMs: pick(random, among.lags), faults: [one, { at, kind: pick(random, kinds) }] };
  });
}

/** Every scenario and every fault, at a few places: what a test run has time for. */
export function sampled(plans: readonly Plan[], count: number, random: () => number): Plan[] {
  const byKind = new Map<FaultKind, Plan[]>();
  for (const plan of plans) {
    const kind = plan.faults[0]?.kind;
    if (kind) byKind.set(kind, [...(byKind.get(kind) ?? []), plan]);
  }
  const groups = [...byKind.values()];
  const chosen = new Set(groups.map((group) => pick(random, group)));
  for (let tries = 0; chosen.size < Math.min(count, plans.length) && tries < count * 20; tries++)
    chosen.add(pick(random, pick(random, groups)));
  return [...chosen].slice(0, Math.max(count, groups.length));
}
