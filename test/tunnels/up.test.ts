// SPDX-License-Identifier: GPL-3.0-or-later
/** What the operator renders brings up real tunnels. One scene for the whole file; each test goes on where the one before it ended. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { carries } from './associations.ts';
import { gatewayFiles, makeConnection } from './connection.ts';
import { reason, tunnelTest } from './needs.ts';
import { makeScene, type Scene } from './scene.ts';
import type { Files } from './site.ts';
import { until } from './until.ts';
import { passes, ping, talk } from './traffic.ts';

let scene: Scene;
let files: Files;
beforeAll(async () => {
  if (reason !== undefined) return;
  const made = await makeConnection();
  scene = await makeScene(made);
  files = await gatewayFiles(made.ec2);
}, 30_000);
afterAll(async () => {
  if (reason === undefined) await scene[Symbol.asyncDispose]();
}, 30_000);

/** The gateway's files with another key for the second tunnel. */
function withWrongKey(): Files {
  const conf = files.get('aws-vpn.conf') ?? '';
  const keys = conf.match(/secret = 0s\S+/g) ?? [];
  expect(keys).toHaveLength(2);
  return new Map([...files, ['aws-vpn.conf', conf.replace(keys[1] ?? '', `secret = 0s${btoa('another_key')}`)]]);
}

tunnelTest(
  'Before anything is installed at the site nothing passes, and AWS says that both tunnels are down.',
  async () => {
    expect(await scene.tunnels()).toEqual({ 'tunnel-1': 'DOWN', 'tunnel-2': 'DOWN' });
    expect(await ping(scene.network)).toBe(0);
  },
  20_000,
);

tunnelTest(
  'With a wrong key for the second tunnel only the first comes up: AWS refuses the other one.',
  async () => {
    const { site, aws } = scene;
    expect(await site.install(withWrongKey())).toMatchObject({ connections: 2, secrets: 2 });
    await scene.tunnelsAre('UP', 'DOWN', 15_000);
    const refused = async () => aws.charon('tunnel-2').log;
    await until(refused, (log) => /MAC mismatched|AUTH_FAILED/.test(log), 10_000);
    expect(site.charon.log).toContain('received AUTHENTICATION_FAILED notify error');
    expect((await site.charon.associations()).filter(carries).map(({ name }) => name)).toEqual(['aws-tunnel-1']);
    await passes(scene.network);
  },
  120_000,
);

tunnelTest(
  'With the rendered files as they are both tunnels come up, with the algorithms of their options, and AWS says so.',
  async () => {
    const { site } = scene;
    expect(await site.install(files)).toMatchObject({ connections: 2, secrets: 2 });
    await scene.tunnelsAre('UP', 'UP', 15_000);
    const found = (await site.charon.associations()).filter(carries);
    expect(Object.fromEntries(found.map(({ name, algorithms }) => [name, algorithms]))).toEqual({
      'aws-tunnel-1': 'AES_CBC/256/PRF_HMAC_SHA2_256/MODP_2048, AES_CBC/256',
      'aws-tunnel-2': 'AES_GCM_16/256/PRF_HMAC_SHA2_384/ECP_384, AES_GCM_16/256',
    });
  },
  120_000,
);

tunnelTest(
  'A ping and a TCP connection pass from the host behind the site to the host in the VPC, through the tunnels.',
  async (stack) => {
    const bytes = async () =>
      (await scene.site.charon.associations())
        .flatMap(({ children }) => children)
        .reduce((sum, { bytesOut }) => sum + bytesOut, 0);
    const before = await bytes();
    await passes(scene.network);
    const line = stack.use(await talk(scene.network));
    const much = 'x'.repeat(100_000);
    expect(await line.say(much)).toBe(much);
    expect((await bytes()) - before).toBeGreaterThan(100_000);
  },
  120_000,
);
