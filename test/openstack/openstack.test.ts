// SPDX-License-Identifier: GPL-3.0-or-later
/** The real services answer as recorded, so the simulated ones, which `npm test` holds to the recording, answer as the real ones. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { answersOf, type Answer } from '../contract/openstack/exchange.ts';
import { realClock } from '../../src/simulator/kernel/clock.ts';
import { undiciTransport } from '../../src/wire/undici-transport.ts';
import { adapterOn, livesOn, refusalsOn } from '../contract/openstack/adapter.ts';
import { makeOffice, publishNetwork } from './office.ts';
import { routesAndUnroutes } from './operator.ts';
import { hookMs, startOpenStack, versions, type RealOpenStack } from './real.ts';

const found = versions();
const where = found === undefined ? describe.skip : describe;
const title = found === undefined ? "skipped: Debian's python3-keystone and python3-neutron are not installed" : found;
const recording = join(import.meta.dirname, '../contract/openstack/recorded.json');
jest.setTimeout(hookMs);

where(title, () => {
  let cloud: RealOpenStack;

  beforeAll(async () => {
    cloud = await startOpenStack();
    await publishNetwork(cloud);
  });

  afterAll(async () => {
    await cloud.stop();
  });

  test('Keystone and Neutron answer every request as recorded.', async () => {
    const answers = await answersOf(await makeOffice(cloud, 'contract'));
    if (process.env.RECORD === '1')
      writeFileSync(recording, `${JSON.stringify({ versions: found, answers }, undefined, 2)}\n`);
    const recorded = JSON.parse(readFileSync(recording, 'utf8')) as { readonly answers: readonly Answer[] };
    expect(answers).toEqual(recorded.answers);
  });

  test('The operator adds routes and takes them away again, and those of others stay.', async () => {
    const site = await makeOffice(cloud, 'life');
    await livesOn(site, adapterOn(site, undiciTransport(), realClock()));
  });

  test('Each refusal has its own reason.', async () => {
    const site = await makeOffice(cloud, 'refusals');
    await refusalsOn(site, adapterOn(site, undiciTransport(), realClock()));
  });

  test('A SiteVpn sets the route to its VPC at the router, and its deletion takes that away, and nothing else.', async () => {
    await routesAndUnroutes(await makeOffice(cloud, 'operator'));
  });
});
