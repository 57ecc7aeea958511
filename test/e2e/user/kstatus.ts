// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The rules of kstatus for kinds that it does not know, in their order (sigs.k8s.io/cli-utils, pkg/kstatus, README, "The Reconciling and
 * Stalled conditions"): deletion; generation; Reconciling and Stalled, whichever stands first; Ready; else Current.
 */
export type KStatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating';

export interface SeenCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  readonly lastTransitionTime: string;
}

export interface Seen {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation: number;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly SeenCondition[];
    readonly plan?: { readonly hash?: string };
  };
}

export function conditionIn({ status }: Seen, type: string): SeenCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

const inMotion: Readonly<Record<string, KStatus>> = { Reconciling: 'InProgress', Stalled: 'Failed' };

export function kstatusOf(object: Seen): KStatus {
  const { metadata, status } = object;
  if (metadata.deletionTimestamp) return 'Terminating';
  if (status?.observedGeneration !== undefined && status.observedGeneration !== metadata.generation)
    return 'InProgress';
  const motion = status?.conditions?.find(({ type, status: value }) => value === 'True' && type in inMotion);
  if (motion) return inMotion[motion.type] ?? 'InProgress';
  const ready = conditionIn(object, 'Ready');
  return !ready || ready.status === 'True' ? 'Current' : 'InProgress';
}
