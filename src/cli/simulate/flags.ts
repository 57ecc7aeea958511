// SPDX-License-Identifier: GPL-3.0-or-later
import type { Flags } from '../command/flags.ts';

export const simulateFlags = {
  operator: { does: 'with the operator between the worlds' },
  state: { value: 'FILE', does: 'go on from this file, and write it at the end' },
  kubeconfig: { value: 'FILE', does: 'write the kubeconfig there (else into a folder that goes at the end)' },
  'write-env': { value: 'FILE', does: 'write NAME=VALUE lines there, for a shell or $GITHUB_ENV' },
  'kubernetes-port': { value: 'PORT', does: 'of the API server; 0 for any that is free (0)' },
  'aws-port': { value: 'PORT', does: 'of the AWS endpoint (0)' },
  output: { short: 'o', value: 'FORMAT', choices: ['text', 'json'], does: 'text, or one line of json when ready' },
} as const satisfies Flags;
