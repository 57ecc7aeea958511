// SPDX-License-Identifier: GPL-3.0-or-later
import type { SiteVpnSpec, SiteVpnStatus } from '../../api/site-vpn.ts';
import { sideBySide } from '../../clouds/aws/side-by-side.ts';
import type { AgeLimit } from '../../clouds/aws/iam/users.ts';
import { countVpns } from '../../clouds/aws/ec2/vpn-counts.ts';
import type { CustomerGateway, Vpc, VpnConnection, VpnGateway } from '../../clouds/aws/ec2/vpn.ts';
import type { Desired } from '../../core/kind.ts';
import { milliseconds } from '../../core/time.ts';
import { busyAgeMs, hurries, restingAge, sinceAsked } from '../answer-age.ts';
import type { Clouds } from './connect.ts';
import { readFiles } from './files-secret.ts';
import { byID, isLive, isMine } from './marks.ts';
import type { FilesFound, Observed } from './observed.ts';
import { observeRouters } from './openstack/observe.ts';
import { rightsIn } from './permissions.ts';
import { isInstallations, isOn } from './plan/gateway.ts';
import { observeKeys } from './preshared-keys.ts';
import { observeDevice } from './push/observe.ts';
import { observeProbe } from './probe/observe.ts';
import { siblingsOn } from './siblings.ts';

type Wish = Desired<SiteVpnSpec, SiteVpnStatus>;

function atRest(desired: Wish): boolean {
  if (desired.absent || hurries(desired)) return false;
  return desired.last.conditions?.some(({ type, status }) => type === 'Synced' && status === 'True') ?? false;
}

interface Ages {
  /** Of what changes only when somebody changes it. */
  readonly settings: AgeLimit;
  /** Of what tunnels do. */
  readonly telemetry: AgeLimit;
}

/** What is waited for for minutes, and shows in the connection alone. */
const ofConnection = new Set([
  'VpnConnectionPending',
  'VpnConnectionDeleting',
  'OtherTunnelDown',
  'StaticRoutePending',
]);

function waitsForConnection(desired: Wish): boolean {
  const synced = desired.last.conditions?.find(({ type }) => type === 'Synced');
  return !hurries(desired) && synced !== undefined && ofConnection.has(synced.reason);
}

function agesOf(desired: Wish, now: number): Ages {
  const asked = sinceAsked(desired, now);
  const rest = atRest(desired);
  const limit = (quiet: boolean, restMs: number) => ({
    maxAgeMs: Math.min(quiet ? restingAge * restMs : busyAgeMs, asked),
  });
  return {
    settings: limit(rest || waitsForConnection(desired), desired.driftIntervalMs),
    telemetry: limit(rest, desired.spec.telemetry.intervalSeconds * 1000),
  };
}

function union<T extends { readonly id: string }>(...lists: readonly (readonly T[])[]): readonly T[] {
  const known = new Map<string, T>();
  // the first is the one that is kept: that of the shared look
  for (const one of lists.flat()) if (!known.has(one.id)) known.set(one.id, one);
  return [...known.values()].toSorted(byID);
}

interface Found {
  readonly gateways: readonly VpnGateway[];
  readonly customerGateways: readonly CustomerGateway[];
  readonly connections: readonly VpnConnection[];
}

/** What nobody marked is asked for when it matters: before a connection is made, and before what others may use is taken away. */
async function withStrangers({ vpns, spec, owner }: Clouds, { absent }: Wish, found: Found): Promise<Found> {
  const mine = found.connections.filter((one) => isLive(one) && isMine(one, owner));
  if (mine.length > 0) {
    const known = new Set(found.customerGateways.map(({ id }) => id));
    const unmarked = mine.map((one) => one.customerGateway).filter((id) => !known.has(id));
    const theirs = await Promise.all(unmarked.map((id) => vpns.freshCustomerGateway(id)));
    return {
      ...found,
      customerGateways: union(
        found.customerGateways,
        theirs.flatMap((one) => one ?? []),
      ),
    };
  }
  const at = absent ? [] : await vpns.customerGatewaysAt(spec.site.publicIP);
  const customerGateways = union(found.customerGateways, at);
  const ends = [
    ...found.gateways.filter(isLive).map(({ id }) => ({ gateway: id })),
    ...(absent ? customerGateways.filter((one) => isMine(one, owner)).map(({ id }) => ({ customerGateway: id })) : []),
  ];
  const on = await Promise.all(ends.map((end) => vpns.connectionsOn(end)));
  return { gateways: found.gateways, customerGateways, connections: union(found.connections, ...on) };
}

/** Of all of the region: what this object has to do with. */
function relevant(clouds: Clouds, { gateways, customerGateways, connections }: Found, vpc: string | undefined): Found {
  const { spec, owner } = clouds;
  const near = gateways.filter(
    (one) =>
      one.id === spec.gateway.id || (vpc !== undefined && (isOn(one, vpc) || isInstallations(one, { owner }, vpc))),
  );
  const of = new Set(near.map(({ id }) => id));
  const ours = customerGateways.filter((one) => one.ip === spec.site.publicIP || isMine(one, owner));
  const customers = new Set(ours.map(({ id }) => id));
  return {
    gateways: near,
    customerGateways: ours,
    connections: connections.filter(
      (one) =>
        isMine(one, owner) || customers.has(one.customerGateway) || (one.gateway !== undefined && of.has(one.gateway)),
    ),
  };
}

/** Asked before something is made, never at rest. */
async function roomIn({ outside, session, owner }: Clouds, { absent }: Wish, { connections }: Found) {
  const { vpnQuotas: most } = outside;
  if (absent || !most || connections.some((one) => isLive(one) && isMine(one, owner))) return {};
  const have = await countVpns(session);
  if (!have) return {};
  return {
    room: {
      gateways: { have: have.gateways, most: most.gateways },
      customerGateways: { have: have.customerGateways, most: most.customerGateways },
      connections: { have: have.connections, most: most.connections },
    },
  };
}

/** The Secret of the spec; where that names none any more, the one that was written before. */
async function filesOf({ outside, spec, owner }: Clouds, { namespace, last }: Wish, ours: readonly VpnConnection[]) {
  const secret = spec.device?.secretRef.name ?? last.device?.secretName;
  if (secret === undefined) return { found: 'absent' } satisfies FilesFound;
  return readFiles(await outside.secrets.read(namespace, secret), owner.uid, ours);
}

/** The one that it was made for, whichever others have the tag by now. */
function settled(tagged: readonly Vpc[], known: string | undefined): readonly Vpc[] {
  const its = tagged.filter(({ id }) => id === known);
  return its.length > 0 ? its : tagged;
}

/** Reads only. At rest: one shared question for the tunnels, and the other shared ones once per drift interval. */
export async function observe(clouds: Clouds, desired: Wish): Promise<Observed> {
  const { outside, session, vpns, networks, owner, spec, object } = clouds;
  const now = outside.clock.now();
  const { settings, telemetry } = agesOf(desired, now);
  const choice = spec.vpc.id === undefined ? { tags: spec.vpc.tag ?? {} } : { id: spec.vpc.id };
  const [tagged, gateways, customerGateways, connections] = await sideBySide([
    networks.vpcs(choice, settings),
    vpns.gateways(settings),
    vpns.customerGateways(settings),
    vpns.connections(telemetry),
  ]);
  const vpcs = settled(tagged, desired.last.vpcID);
  const vpc = spec.vpc.id ?? desired.last.vpcID ?? vpcs[0]?.id;
  const near = relevant(clouds, { gateways, customerGateways, connections }, vpc);
  const found = await withStrangers(clouds, desired, near);
  const ours = found.connections.filter((one) => isLive(one) && isMine(one, owner));
  const tables = vpc === undefined ? [] : await networks.routeTables(vpc, settings);
  const asked = spec.managementPolicy === 'Apply' && !desired.absent && !atRest(desired) && vpc !== undefined;
  return {
    now,
    account: session.account,
    owner,
    createdAt: milliseconds(object.metadata.creationTimestamp),
    siblings: siblingsOn(clouds, vpc, vpcs[0]),
    vpcs,
    ...found,
    tables,
    ...(asked ? { rights: await rightsIn(clouds, { vpc, tables }) } : {}),
    keys: await observeKeys(clouds, ours),
    files: await filesOf(clouds, desired, ours),
    ...(await observeDevice(clouds, ours, settings)),
    ...(await roomIn(clouds, desired, found)),
    ...(await observeRouters(clouds, desired, settings)),
    ...(await observeProbe(clouds, desired, { vpcs, connections: found.connections })),
  };
}
