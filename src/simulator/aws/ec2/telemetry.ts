// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * How tunnels are: nobody dials here, so a test says it, or a daemon that is AWS's end, or a device that is put there (`device.ts`). Both entries
 * are there, DOWN, from the beginning. While AWS's end of a tunnel is being made, replaced or deleted, it is DOWN, whatever was said. Source:
 * EC2 API reference, VgwTelemetry; Site-to-Site VPN User Guide, "Tunnel endpoint replacements"; AWS CLI reference, modify-vpn-tunnel-options,
 * example ("IPSEC IS DOWN").
 */
import { truth } from '../../kernel/versioned.ts';
import { stateAt } from './life.ts';
import type { Device, Ec2State, Telemetry, Tunnel, TunnelRecord, VpnConnection } from './state.ts';

export interface TunnelChange {
  readonly status: 'UP' | 'DOWN';
  /** Default: AWS's own words. */
  readonly message?: string;
  /** Default: the connection's static routes, or the number of `prefixes`. */
  readonly acceptedRoutes?: number;
  /** What the peer advertises by BGP; propagated while the tunnel is up. */
  readonly prefixes?: readonly string[];
}

type Connection = Pick<VpnConnection, 'id' | 'createdAt' | 'life' | 'customerGatewayID' | 'staticRoutesOnly'>;

/** Site-to-Site VPN User Guide, "Quotas": routes advertised over one connection to a virtual private gateway; it cannot be raised. */
const mostPrefixes = 100;

interface Asked {
  readonly connection: Connection;
  readonly tunnel: Pick<Tunnel, 'outsideIP'>;
  readonly now: number;
}

function keyOf({ connection, tunnel }: Pick<Asked, 'connection' | 'tunnel'>): string {
  return `${connection.id}/${tunnel.outsideIP}`;
}

/** From when until when AWS's end does not answer; undefined while it does. */
function silence({ outage }: TunnelRecord, { connection, now }: Asked): { from: number; until: number } | undefined {
  const state = stateAt(connection.life, now);
  const [first, second] = connection.life.versions;
  if (state === 'pending') return { from: connection.createdAt, until: second?.from ?? Infinity };
  if (state !== 'available' && state !== 'modifying') return { from: first?.from ?? now, until: Infinity };
  return outage && now < outage.until ? outage : undefined;
}

/** Whether a daemon would be answered now. */
export function answers(held: Ec2State, asked: Asked): boolean {
  return silence(held.telemetry.get(keyOf(asked)) ?? {}, asked) === undefined;
}

/** When AWS's end was there last after it was not. */
function readySince({ outage }: TunnelRecord, { connection }: Asked): number {
  const made = connection.life.versions[0];
  const available = made?.value === 'pending' ? connection.life.versions[1]?.from : undefined;
  return Math.max(available ?? connection.createdAt, outage?.until ?? 0);
}

function dialled(device: Device, record: TunnelRecord, asked: Asked): Telemetry {
  const since = Math.max(readySince(record, asked), device.since) + device.dialsForMs;
  if (asked.now >= since) return { status: 'UP', prefixes: device.prefixes, since };
  return { status: 'DOWN', prefixes: [], since: record.outage?.from ?? asked.connection.createdAt };
}

/** What is said of it, by somebody or by the device, whether AWS's end is there or not. */
function said(held: Ec2State, record: TunnelRecord, asked: Asked): Telemetry {
  const { connection } = asked;
  if (record.reported) return record.reported;
  const device = held.devices.get(truth(held.customerGateways.get(connection.customerGatewayID))?.ip ?? '');
  return device ? dialled(device, record, asked) : { status: 'DOWN', prefixes: [], since: connection.createdAt };
}

function tooMany({ prefixes }: Telemetry, { connection }: Asked): boolean {
  return !connection.staticRoutesOnly && prefixes.length > mostPrefixes;
}

/** IPsec is up, BGP is not: the tunnel of a dynamic connection is DOWN, and its message says so (as people see it before they configure BGP). */
function bgpDown({ since }: Telemetry): Telemetry {
  return { status: 'DOWN', message: 'IPSEC IS UP', prefixes: [], since };
}

export function telemetryOf(held: Ec2State, asked: Asked): Telemetry {
  const record = held.telemetry.get(keyOf(asked)) ?? {};
  const told = said(held, record, asked);
  const silent = silence(record, asked);
  if (!silent && isUp(told) && tooMany(told, asked)) return bgpDown(told);
  if (!silent && isUp(told)) return { ...told, since: Math.max(told.since, readySince(record, asked)) };
  const since = isUp(told) ? Infinity : told.since;
  if (silent) return { status: 'DOWN', prefixes: [], since: Math.min(since, silent.from) };
  const { outage = { from: 0, until: 0 } } = record;
  // what was said while nobody answered changed nothing
  return since > outage.from && since < outage.until ? { ...told, since: outage.from } : told;
}

export function setTelemetry(held: Ec2State, asked: Asked, change: TunnelChange): void {
  const { outage, reported } = held.telemetry.get(keyOf(asked)) ?? {};
  const { since, ...before } = reported ?? telemetryOf(held, asked);
  const next = { prefixes: [], ...change };
  const same = JSON.stringify(sorted(before)) === JSON.stringify(sorted(next));
  held.telemetry.set(keyOf(asked), {
    ...(outage ? { outage } : {}),
    reported: { ...next, since: same ? since : asked.now },
  });
}

/**
 * AWS's end is replaced, and takes `ms` for it. The peer dials again and comes back by itself, but not where it has to be told something first
 * (`peerMustFollow`: another key, another address).
 */
export function replaceEnd(
  held: Ec2State,
  asked: Asked,
  { ms, peerMustFollow }: { ms: number; peerMustFollow: boolean },
): void {
  const { now } = asked;
  const before = telemetryOf(held, asked);
  const outage = { from: isUp(before) ? now : before.since, until: now + ms };
  const { reported } = held.telemetry.get(keyOf(asked)) ?? {};
  const kept = reported && peerMustFollow ? ({ status: 'DOWN', prefixes: [], since: outage.from } as const) : reported;
  held.telemetry.set(keyOf(asked), { outage, ...(kept ? { reported: kept } : {}) });
}

function sorted(value: object): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The prefixes that a connection brings while one of its tunnels is up. Source: Site-to-Site VPN User Guide, "Get started", step 3. */
export function learned(held: Ec2State, connection: VpnConnection, now: number): string[] {
  const up = connection.tunnels.map((tunnel) => telemetryOf(held, { connection, tunnel, now })).filter(isUp);
  if (up.length === 0) return [];
  if (!connection.staticRoutesOnly) return [...new Set(up.flatMap(({ prefixes }) => prefixes))];
  return availableRoutes(connection, now);
}

export function isUp({ status }: Telemetry): boolean {
  return status === 'UP';
}

export function availableRoutes(connection: VpnConnection, now: number): string[] {
  return connection.routes.filter((one) => stateAt(one.life, now) === 'available').map((one) => one.destination);
}
