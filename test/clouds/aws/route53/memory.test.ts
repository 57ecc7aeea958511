// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { createHealthCheck } from '../../../../src/clouds/aws/route53/requests.ts';
import { referenceFor } from '../../../../src/clouds/aws/route53/health-check-reference.ts';
import { HealthChecks } from '../../../../src/clouds/aws/route53/health-checks.ts';
import { SessionMemory } from '../../../../src/clouds/aws/session-memory.ts';
import { ZoneRecords } from '../../../../src/clouds/aws/route53/zone-records.ts';
import { scope } from './script.ts';
import { makeWorld } from './world.ts';

test('A session that goes on with what another one knew asks nothing again that it would not have asked.', async () => {
  const world = await makeWorld();
  const first = world.session();
  const age = { maxAgeMs: 60_000 };
  const settings = {
    type: 'TCP',
    ip: '3.36.122.217',
    port: 443,
    intervalSeconds: 30,
    failureThreshold: 3,
    measureLatency: false,
    sni: false,
    regions: [],
    inverted: false,
    disabled: false,
  } as const;
  const look = async (session: typeof first) => {
    const [checks, records] = [new HealthChecks(session, scope), new ZoneRecords(session, scope, { id: world.zone })];
    const [check] = await checks.of('u1', [], age);
    const status = check && (await checks.status(check, age));
    return { check, status, records: await records.of(['seojun.shop'], age) };
  };
  await world.passing(new HealthChecks(first, scope).make(createHealthCheck(referenceFor('u1', 'seoul'), settings)));
  const known = await world.passing(look(first));
  const second = Object.assign(world.session(), { memory: new SessionMemory(first.memory.save()) });
  world.records.length = 0;
  expect(await world.passing(look(second))).toEqual(known);
  // the shared list of all checks is not of the memory
  expect(world.records.map(({ call }) => call.action)).toEqual(['ListHealthChecks']);
});
