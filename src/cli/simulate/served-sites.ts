// SPDX-License-Identifier: GPL-3.0-or-later
/** The sites on loopback, with TLS, and the way there: names of the examples lead to them as a name server of the site's would have it. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { loopbackCertificate } from '../../simulator/kernel/certificate.ts';
import { serve, type Served } from '../../simulator/kernel/http.ts';
import type { Dial, Transport } from '../../wire/call.ts';
import { tcpDial } from '../../wire/tcp-dial.ts';
import { authorities, siteHosts, type Sites } from './sites.ts';

export interface ServedSites {
  /** Certificates that they are known by, by name of the Secret. */
  readonly authorities: ReturnType<typeof authorities>;
  /** Requests to the sites' names go to loopback, all others as `transport` carries them. TLS is the caller's affair, as it is for any host. */
  carrying(transport: Transport): Transport;
  /** To the port that stands for hosts in the VPCs: it accepts, and says nothing. */
  readonly dialHost: Dial;
  close(): Promise<void>;
}

async function listening(): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer((socket) => void socket.on('error', () => undefined).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => void server.close(() => resolve())) };
}

export async function serveSites({ opnsense, openstack }: Sites): Promise<ServedSites> {
  const [opnsenses, host] = await Promise.all([opnsense.serve(), listening()]);
  const certificate = loopbackCertificate(Date.now());
  const clouds = await serve(openstack.service, { certificate });
  const at = new Map<string, Served>([
    [siteHosts.opnsense, opnsenses],
    [siteHosts.openstack, clouds],
  ]);
  return {
    authorities: authorities({ opnsense: opnsenses.certificate, openstack: certificate.cert }),
    carrying: (transport) => (request) => {
      const served = at.get(request.url.host);
      if (!served) return transport(request);
      const { pathname, search } = request.url;
      return transport({ ...request, url: new URL(`${served.url}${pathname}${search}`) });
    },
    dialHost: (_to, signal) => tcpDial({ host: '127.0.0.1', port: host.port }, signal),
    close: async () => void (await Promise.all([opnsenses.close(), clouds.close(), host.close()])),
  };
}
