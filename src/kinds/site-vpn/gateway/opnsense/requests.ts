// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * docs.opnsense.org, "API reference", and the models in opnsense/core (Swanctl.xml, IPsec.xml). Values are strings, as its forms have them.
 * The pre-shared keys come first: a pair of identifiers is unique there, so a second run stops before it makes anything twice.
 */
import { opnsenseProposals } from '../algorithms.ts';
import type { GatewayModel } from '../model.ts';
import { refusal } from '../refusal.ts';
import { linksOf, type Link } from '../routed/links.ts';

export interface OpnsenseRequest {
  /** POST to this, below the firewall's address. */
  readonly path: string;
  /** JSON. A value that begins with `$` stands for the uuid that the answer to the request of that name had. */
  readonly body: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** For requests that make something: what its uuid is called. */
  readonly name?: string;
}

/** What has to be free on the device. */
export interface DeviceNames {
  /** Of the tunnels' interfaces, too: ipsec11 and ipsec12. */
  readonly reqids: readonly [number, number];
  readonly gateways: readonly [string, string];
}

const usualNames: DeviceNames = { reqids: [11, 12], gateways: ['AWS_VPN_1', 'AWS_VPN_2'] };

const nth = <T>([one, two]: readonly [T, T], index: number): T => (index === 0 ? one : two);

type Numbered = readonly [index: number, names: DeviceNames];

function keyRequest({ site }: GatewayModel, { tunnel, name }: Link, index: number): OpnsenseRequest {
  const { outsideIP, presharedKey } = tunnel;
  const entry = { ident: site.publicIP, remote_ident: outsideIP, keyType: 'PSK', Key: presharedKey, description: name };
  return { name: `key_${index + 1}`, path: '/api/ipsec/pre_shared_keys/add_item', body: { preSharedKey: entry } };
}

function connectionOf({ connectionID, site }: GatewayModel, { tunnel, name }: Link): Readonly<Record<string, string>> {
  const { phase1, dpd } = tunnel;
  const rekey = Math.floor(phase1.lifetimeSeconds * 0.9);
  return {
    enabled: '1',
    proposals: opnsenseProposals(tunnel).ike,
    unique: 'no',
    aggressive: '0',
    version: tunnel.ikeVersion === 'ikev2' ? '2' : '1',
    mobike: '0',
    local_addrs: site.localIP ?? '',
    remote_addrs: tunnel.outsideIP,
    encap: '0',
    rekey_time: String(rekey),
    over_time: String(phase1.lifetimeSeconds - rekey),
    dpd_delay: String(dpd.intervalSeconds),
    dpd_timeout: String(dpd.timeoutSeconds),
    keyingtries: '0',
    description: `${connectionID} ${name}`,
  };
}

/** The life is a tenth more than rekey_time: strongSwan's default, as there is no field for it. */
function childOf({ tunnel, name }: Link, connection: string, reqid: string): Readonly<Record<string, string>> {
  return {
    enabled: '1',
    connection,
    reqid,
    esp_proposals: opnsenseProposals(tunnel).esp,
    start_action: 'start',
    close_action: 'start',
    dpd_action: 'start',
    mode: 'tunnel',
    policies: '0',
    local_ts: '0.0.0.0/0',
    remote_ts: '0.0.0.0/0',
    rekey_time: String(Math.floor(tunnel.phase2.lifetimeSeconds / 1.1)),
    description: name,
  };
}

function tunnelRequests(model: GatewayModel, link: Link, [index, names]: Numbered): readonly OpnsenseRequest[] {
  const { tunnel, name } = link;
  const reqid = String(nth(names.reqids, index));
  const connection = `$connection_${index + 1}`;
  const end = (id: string) => ({ enabled: '1', connection, round: '0', auth: 'psk', id, description: name });
  const vti = {
    enabled: '1',
    reqid,
    // both or neither: without, the reqid alone binds it
    local: model.site.localIP ?? '',
    remote: model.site.localIP === undefined ? '' : tunnel.outsideIP,
    tunnel_local: tunnel.customerInsideIP,
    tunnel_remote: tunnel.awsInsideIP,
    description: name,
  };
  const under = '/api/ipsec/connections';
  return [
    {
      name: connection.slice(1),
      path: `${under}/add_connection`,
      body: { connection: connectionOf(model, link) },
    },
    { name: `local_${index + 1}`, path: `${under}/add_local`, body: { local: end(model.site.publicIP) } },
    { name: `remote_${index + 1}`, path: `${under}/add_remote`, body: { remote: end(tunnel.outsideIP) } },
    {
      name: `child_${index + 1}`,
      path: `${under}/add_child`,
      body: { child: childOf(link, connection, reqid) },
    },
    { name: `vti_${index + 1}`, path: '/api/ipsec/vti/add', body: { vti } },
  ];
}

function gatewayRequest({ tunnel, name }: Link, [index, names]: Numbered): OpnsenseRequest {
  const gateway = {
    disabled: '0',
    name: nth(names.gateways, index),
    descr: name,
    interface: `ipsec${nth(names.reqids, index)}`,
    ipprotocol: 'inet',
    gateway: tunnel.awsInsideIP,
    monitor_disable: '0',
    monitor: tunnel.awsInsideIP,
  };
  return {
    name: `gateway_${index + 1}`,
    path: '/api/routing/settings/addGateway',
    body: { gateway_item: gateway },
  };
}

/**
 * One route for each network of the VPC and tunnel; those by the second tunnel are there and disabled. Which is said twice: up to 26.1 a
 * route was disabled, since 26.7 it is enabled (Route.xml), and what a version does not know it ignores.
 */
function routeRequests({ vpc }: GatewayModel, links: readonly Link[], names: DeviceNames): readonly OpnsenseRequest[] {
  return links.flatMap((link, index) =>
    vpc.cidrs.map((network, which) => ({
      name: `route_${index + 1}_${which + 1}`,
      path: '/api/routes/routes/addroute',
      body: {
        route: {
          enabled: String(1 - index),
          disabled: String(index),
          network,
          gateway: nth(names.gateways, index),
          descr: link.name,
        },
      },
    })),
  );
}

function act(path: string): OpnsenseRequest {
  return { path, body: {} };
}

/** Secret: the keys are in it. In this order. */
export function opnsenseRequests(model: GatewayModel, names: DeviceNames = usualNames): readonly OpnsenseRequest[] {
  if (model.routing === 'BGP')
    throw refusal(
      'OPNsense has BGP only with a plugin, which is not configured here. Choose routing Static, or Generic.',
    );
  const links = linksOf(model, 'vti');
  return [
    ...links.map((link, index) => keyRequest(model, link, index)),
    ...links.flatMap((link, index) => tunnelRequests(model, link, [index, names])),
    act('/api/ipsec/connections/toggle/1'),
    act('/api/ipsec/service/reconfigure'),
    ...links.map((link, index) => gatewayRequest(link, [index, names])),
    act('/api/routing/settings/reconfigure'),
    ...routeRequests(model, links, names),
    act('/api/routes/routes/reconfigure'),
  ];
}
