// SPDX-License-Identifier: GPL-3.0-or-later
import type { Flags } from '../command/flags.ts';

export const planFlags = {
  filename: {
    short: 'f',
    value: 'FILE',
    does: 'a manifest, a folder of them, or - for stdin; may be given several times',
  },
  recursive: { short: 'R', does: 'folders with all that is below them' },
  namespace: { short: 'n', value: 'NAME', does: 'for objects that name none (default)' },
  delete: { does: 'what deleting the objects would do' },
  simulate: { does: 'against a simulated account with nothing but three VPCs; nothing leaves this machine' },
  credentials: {
    value: 'WHOSE',
    does: 'your AWS credentials instead of the Secrets: env, profile, or profile=NAME',
  },
  'aws-endpoint': { value: 'URL', does: 'another address than the one of AWS' },
  kubeconfig: { value: 'FILE', does: 'read (never write) the objects and Secrets of a cluster' },
  context: { value: 'NAME', does: 'of the kubeconfig' },
  output: { short: 'o', value: 'FORMAT', choices: ['text', 'json'], does: 'text, or json (docs/cli.md has its shape)' },
} as const satisfies Flags;
