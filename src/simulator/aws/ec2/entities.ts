// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * How things are found, written, named. EC2 is eventually consistent (EC2 Developer Guide, "Eventual consistency"): who names a thing that
 * is not visible yet is told that it does not exist; what is visible is judged on its truth.
 */
import { randomText, type RandomState } from '../../kernel/random.ts';
import { truth, versioned, visible, write, type Versioned } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { AwsState } from '../state.ts';
import { stateAt, type Life } from './life.ts';
import { emptyEc2, type Ec2State } from './state.ts';
import type { CustomerGateway, RouteTable, Subnet, Vpc, VpnConnection, VpnGateway } from './state.ts';
import type { Image, Instance, SecurityGroup, Snapshot, Volume } from './state.ts';

export interface Things {
  readonly vpc: Vpc;
  readonly subnet: Subnet;
  readonly 'route-table': RouteTable;
  readonly 'vpn-gateway': VpnGateway;
  readonly 'customer-gateway': CustomerGateway;
  readonly 'vpn-connection': VpnConnection;
  readonly 'security-group': SecurityGroup;
  readonly instance: Instance;
  readonly volume: Volume;
  readonly image: Image;
  readonly snapshot: Snapshot;
}

export type Kind = keyof Things;

/** Codes: EC2 API reference, "Error codes"; the words are those of the service (for example hashicorp/terraform-provider-aws#4894). */
const kinds: { readonly [K in Kind]: { prefix: string; code: string; word: string; malformed?: string } } = {
  vpc: { prefix: 'vpc', code: 'InvalidVpcID.NotFound', word: 'vpc', malformed: 'InvalidVpcID.Malformed' },
  subnet: {
    prefix: 'subnet',
    code: 'InvalidSubnetID.NotFound',
    word: 'subnet',
    malformed: 'InvalidSubnetID.Malformed',
  },
  'route-table': {
    prefix: 'rtb',
    code: 'InvalidRouteTableID.NotFound',
    word: 'routeTable',
    malformed: 'InvalidRouteTableId.Malformed',
  },
  'vpn-gateway': { prefix: 'vgw', code: 'InvalidVpnGatewayID.NotFound', word: 'vpnGateway' },
  'customer-gateway': {
    prefix: 'cgw',
    code: 'InvalidCustomerGatewayID.NotFound',
    word: 'customerGateway',
    malformed: 'InvalidCustomerGatewayId.Malformed',
  },
  'vpn-connection': { prefix: 'vpn', code: 'InvalidVpnConnectionID.NotFound', word: 'vpnConnection' },
  'security-group': {
    prefix: 'sg',
    code: 'InvalidGroup.NotFound',
    word: 'security group',
    malformed: 'InvalidGroupId.Malformed',
  },
  instance: {
    prefix: 'i',
    code: 'InvalidInstanceID.NotFound',
    word: 'instance',
    malformed: 'InvalidInstanceID.Malformed',
  },
  volume: { prefix: 'vol', code: 'InvalidVolume.NotFound', word: 'volume', malformed: 'InvalidVolumeID.Malformed' },
  image: { prefix: 'ami', code: 'InvalidAMIID.NotFound', word: 'image', malformed: 'InvalidAMIID.Malformed' },
  snapshot: {
    prefix: 'snap',
    code: 'InvalidSnapshot.NotFound',
    word: 'snapshot',
    malformed: 'InvalidSnapshotID.Malformed',
  },
};

const shelves: { readonly [K in Kind]: (state: Ec2State) => Map<string, Versioned<Things[K]>> } = {
  vpc: (state) => state.vpcs,
  subnet: (state) => state.subnets,
  'route-table': (state) => state.routeTables,
  'vpn-gateway': (state) => state.vpnGateways,
  'customer-gateway': (state) => state.customerGateways,
  'vpn-connection': (state) => state.vpnConnections,
  'security-group': (state) => state.securityGroups,
  instance: (state) => state.instances,
  volume: (state) => state.volumes,
  image: (state) => state.images,
  snapshot: (state) => state.snapshots,
};

export function ec2Of(state: AwsState, account: string, region: string): Ec2State {
  const key = `${account}/${region}`;
  const known = state.ec2.get(key);
  // a state that was kept by an older version has no volumes
  const held = known && Object.hasOwn(known, 'volumes') ? known : { ...emptyEc2(), ...known };
  state.ec2.set(key, held);
  return held;
}

export function regionOf({ world, principal, route }: Call): Ec2State {
  return ec2Of(world.state, principal.account, route.region);
}

export function shelf<K extends Kind>(state: Ec2State, kind: K): Map<string, Versioned<Things[K]>> {
  return shelves[kind](state);
}

/** `vpn-0123456789abcdef0`: seventeen hexadecimal digits. */
export function newID(random: RandomState, kind: Kind): string {
  return freshID(random, kinds[kind].prefix);
}

export function freshID(random: RandomState, prefix: string): string {
  return `${prefix}-0${randomText(random, 16, '0123456789abcdef')}`;
}

export function kindOf(id: string): Kind | undefined {
  const found = Object.entries(kinds).find(([, { prefix }]) => id.startsWith(`${prefix}-`));
  return found?.[0] as Kind | undefined;
}

export function arnOf({ route, principal }: Call, kind: Kind, id: string): string {
  // Service Authorization Reference, "Resource types defined by Amazon EC2": images and snapshots belong to no account there
  const account = kind === 'image' || kind === 'snapshot' ? '' : principal.account;
  return `arn:aws:ec2:${route.region}:${account}:${kind}/${id}`;
}

/**
 * Eight hexadecimal digits, or seventeen. EC2 API reference, "Error codes": virtual private gateways and connections have no such code; one that
 * is malformed is not found.
 */
export function wellFormed(kind: Kind, id: string): void {
  const { prefix, malformed } = kinds[kind];
  if (malformed !== undefined && !new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id))
    throw new AwsError(malformed, `Invalid id: "${id}" (expecting "${prefix}-...")`);
}

export function notFound(kind: Kind, ids: readonly string[]): AwsError {
  const { code, word } = kinds[kind];
  const named = ids.length > 1 ? `${word} IDs '${ids.join(', ')}' do` : `${word} ID '${ids[0] ?? ''}' does`;
  return new AwsError(code, `The ${named} not exist`);
}

interface Living {
  readonly id: string;
  readonly life?: Life<string>;
}

function over(thing: Living, now: number): boolean {
  return thing.life !== undefined && stateAt(thing.life, now) === undefined;
}

/** What everybody sees now; what is deleted shows until it is forgotten. */
export function seen<K extends Kind>(call: Call, kind: K, id: string): Things[K] | undefined {
  const thing = visible(shelf(regionOf(call), kind).get(id), call.now);
  return thing === undefined || over(thing, call.now) ? undefined : thing;
}

export function allSeen<K extends Kind>(call: Call, kind: K): Things[K][] {
  const held = regionOf(call);
  const slots = shelf(held, kind);
  for (const [id, slot] of slots) {
    const last = truth(slot);
    if (last && over(last, call.now)) forget(held, slots, id);
  }
  return [...slots.keys()].sort(byTail).flatMap((id) => seen(call, kind, id) ?? []);
}

/** Lists come in an order of EC2's own, not in that of creation: here, by the last digits of the ids. */
function byTail(a: string, b: string): number {
  return a.slice(-6) < b.slice(-6) ? -1 : 1;
}

function forget(held: Ec2State, slots: Map<string, unknown>, id: string): void {
  slots.delete(id);
  for (const key of held.telemetry.keys()) if (key.startsWith(`${id}/`)) held.telemetry.delete(key);
}

/** The truth of all that is there, visible or not. */
export function allTrue<K extends Kind>(state: Ec2State, kind: K): Things[K][] {
  return [...shelf(state, kind).values()].flatMap((slot) => truth(slot) ?? []);
}

/** The truth of what the call may name. @throws {AwsError} `Invalid…ID.NotFound`: not there, not visible yet, or deleted; `Invalid…ID.Malformed`. */
export function named<K extends Kind>(call: Call, kind: K, id: string): Things[K] {
  wellFormed(kind, id);
  const thing: (Things[K] & Living) | undefined = truth(shelf(regionOf(call), kind).get(id));
  if (!thing || !seen(call, kind, id)) throw notFound(kind, [id]);
  const state = thing.life && stateAt(thing.life, call.now);
  if (thing.life && (state === undefined || state === 'deleted')) throw notFound(kind, [id]);
  return thing;
}

/** Gone for everybody who sees this write. */
export function erase(call: Call, kind: Kind, id: string): void {
  const slot: Versioned<unknown> | undefined = shelf(regionOf(call), kind).get(id);
  if (slot) write(slot, undefined, { now: call.now, lag: call.world.lag('ec2') });
}

export function save<K extends Kind>(call: Call, kind: K, thing: Things[K]): void {
  const slots = shelf(regionOf(call), kind);
  const slot = slots.get(thing.id);
  const lag = call.world.lag('ec2');
  if (!slot) slots.set(thing.id, versioned(thing, call.now + lag));
  else write(slot, thing, { now: call.now, lag });
}
