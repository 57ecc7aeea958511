// SPDX-License-Identifier: GPL-3.0-or-later
import type { KubeObject } from '../core/objects.ts';

/** `coordination.k8s.io/v1` LeaseSpec. */
export interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number | null;
  readonly acquireTime?: string | null;
  readonly renewTime?: string | null;
  readonly leaseTransitions?: number | null;
}

export function specOf(lease: KubeObject): LeaseSpec {
  return lease.spec ?? {};
}

/** The API's MicroTime; for people only, no decision is ever based on it. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}

export interface Claim {
  readonly identity: string;
  readonly durationMs: number;
  readonly now: number;
}

/** The spec with which `identity` holds the lease from now on. A change of hands counts as a transition. */
export function claimed(before: LeaseSpec | undefined, { identity, durationMs, now }: Claim): LeaseSpec {
  const same = before?.holderIdentity === identity;
  const time = microTime(now);
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(durationMs / 1000),
    acquireTime: same ? (before.acquireTime ?? time) : time,
    renewTime: time,
    leaseTransitions: (before?.leaseTransitions ?? 0) + (same || !before ? 0 : 1),
  };
}

/** The spec that lets the next one take over at once. */
export function released(before: LeaseSpec, now: number): LeaseSpec {
  return { ...before, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(now) };
}
