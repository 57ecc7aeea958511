// SPDX-License-Identifier: GPL-3.0-or-later
/** Proxmox VE, and every backup server from when it answers, on loopback with certificates of their own; and the way there. */
import type { ProxmoxWorld, ServedPbs } from '../../simulator/proxmox/index.ts';
import type { Transport } from '../../wire/call.ts';
import { proxmoxHosts, type ProxmoxSite } from './proxmox-site.ts';

export interface ServedProxmox {
  /** Certificate that it is known by, by name of the Secret. */
  readonly authorities: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Requests to its addresses go to loopback, all others as `transport` carries them. */
  carrying(transport: Transport): Transport;
  close(): Promise<void>;
}

/** As a network says that nobody listens there. */
function refused(host: string): Error {
  return Object.assign(new Error(`connect ECONNREFUSED ${host}`), { code: 'ECONNREFUSED' });
}

/** A server that was made anew has another certificate, and so a port of its own. */
class Servers {
  readonly #world: ProxmoxWorld;
  readonly #served = new Map<string, Promise<ServedPbs>>();

  constructor(world: ProxmoxWorld) {
    this.#world = world;
  }

  /** `undefined`: nobody answers there now. */
  async at(host: string): Promise<ServedPbs | undefined> {
    await this.#world.settle();
    const certificate = this.#world.certificateAt(host);
    if (certificate === undefined) return undefined;
    const served = this.#served.get(certificate) ?? this.#world.servePbs(host.split(':')[0] ?? '');
    this.#served.set(certificate, served);
    return served;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#served.values()].map(async (one) => (await one).close()));
  }
}

export async function serveProxmox({ world }: ProxmoxSite): Promise<ServedProxmox> {
  const pve = await world.servePve();
  const servers = new Servers(world);
  const known = (host: string) => host === proxmoxHosts.pve || host === proxmoxHosts.pbs;
  return {
    authorities: { 'node1-ca': { 'ca.crt': pve.certificate } },
    carrying: (transport) => async (request) => {
      const { host, pathname, search } = request.url;
      if (!known(host)) return transport(request);
      const served = host === proxmoxHosts.pve ? pve : await servers.at(host);
      if (!served) throw refused(host);
      return transport({ ...request, url: new URL(`${served.url}${pathname}${search}`) });
    },
    close: async () => void (await Promise.all([pve.close(), servers.close()])),
  };
}
