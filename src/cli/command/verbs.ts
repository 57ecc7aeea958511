// SPDX-License-Identifier: GPL-3.0-or-later
/** All verbs, as data: what a verb runs is loaded when it is asked for, so that printing CRDs needs no AWS SDK. */
import { settings } from '../../operator/configuration.ts';
import { planFlags } from '../plan/flags.ts';
import { simulateFlags } from '../simulate/flags.ts';
import type { Flags } from './flags.ts';
import type { Verb } from './verb.ts';

const output: Flags = {
  output: { short: 'o', value: 'FORMAT', choices: ['text', 'json'], does: 'text, or json for programs' },
};

/** The operator's settings, which docs/configuration.md describes. */
const runFlags: Flags = {
  simulate: { does: 'on simulated worlds of its own, which it prints how to reach' },
  ...Object.fromEntries(
    Object.values(settings).map(({ flag, env, fallback }) => [
      flag,
      { value: 'VALUE', does: `${env}${fallback === undefined || fallback === '' ? '' : ` (${fallback})`}` },
    ]),
  ),
};

export const verbs: Readonly<Record<string, Verb>> = {
  run: {
    does: 'the operator on a cluster, until SIGTERM; with --simulate on simulated worlds',
    usage: '[--simulate] [FLAGS]',
    flags: runFlags,
    noWords: 'its settings are flags ("run --help" lists them)',
    examples: [
      ['hybrid-operator run --context lab', 'on the cluster of that context'],
      ['hybrid-operator run --simulate', 'without a cluster and without an account'],
    ],
    notes: [
      'Beside each flag stand the environment variable that does the same, and its default (docs/configuration.md).',
    ],
    run: async (call) => (await import('../run.ts')).run(call),
  },
  plan: {
    does: 'the exact calls that the operator would make for some files; changes nothing',
    usage: '-f FILE… [FLAGS]',
    flags: planFlags,
    examples: [
      ['hybrid-operator plan -f examples/ --simulate', 'against a simulated account with nothing but three VPCs'],
      [
        'hybrid-operator plan -f backups.yaml --credentials env',
        'against your account, with AWS_ACCESS_KEY_ID and so on',
      ],
      ['hybrid-operator plan -f backups.yaml --context prod', 'with the objects and Secrets of that cluster'],
      ['kubectl get backuptargets -A -o yaml | hybrid-operator plan -f - --context prod -o json', 'all of a cluster'],
    ],
    notes: [
      'Exit status: 0 the world is as the files say, 2 there are changes (or a person must act), 1 it could not be told.',
    ],
    run: async (call) => (await import('../plan.ts')).plan(call),
  },
  simulate: {
    does: 'a simulated Kubernetes and AWS for your own tests, until SIGTERM or a command ends',
    usage: '[FLAGS] [-- COMMAND [ARGUMENTS]]',
    flags: simulateFlags,
    noWords: 'a command stands after --, as in: simulate -- ./test.sh',
    command: true,
    examples: [
      ['hybrid-operator simulate', 'until Ctrl-C; prints how to reach them'],
      [
        'hybrid-operator simulate --operator -- ./test.sh',
        'runs test.sh with KUBECONFIG and AWS_* set, and ends with its exit status',
      ],
      [
        'hybrid-operator simulate --state worlds.json -o json',
        'one line of JSON when ready; keeps the worlds in a file',
      ],
    ],
    run: async (call) => (await import('../simulate.ts')).simulate(call),
  },
  demo: {
    does: 'simulated worlds, the operator and the examples, in some seconds',
    usage: '[--keep] [--state FILE] [-o json]',
    flags: {
      keep: { does: 'stay up until Ctrl-C' },
      state: { value: 'FILE', does: 'go on from this file, and write it at the end' },
      ...output,
    },
    noWords: 'it applies the examples as they are',
    examples: [['hybrid-operator demo --keep', 'and look at both sides with kubectl and aws']],
    run: async (call) => (await import('../demo.ts')).demo(call),
  },
  crds: {
    does: 'prints the CustomResourceDefinitions',
    usage: '[-o json]',
    flags: { output: { short: 'o', value: 'FORMAT', choices: ['yaml', 'json'], does: 'yaml, or a List in json' } },
    noWords: 'it prints all of them',
    examples: [['hybrid-operator crds | kubectl apply -f -', 'installs them']],
    run: async (call) => (await import('../crds.ts')).printCRDs(call),
  },
  version: {
    does: 'prints the version',
    usage: '[-o json]',
    flags: output,
    noWords: 'it needs nothing more',
    examples: [['hybrid-operator version', '']],
    run: async (call) => (await import('../version.ts')).printVersion(call),
  },
};
