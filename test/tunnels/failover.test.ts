// SPDX-License-Identifier: GPL-3.0-or-later
/** A tunnel that dies, with the rendered files' own times: what passes goes on through the other one, and the dead one comes back. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { gatewayFiles, makeConnection } from './connection.ts';
import { reason, tunnelTest } from './needs.ts';
import { ends, type End } from './network.ts';
import { makeScene, type Scene } from './scene.ts';
import { back, dead, until } from './until.ts';
import { pinging, talk } from './traffic.ts';

let scene: Scene;
beforeAll(async () => {
  if (reason !== undefined) return;
  const made = await makeConnection();
  scene = await makeScene(made);
  await scene.site.install(await gatewayFiles(made.ec2));
  await scene.tunnelsAre('UP', 'UP', 15_000);
}, 30_000);
afterAll(async () => {
  if (reason === undefined) await scene[Symbol.asyncDispose]();
}, 30_000);

type Death = (end: End) => Promise<void>;
const deaths: readonly (readonly [string, 'active' | 'idle', kill: Death, revive: Death])[] = [
  [
    'that AWS answers through, which the Internet loses',
    'active',
    (end) => scene.network.lose(end),
    (end) => scene.network.find(end),
  ],
  [
    'that AWS does not answer through, which the Internet loses',
    'idle',
    (end) => scene.network.lose(end),
    (end) => scene.network.find(end),
  ],
  ["whose machine on AWS's side dies", 'active', (end) => scene.aws.breakDown(end), (end) => scene.aws.replace(end)],
  ['that AWS closes', 'active', (end) => scene.aws.close(end), (end) => scene.aws.replace(end)],
];

for (const [what, whose, kill, revive] of deaths)
  tunnelTest(
    `A tunnel ${what}: ping and TCP go on through the other one, and it comes back.`,
    async (stack) => {
      const { network, aws } = scene;
      const end = ends.find((one) => (one === aws.active) === (whose === 'active')) ?? 'tunnel-1';
      const other = end === 'tunnel-1' ? 'tunnel-2' : 'tunnel-1';
      const line = stack.use(await talk(network));
      expect(await line.say('before')).toBe('before');
      const pings = stack.use(pinging(network));
      const more = (than: number) =>
        until(
          async () => pings.count,
          (count) => count > than + 5,
          dead,
        );
      await more(0);
      await kill(end);
      await until(scene.tunnels, (now) => now[end] === 'DOWN', dead);
      await more(pings.count);
      expect(await scene.tunnels()).toMatchObject({ [end]: 'DOWN', [other]: 'UP' });
      expect(aws.active).toBe(other);
      expect(await line.say('after')).toBe('after');
      expect(pings.gap).toBeLessThan(dead);
      await revive(end);
      await scene.tunnelsAre('UP', 'UP', back);
      await more(pings.count);
    },
    350_000,
  );
