// SPDX-License-Identifier: GPL-3.0-or-later
/** Over HTTPS: whether a server answers is known from its handshake, and it gets no byte of a request. */
import { afterEach, expect, test } from '@jest/globals';
import { HttpsApis } from '../../../../src/clouds/https/https-api.ts';
import { PbsServers } from '../../../../src/clouds/pbs/pbs.ts';
import { answersAt } from '../../../../src/kinds/pbs-instance/machine/answers-at.ts';
import { ForbiddenPlaces } from '../../../../src/wire/forbidden-places.ts';
import { unfenced } from '../../../../src/wire/guard.ts';
import { undiciTransport } from '../../../../src/wire/undici-transport.ts';
import { createWire } from '../../../../src/wire/wire.ts';
import { stage } from '../../../simulator/proxmox/world.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const scope = { kind: 'PbsInstance', namespace: 'default', name: 'main', uid: 'uid-1', policy: 'Apply' } as const;

test('A server that runs answers, one that is gone does not, and neither is sent anything.', async () => {
  const { world, clock } = stage();
  world.addPbs({ address: '192.168.0.30' });
  const served = await world.servePbs('192.168.0.30');
  open.push(served);
  const apis = new HttpsApis(createWire({ clock, fence: unfenced, transport: undiciTransport() }), {
    forbidden: new ForbiddenPlaces(),
  });
  const servers = new PbsServers({ apis, clock, learn: () => undefined });
  const server = { url: served.url, scope, granted: true };
  expect(await answersAt(servers, server)).toBe(true);
  expect(world.calls).toEqual([]);
  await served.close();
  open.length = 0;
  expect(await answersAt(servers, server)).toBe(false);
  // nobody granted it: a manifest does not lead to this machine
  await expect(answersAt(servers, { ...server, granted: false })).rejects.toMatchObject({ reason: 'EndpointRefused' });
});
