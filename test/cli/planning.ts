// SPDX-License-Identifier: GPL-3.0-or-later
import { expect } from '@jest/globals';
import { call } from './calling.ts';

export interface Planned {
  readonly objects: readonly {
    readonly kind: string;
    readonly name: string;
    readonly new: boolean;
    readonly hash: string | null;
    readonly held: boolean;
    readonly account: string | null;
    readonly steps: readonly {
      readonly do: string;
      readonly effect: string;
      readonly target: string;
      readonly risk?: string;
      readonly calls: readonly {
        readonly service: string;
        readonly action: string;
        readonly parameters: readonly { readonly name: string; readonly value: string }[];
      }[];
    }[];
    readonly hold: { readonly reason: string; readonly message: string } | null;
    readonly refused: { readonly reason: string } | null;
    readonly error: { readonly reason: string } | null;
    readonly notes: readonly string[];
    readonly approval: { readonly reason: string; readonly message: string } | null;
    readonly differences: readonly { readonly path: string; readonly have: string; readonly want: string }[];
  }[];
  readonly skipped: readonly { readonly kind: string; readonly name: string }[];
  readonly summary: Record<string, number>;
  readonly exitStatus: number;
}

/** `plan -o json`, whose own exit status must be the one it tells. */
export async function planned(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = await call(['plan', '-o', 'json', ...argv], env);
  expect(stderr).toBe('');
  const plan = JSON.parse(stdout) as Planned;
  expect(plan.exitStatus).toBe(status);
  return { status, plan, stdout, text: JSON.stringify(plan) };
}
