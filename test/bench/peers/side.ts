// SPDX-License-Identifier: GPL-3.0-or-later

export const sides = ['ours', 'client-node', 'dot-i'] as const;
export type Side = (typeof sides)[number];

export interface Started {
  readonly url: string;
  readonly cloudMs: number;
  /** To be called at the beginning of every look at an object. */
  readonly began: (spec: { readonly at?: string } | undefined) => void;
}

/** Resolves once it watches. */
export type Start = (given: Started) => Promise<void>;

export const things = { group: 'hybridcloud.dev', version: 'v1alpha1', plural: 'things' } as const;
export const finalizer = 'hybridcloud.dev/finalizer';

export interface Thing {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly finalizers?: string[];
    readonly generation: number;
  };
  readonly spec?: { readonly at?: string };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: { readonly type: string; readonly status: string }[];
  };
}

export const announced = { conditions: [{ type: 'Ready', status: 'False' }] };
export const ready = (generation: number) => ({
  observedGeneration: generation,
  conditions: [{ type: 'Ready', status: 'True' }],
});

export function isDone({ status, metadata }: Thing): boolean {
  return status?.observedGeneration === metadata.generation && status.conditions?.[0]?.status === 'True';
}
