// SPDX-License-Identifier: GPL-3.0-or-later
/** New keys for what is up, from either side, as lifetimes bring them: nobody on the tunnels notices. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { carries, type Association, type Child } from './associations.ts';
import type { Charon } from './charon.ts';
import { gatewayFiles, makeConnection } from './connection.ts';
import { reason, tunnelTest } from './needs.ts';
import type { End } from './network.ts';
import { makeScene, type Scene } from './scene.ts';
import { until } from './until.ts';
import { pinging, talk } from './traffic.ts';

let scene: Scene;
beforeAll(async () => {
  if (reason !== undefined) return;
  const made = await makeConnection();
  scene = await makeScene(made);
  await scene.site.install(await gatewayFiles(made.ec2));
  await scene.tunnelsAre('UP', 'UP', 15_000);
  // so that another change of the telemetry would have another time
  await made.clock.advance(60_000);
}, 30_000);
afterAll(async () => {
  if (reason === undefined) await scene[Symbol.asyncDispose]();
}, 30_000);

/** IKE's number and ESP's, of all of that name that is up: two where both sides began, which may come late. */
function numbers(found: readonly Association[], name: string): readonly { '--ike': string; '--child': string }[] {
  // an old child stays for some seconds, for what is still on its way
  const installed = ({ state }: Child) => state === 'INSTALLED';
  return found
    .filter((one) => one.name === name && carries(one))
    .flatMap(({ spi, children }) =>
      children.filter(installed).map((child) => ({ '--ike': spi, '--child': child.spi })),
    );
}

async function renew(charon: Charon, what: '--child' | '--ike', name: string): Promise<void> {
  const old = numbers(await charon.associations(), name).map((one) => one[what]);
  expect(old.length).toBeGreaterThan(0);
  await charon.rekey(what, name);
  await until(
    async () => numbers(await charon.associations(), name).map((one) => one[what]),
    (now) => now.length > 0 && now.every((number) => !old.includes(number)),
    // where the other side was not ready yet, charon tries again after some 15 s (RFC 7296, 2.25: TEMPORARY_FAILURE)
    45_000,
  );
}

tunnelTest(
  'New keys for IKE and for ESP, from either side: no ping is lost, and a TCP connection stays.',
  async (stack) => {
    const { site, aws, network } = scene;
    const line = stack.use(await talk(network));
    expect(await line.say('before')).toBe('before');
    const pings = stack.use(pinging(network));
    const telemetry = await scene.telemetry();
    for (const end of ['tunnel-1', 'tunnel-2'] satisfies End[])
      for (const what of ['--child', '--ike'] as const) {
        await renew(site.charon, what, `aws-${end}`);
        await renew(aws.charon(end), what, 'aws');
      }
    const { count } = pings;
    await until(
      async () => pings.count,
      (now) => now > count + 5,
      10_000,
    );
    expect(pings.gap).toBeLessThan(1000);
    expect(await line.say('after')).toBe('after');
    // not for a moment was one down
    expect(await scene.telemetry()).toEqual(telemetry);
  },
  200_000,
);
