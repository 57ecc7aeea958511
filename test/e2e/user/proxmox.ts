// SPDX-License-Identifier: GPL-3.0-or-later
/** The Proxmox VE of examples/07 beside an operator in a process of its own: on loopback, and its backup server there too, from when it answers. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createProxmoxSite, type ProxmoxSite } from '../../../src/cli/simulate/proxmox-site.ts';
import { secretManifests } from '../../../src/cli/simulate/sites.ts';
import { realClock } from '../../../src/simulator/kernel/clock.ts';
import type { SimService } from '../../../src/simulator/kernel/service.ts';
import type { PbsView } from '../../../src/simulator/proxmox/told-pbs.ts';
import { Client } from '../../simulator/proxmox/world.ts';

interface Example {
  readonly spec: {
    readonly proxmox: object;
    readonly server: { readonly vm: { readonly network: object } };
  };
}

export interface UserProxmox extends ProxmoxSite {
  /** What a user makes before: the token, and the certificate of the authority. */
  readonly secrets: readonly object[];
  /** What an administrator writes before, as all of it is on loopback: grants, a line each. */
  readonly grants: readonly string[];
  /** The example, with the addresses of this run. */
  readonly example: object;
  /** The backup server, once it is installed. */
  server(): PbsView | undefined;
  /** As somebody who may do everything in Proxmox VE. */
  readonly root: Client;
  close(): Promise<void>;
}

/** Ten minutes in life; in a test that waits for real, moments. */
const moments = {
  createVm: 500,
  startVm: 300,
  stopVm: 300,
  shutdownVm: 500,
  deleteVm: 300,
  updateVm: 200,
  install: 3000,
  boot: 1000,
  backup: 500,
  createDatastore: 1000,
  deleteDatastore: 500,
  s3Refresh: 1000,
  garbageCollection: 1000,
  prune: 300,
  verify: 500,
  formatDisk: 500,
  broadcast: 1000,
};

const lookMs = 50;

/** A backup server answers at port 8007 and nowhere else: an address that no other run on this machine has. */
function ownAddress(): string {
  return `127.87.${(process.pid >> 8) % 256}.${process.pid % 256}`;
}

export async function userProxmox(s3: SimService, namespace: string): Promise<UserProxmox> {
  const site = createProxmoxSite(realClock(), s3, { times: moments });
  const { world } = site;
  const pve = await world.servePve();
  const address = ownAddress();
  const serving = serveWhenThere(site, address);
  const authorities = { 'node1-ca': { 'ca.crt': pve.certificate } };
  return {
    ...site,
    secrets: [site.credentials, authorities].flatMap((texts) => secretManifests(texts, namespace)),
    grants: [pve.url, `https://${address}:8007`].map((url) => `endpoint ${url}`),
    example: example(pve.url, address),
    server: () => world.pbs(address),
    root: new Client(world, world.pve.url, {
      authorization: world.pve.token({ user: 'root@pam', name: 'shell', privsep: false }).authorization,
    }),
    close: async () => void (await Promise.all([pve.close(), serving.stop()])),
  };
}

function example(url: string, address: string): object {
  const { spec, ...rest } = parse(readFileSync('examples/07-pbs-instance.yaml', 'utf8')) as Example;
  const { proxmox, server, ...others } = spec;
  const network = { address: `${address}/8`, gateway: '127.0.0.1', dns: '127.0.0.1' };
  return {
    ...rest,
    spec: { ...others, proxmox: { ...proxmox, url }, server: { ...server, vm: { ...server.vm, network } } },
  };
}

function serveWhenThere({ world }: ProxmoxSite, address: string): { stop(): Promise<void> } {
  const clock = realClock();
  const over = new AbortController();
  const served = (async () => {
    while (!over.signal.aborted) {
      await world.settle();
      if (world.certificateAt(`${address}:8007`) !== undefined) return world.servePbs(address);
      await clock.sleep(lookMs, over.signal);
    }
    return undefined;
  })();
  return {
    async stop() {
      over.abort();
      await (await served)?.close();
    },
  };
}
