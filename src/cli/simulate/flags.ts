// SPDX-License-Identifier: GPL-3.0-or-later
import type { Flags } from '../command/flags.ts';

export const simulateFlags = {
  operator: { does: 'with the operator between the worlds' },
  state: { value: 'FILE', does: 'go on from this file, and write it at the end' },
  kubeconfig: { value: 'FILE', does: 'write the kubeconfig there (else into a folder that goes at the end)' },
  'write-env': { value: 'FILE', does: 'write NAME=VALUE lines there, for a shell or $GITHUB_ENV' },
  'kubernetes-port': { value: 'PORT', does: 'of the API server; 0 for any that is free (0)' },
  'aws-port': { value: 'PORT', does: 'of the AWS endpoint (0)' },
  'dns-port': { value: 'PORT', does: "of the DNS server that answers for Route 53's zones (0)" },
  probe: {
    value: 'ENDPOINT=HERE',
    does: 'health checks of ADDRESS:PORT really look at 127.0.0.1:PORT; once for each',
  },
  output: { short: 'o', value: 'FORMAT', choices: ['text', 'json'], does: 'text, or one line of json when ready' },
} as const satisfies Flags;
