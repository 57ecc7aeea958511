// SPDX-License-Identifier: GPL-3.0-or-later
/** A zone of the simulated Route 53 with a DNS server in front of it and web servers behind it, in a fast world. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { EndpointMap } from '../../src/simulator/aws/route53/status/prober.ts';
import { createAws } from '../../src/simulator/aws/index.ts';
import { serveDns } from '../../src/simulator/dns/server.ts';
import { accountID } from '../simulator/aws/client.ts';
import { change, create, route53Client, zone } from '../simulator/aws/route53/world.ts';
import { digAt } from './dig.ts';
import { fastClock } from './fast-clock.ts';

/** How much faster the world is. */
export const times = 8;

export async function newWorld() {
  const clock = fastClock(times);
  const world = createAws({
    clock,
    quotas: { route53RequestsPerSecond: 1000 },
    route53Times: { batch: 0, propagation: 1000 },
  });
  const account = world.account(accountID);
  const r53 = route53Client(world, clock, account.rootKey);
  const dns = await serveDns((question) => world.route53.answer(question));
  const advance = (ms: number) => clock.sleep(Math.min(ms, 1500));
  const settled = { r53, clock: { now: () => clock.now(), advance } };
  const id = await zone(settled);
  const fill = async (...sets: ResourceRecordSet[]): Promise<void> => {
    await change({ r53 }, id, ...create(...sets));
    await clock.sleep(1500);
  };
  const probe = (map: EndpointMap) => world.route53.health.probe(map);
  return { clock, world, r53, dns, dig: digAt(dns), id, fill, probe, account: settled };
}

export interface Web {
  readonly port: number;
  /** As a machine that dies: open connections too. */
  kill(): Promise<void>;
  revive(): Promise<void>;
}

/** A web server that can die and come back on its port. */
export async function web(says = 'alive'): Promise<Web> {
  let server = await listen(0, says);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    kill: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    revive: async () => {
      server = await listen(port, says);
    },
  };
}

async function listen(port: number, says: string): Promise<Server> {
  const server = createServer((_request, response) => void response.end(says));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
