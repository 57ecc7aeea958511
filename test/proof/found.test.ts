// SPDX-License-Identifier: GPL-3.0-or-later
/** What the proof found, and nothing else did: these runs stay as they were when they failed. */
import { expect, test } from '@jest/globals';
import type { FaultKind } from './faults.ts';
import { learn, prepare, run } from './run.ts';
import { proofs } from './scenarios/index.ts';

const found: readonly (readonly [scenario: string, fault: FaultKind, action: string, why: string])[] = [
  [
    'gslb-certificate-out',
    'restartStale2',
    'DeleteCertificate',
    'a process that knew the old spec asked for the certificate once more, and nobody knew of it',
  ],
];

test.each(found)(
  '%s, %s at %s: ends as without faults (%s).',
  async (name, kind, action) => {
    const proof = proofs.find(({ scenarios }) => scenarios.some((one) => one.name === name));
    const scenario = proof?.scenarios.find((one) => one.name === name);
    if (!proof || !scenario) throw new Error(`no scenario ${name}`);
    const { program } = proof;
    const from = await prepare(proof, scenario, program);
    const { reference } = await learn({ proof, program, scenario, from, lagMs: 0 });
    const at = reference.calls.find((call) => call.action === action)?.index ?? 0;
    const { violations } = await run({ proof, program, scenario, from, lagMs: 0, faults: [{ at, kind }], reference });
    expect(violations).toEqual([]);
  },
  120_000,
);
