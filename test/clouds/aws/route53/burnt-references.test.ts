// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import type { EndpointCheck } from '../../../../src/clouds/aws/route53/health-check.ts';
import { BurntReferences } from '../../../../src/clouds/aws/route53/burnt-references.ts';
import { referenceFor } from '../../../../src/clouds/aws/route53/health-check-reference.ts';
import { HealthChecks } from '../../../../src/clouds/aws/route53/health-checks.ts';
import { createHealthCheck } from '../../../../src/clouds/aws/route53/requests.ts';
import { SessionMemory } from '../../../../src/clouds/aws/session-memory.ts';
import { Refusal, scope, scripted, type Xml } from './script.ts';

const reference = referenceFor('u1', 'seoul');
const settings: EndpointCheck = {
  type: 'TCP',
  ip: '3.36.122.217',
  port: 443,
  intervalSeconds: 30,
  failureThreshold: 1,
  measureLatency: false,
  sni: false,
  regions: [],
  inverted: false,
  disabled: false,
};
const xmlOf = (Id: string, CallerReference: string): Xml => ({
  Id,
  CallerReference,
  HealthCheckConfig: { Type: 'TCP', IPAddress: '3.36.122.217', Port: 443 },
  HealthCheckVersion: 1,
});

/** Refuses the first references of a role, whose checks are gone; another one makes a check, which no list shows yet, and asked for again finds it. */
function burntWorld(burnt: number) {
  const used: string[] = [];
  const made = scripted({
    ListHealthChecks: () => ({ HealthChecks: { HealthCheck: [] }, IsTruncated: false, MaxItems: 1000, Marker: '' }),
    CreateHealthCheck: (_call, { body }) => {
      const given = /<CallerReference>([^<]+)/.exec(String(body))?.[1] ?? '';
      used.push(given.slice(reference.length));
      const number = given === reference ? 0 : Number.parseInt(given.split('.')[1] ?? '', 36);
      if (number < burnt) throw new Refusal('HealthCheckAlreadyExists', 'of a deleted one', 409);
      return { HealthCheck: xmlOf(`made-${number}`, given) };
    },
  });
  return { ...made, used, checks: new HealthChecks(made.session, scope) };
}

test('References of deleted checks are burnt: the first one that is not makes the check, and those before it are not asked for again.', async () => {
  const { checks, used, sent } = burntWorld(2);
  expect(await checks.make(createHealthCheck(reference, settings))).toMatchObject({ id: 'made-2' });
  expect(await checks.make(createHealthCheck(reference, settings))).toMatchObject({ id: 'made-2' });
  expect(used).toEqual(['', '.1', '.2', '.2']);
  expect(sent('ListHealthChecks')).toHaveLength(1);
});

test('A process that knows nothing comes to the same reference later, though no list shows what was made with it.', async () => {
  const { checks, session, clock, used } = burntWorld(1);
  await checks.make(createHealthCheck(reference, settings));
  await clock.advance(60_000);
  Object.assign(session, { memory: new SessionMemory() });
  const again = new HealthChecks(session, scope);
  expect(await again.make(createHealthCheck(reference, settings))).toMatchObject({ id: 'made-1' });
  expect(used).toEqual(['', '.1', '', '.1']);
});

test('Where many references are burnt, the next ones are tried another time.', async () => {
  const { checks, used } = burntWorld(25);
  await expect(checks.make(createHealthCheck(reference, settings))).rejects.toMatchObject({
    class: 'Transient',
    reason: 'Conflict',
    // one may be of a check that is there and does not show
    applied: 'unknown',
  });
  expect(used).toHaveLength(20);
  expect(await checks.make(createHealthCheck(reference, settings))).toMatchObject({ id: 'made-25' });
  expect(used).toHaveLength(26);
});

test('Of a thousand roles it is remembered; the one that was refused longest ago is forgotten.', () => {
  const burnt = new BurntReferences();
  for (let role = 0; role < 1000; role += 1) burnt.note(`role-${role}`, 1);
  burnt.note('role-0', 2);
  burnt.note('one more', 1);
  expect(['role-0', 'role-1', 'role-2', 'one more'].map((role) => burnt.of(role))).toEqual([2, 0, 1, 1]);
});
