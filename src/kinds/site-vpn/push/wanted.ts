// SPDX-License-Identifier: GPL-3.0-or-later
/** The records that the device shall have: the requests that stand in its files, too, with our ids, names and marks. Pure. */
import type { CustomerGatewayTunnel } from '../../../clouds/aws/ec2/customer-gateway-configuration.ts';
import type { Tunnel, VpnConnection } from '../../../clouds/aws/ec2/vpn.ts';
import { describe } from '../../../clouds/opnsense/mark.ts';
import { places, uuidOf, type RecordKind } from '../../../clouds/opnsense/records.ts';
import type { Applied } from '../../../clouds/opnsense/requests.ts';
import { digest } from '../../../core/digest.ts';
import type { Owner } from '../../../core/owner-mark.ts';
import { gatewayModel } from '../gateway/from-aws.ts';
import type { GatewayModel } from '../gateway/model.ts';
import { opnsenseRequests, type DeviceNames, type OpnsenseRequest } from '../gateway/opnsense/requests.ts';
import type { Context } from '../plan/part.ts';
import type { DeviceHere } from './found.ts';
import type { SetRecord } from './steps.ts';

export interface Wanted extends SetRecord {
  /** `connection_1`. */
  readonly name: string;
  readonly part: Applied;
}

/** Of each part, the record whose description says what was applied. */
export const ledgers: Readonly<Record<Applied, string>> = { IPsec: 'connection_1', Routes: 'gateway_1' };

export function partOf(kind: RecordKind): Applied {
  return kind === 'gateway' || kind === 'route' ? 'Routes' : 'IPsec';
}

export function idOf({ uid, cluster }: Owner, name: string): string {
  return uuidOf(cluster, uid, name);
}

/** Hosts of the /30: the first is AWS's, the second the customer's (Site-to-Site VPN User Guide, "Tunnel options"). */
function hosts(insideCIDR: string | undefined): readonly [string, string] {
  const match = /^(\d+\.\d+\.\d+\.)(\d+)\/30$/.exec(insideCIDR ?? '');
  if (!match) return ['<inside address of AWS>', '<inside address of the site>'];
  const [, start = '', last = '0'] = match;
  return [`${start}${Number(last) + 1}`, `${start}${Number(last) + 2}`];
}

/** What AWS's configuration says of a tunnel, but for its key. AWS asks every 10 seconds, and clamps to 1379 bytes, whatever is configured. */
function said(tunnel: Tunnel, publicIP: string): CustomerGatewayTunnel {
  const [awsInsideIP, customerInsideIP] = hosts(tunnel.insideCIDR);
  return {
    outsideIP: tunnel.outsideIP,
    customerOutsideIP: publicIP,
    insideCIDR: tunnel.insideCIDR ?? '<inside CIDR>',
    awsInsideIP,
    customerInsideIP,
    presharedKey: '',
    mss: 1379,
    dpd: { intervalSeconds: 10, retries: 3 },
  };
}

/** @throws Failure, class Invalid, where the device cannot do what AWS's side has. */
function modelOf({ spec, observed }: Context, connection: VpnConnection): GatewayModel {
  const { publicIP, localIP, cidrs } = spec.site;
  const tunnels = connection.tunnels.map((tunnel) => [tunnel.outsideIP, said(tunnel, publicIP)] as const);
  return gatewayModel({
    device: { type: 'OPNsense' },
    configuration: {
      connectionID: connection.id,
      routing: connection.staticRoutesOnly ? 'Static' : 'BGP',
      tunnels: new Map(tunnels),
    },
    connection,
    site: { publicIP, cidrs, ...(localIP === undefined ? {} : { localIP }) },
    vpc: { cidrs: observed.vpcs[0]?.cidrs ?? [] },
  });
}

const firstReqid = 11;

/** Those that our interfaces have, else the first that are free. */
function reqidsFor(owner: Owner, { records, foreign }: DeviceHere): readonly [number, number] {
  const taken = new Set(foreign.reqids.map(Number));
  const have = [1, 2].map((index) => {
    const reqid = records.find(({ uuid }) => uuid === idOf(owner, `vti_${index}`))?.fields['reqid'];
    return reqid === undefined || taken.has(Number(reqid)) ? undefined : Number(reqid);
  });
  for (const one of have) if (one !== undefined) taken.add(one);
  const free = () => {
    let next = firstReqid;
    while (taken.has(next)) next++;
    taken.add(next);
    return next;
  };
  return [have[0] ?? free(), have[1] ?? free()];
}

/** At most 32 of letters, digits, underscores (Gateways.xml), never changed afterwards, and nobody else's. */
function gatewayNames({ uid, object }: Owner): readonly [string, string] {
  const name = (object.split('/').at(-1) ?? '').replaceAll(/[^a-zA-Z0-9]/g, '_').slice(0, 16);
  const stem = `AWS_${name}_${digest(uid).slice(0, 6)}`;
  return [`${stem}_1`, `${stem}_2`];
}

function kindOf(envelope: string): RecordKind | undefined {
  return (Object.keys(places) as RecordKind[]).find((kind) => places[kind].envelope === envelope);
}

/** Routes are told apart by where they lead to, not by their place in a list. */
function nameOf({ name = '' }: OpnsenseRequest, fields: Readonly<Record<string, string>>): string {
  return name.startsWith('route_') ? `${name.slice(0, 'route_1'.length)}_${fields['network'] ?? ''}` : name;
}

function recordOf(request: OpnsenseRequest, owner: Owner): readonly Wanted[] {
  const [body] = Object.entries(request.body);
  const kind = body && kindOf(body[0]);
  if (request.name === undefined || !body || kind === undefined) return [];
  const [, given] = body;
  const { description } = places[kind];
  const { Key: key, ...open } = given;
  const tunnel = `aws-tunnel-${request.name.split('_')[1] ?? ''}`;
  // the description of a VTI becomes the name of its interface, which nobody wants to be long
  const label = kind === 'vti' ? tunnel : `${tunnel} of ${owner.object}`;
  const fields = Object.fromEntries(
    Object.entries({ ...open, [description]: describe({ label, owner }) }).map(([field, value]) => [
      field,
      value.startsWith('$') ? idOf(owner, value.slice(1)) : value,
    ]),
  );
  const name = nameOf(request, fields);
  const keyOf = key === undefined ? {} : { keyOf: fields['remote_ident'] ?? '' };
  return [{ kind, name, part: partOf(kind), uuid: idOf(owner, name), fields, ...keyOf }];
}

/** In the order in which they can be made. @throws Failure, class Invalid, where the device cannot do what AWS's side has. */
export function wantedRecords(context: Context, connection: VpnConnection, device: DeviceHere): readonly Wanted[] {
  const { owner } = context.observed;
  const names: DeviceNames = { reqids: reqidsFor(owner, device), gateways: gatewayNames(owner) };
  return opnsenseRequests(modelOf(context, connection), names).flatMap((request) => recordOf(request, owner));
}
