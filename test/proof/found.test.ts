// SPDX-License-Identifier: GPL-3.0-or-later
/** What the proof found, and nothing else did: these runs stay as they were when they failed. */
import { expect, test } from '@jest/globals';
import type { FaultKind } from './faults.ts';
import { learn, prepare, run } from './run.ts';
import { proofs } from './scenarios/index.ts';

type Found = readonly [scenario: string, fault: FaultKind, action: string, nth: number, why: string, lagMs?: number];

/** `nth`: of the calls of that name in the run without faults under that lag (none where it is not given), the first is 0. */
const found: readonly Found[] = [
  [
    'gslb-certificate-out',
    'restartStale2',
    'DeleteCertificate',
    0,
    'a process that knew the old spec asked for the certificate once more, and nobody knew of it',
  ],
  [
    'gslb-certificate-out',
    'restartStale1',
    'DeleteCertificate',
    0,
    'that it is not there was believed for an hour of a certificate that AWS did not show yet: it stayed as long',
    300_000,
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
  [
    'gslb-drift',
    'killedAfter',
    'CreateHealthCheck',
    2,
    'the next process chose another reference in place of the burnt one, and made a second health check',
    5000,
  ],
  [
    'gslb-drift',
    'late',
    'CreateHealthCheck',
    2,
    'the second try chose another reference in place of the burnt one, and both made a health check',
    5000,
  ],
  [
    'gslb-drift',
    'restartStale2',
    'ChangeTagsForResource',
    0,
    'a process that knew an old status did not see the health check yet, and made a second one',
    5000,
  ],
  [
    'gslb-drift',
    'restartStale4',
    'patch gslbendpoints/status',
    4,
    'a process that knew an old status did not see the health check yet, and made a second one',
    5000,
  ],
  [
    'pbs-existing',
    's3Down4',
    'POST /config/datastore',
    0,
    'S3 went away while a new datastore read the bucket, and it was waited for a reading that had failed, for ever',
  ],
  ['pbs-rebuild', 's3Down6', 'POST /config/datastore', 1, 'the same with backups in the bucket: nobody saw them again'],
  [
    'pbs-adopt-storage',
    's3Down4',
    'get secrets',
    27,
    'while a storage was taken over, whose backups were in a closed datastore was asked first, and refused, at each look',
  ],
  [
    'pbs-delete',
    's3Slow',
    'DELETE /config/datastore/{name}',
    0,
    'what takes hours in a large bucket was asked after every five seconds',
  ],
];

test.each(found)(
  '%s, %s at %s (%i): ends as without faults (%s).',
  async (...row) => {
    const [name, kind, action, nth, , lagMs = 0] = row;
    const proof = proofs.find(({ scenarios }) => scenarios.some((one) => one.name === name));
    const scenario = proof?.scenarios.find((one) => one.name === name);
    if (!proof || !scenario) throw new Error(`no scenario ${name}`);
    const { program } = proof;
    const from = await prepare(proof, scenario, program);
    const subject = { proof, program, scenario, from };
    const without = await learn({ ...subject, lagMs: 0 });
    const { reference } = lagMs === 0 ? without : await learn({ ...subject, lagMs }, without.reference);
    const at = reference.calls.filter((call) => call.action === action)[nth]?.index ?? 0;
    const { violations } = await run({ ...subject, lagMs, faults: [{ at, kind }], reference });
    expect(violations).toEqual([]);
  },
  120_000,
);
