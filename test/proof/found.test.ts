// SPDX-License-Identifier: GPL-3.0-or-later
/** What the proof found, and nothing else did: these runs stay as they were when they failed. */
import { expect, test } from '@jest/globals';
import type { FaultKind } from './faults.ts';
import { learn, prepare, run } from './run.ts';
import { proofs } from './scenarios/index.ts';

/** `nth`: of the calls of that name in the run without faults, the first is 0. */
const found: readonly (readonly [scenario: string, fault: FaultKind, action: string, nth: number, why: string])[] = [
  [
    'gslb-certificate-out',
    'restartStale2',
    'DeleteCertificate',
    0,
    'a process that knew the old spec asked for the certificate once more, and nobody knew of it',
  ],
  [
    'gslb-haproxy-out',
    'restartStale2',
    'patch gslbendpoints/status',
    0,
    'a process that knew the old spec published the configuration once more, and nobody knew of it',
  ],
  [
    'gslb-sites-one-out',
    'restartStale1',
    'DeleteLoadBalancer',
    0,
    'a process that knew the old spec made the load balancer once more in a region where nobody looks any longer',
  ],
  [
    'gslb-sites-one-out',
    'restartStale2',
    'TerminateInstances',
    0,
    'a process that knew the old spec made the target group once more in a region where nobody looks any longer',
  ],
  [
    'pbs-steady',
    'requestLost',
    'GET /ping',
    0,
    'a server that did not answer once, and when its jobs were due was forgotten, with what the backups are worth',
  ],
  [
    'gslb-haproxy-foreign',
    'reset',
    'ChangeResourceRecordSets',
    1,
    'a batch whose answer broke off counted as the one before it, and health checks went while name servers had them',
  ],
];

test.each(found)(
  '%s, %s at %s (%i): ends as without faults (%s).',
  async (name, kind, action, nth) => {
    const proof = proofs.find(({ scenarios }) => scenarios.some((one) => one.name === name));
    const scenario = proof?.scenarios.find((one) => one.name === name);
    if (!proof || !scenario) throw new Error(`no scenario ${name}`);
    const { program } = proof;
    const from = await prepare(proof, scenario, program);
    const { reference } = await learn({ proof, program, scenario, from, lagMs: 0 });
    const at = reference.calls.filter((call) => call.action === action)[nth]?.index ?? 0;
    const { violations } = await run({ proof, program, scenario, from, lagMs: 0, faults: [{ at, kind }], reference });
    expect(violations).toEqual([]);
  },
  120_000,
);
