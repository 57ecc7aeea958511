// SPDX-License-Identifier: GPL-3.0-or-later
import type { GslbEndpointSpec, GslbEndpointStatus } from '../../api/gslb-endpoint.ts';
import type { HealthCheck, HealthStatus, HealthTold } from '../../clouds/aws/route53/health-check.ts';
import { checkerRanges, roomForHealthChecks } from '../../clouds/aws/route53/account.ts';
import type { RecordSet, Zone, ZoneFound } from '../../clouds/aws/route53/route53.ts';
import { ZoneRecords } from '../../clouds/aws/route53/zone-records.ts';
import { domainName } from '../../core/domain-name.ts';
import type { Desired } from '../../core/kind.ts';
import { milliseconds } from '../../core/time.ts';
import { agesOf, type Ages } from './ages.ts';
import { observeBalancers } from './balancers.ts';
import type { Clouds } from './connect.ts';
import { namesOfProofs, observeCertificates } from './certificate/observe.ts';
import { certificateWish } from './certificate/wanted.ts';
import type { InRegion } from './certificate/world.ts';
import { observeHaproxy } from './haproxy/observe.ts';
import { fullName, namesToSee } from './name.ts';
import type { ChangeState, RememberedChange } from './change-state.ts';
import type { Observed } from './observed.ts';
import { observeSites } from './sites/observe.ts';
import { siteRights } from './sites/permissions.ts';
import { sitesToSee, sitesWanted } from './sites/of-spec.ts';
import { asBefore } from './zone-before.ts';
import { checkOf } from './wanted-checks.ts';

type Wish = Desired<GslbEndpointSpec, GslbEndpointStatus>;

async function zoneOf({ zones, spec }: Clouds, { last }: Wish, { settings }: Ages): Promise<ZoneFound> {
  const { id, name = '' } = spec.zone;
  if (id === undefined) return asBefore(await zones.named(name, settings), last);
  const found = await zones.get(id, settings);
  return found ? { found: 'one', zone: found.zone } : { found: 'none', of: [] };
}

const states = { PENDING: 'Pending', INSYNC: 'InSync' } as const;

interface Look {
  readonly ages: Ages;
  readonly certificates: readonly InRegion[];
  readonly last: GslbEndpointStatus;
}

interface InZone {
  readonly records: readonly RecordSet[];
  readonly change: ChangeState;
  readonly changeID?: string;
  readonly remembered?: RememberedChange;
}

/** As Route 53 gives them; anything else in a status is nobody's change. */
const changeIDPattern = /^[A-Z0-9]{1,32}$/;

async function rememberedIn(inZone: ZoneRecords, { changeID, changeStatus }: GslbEndpointStatus) {
  if (changeID === undefined || changeStatus !== 'PENDING' || !changeIDPattern.test(changeID)) return {};
  const state = states[await inZone.stateOf(changeID, { maxAgeMs: 0 })];
  return { remembered: { id: changeID, state } };
}

/** The validation records of certificates are looked at, too. */
async function recordsIn({ session, scope, spec }: Clouds, zone: Zone, look: Look): Promise<InZone> {
  const { ages, certificates, last } = look;
  const names = [...namesToSee(fullName(spec, zone.name), zone.name), ...namesOfProofs(certificates, zone.name)];
  const inZone = new ZoneRecords(session, scope, zone);
  const records = await inZone.of(names, ages.settings);
  const change = await inZone.changeOf(names, { maxAgeMs: 0 });
  if (!change) return { records, change: 'Unknown', ...(await rememberedIn(inZone, last)) };
  return { records, change: states[change.status], ...(change.status === 'PENDING' ? { changeID: change.id } : {}) };
}

/** Ours, and whosever our records and calculated checks use. */
async function checksOf({ checks, owner, spec }: Clouds, { records }: InZone, ages: Ages) {
  const used = records.flatMap(({ healthCheckID }) => healthCheckID ?? []);
  const counted = spec.endpoints.flatMap(({ healthCheck }) => healthCheck?.calculated?.healthCheckIDs ?? []);
  return checks.of(owner.uid, [...new Set([...used, ...counted])], ages.settings);
}

/** What the status has of a check: for a process that has just started. */
function toldOf({ endpoints = [] }: GslbEndpointStatus, { id }: HealthCheck): HealthTold | undefined {
  const { health, turningSince } = endpoints.find(({ healthCheckID }) => healthCheckID === id) ?? {};
  if (health !== 'Healthy' && health !== 'Unhealthy') return undefined;
  const since = turningSince === undefined ? {} : { turningSince: milliseconds(turningSince) };
  return { healthy: health === 'Healthy', ...since };
}

async function statusesOf(
  { checks }: Clouds,
  found: readonly HealthCheck[],
  { telemetry }: Ages,
  last: GslbEndpointStatus,
): Promise<readonly HealthStatus[]> {
  const told = await Promise.all(found.map((one) => checks.status(one, telemetry, toldOf(last, one))));
  return told.flatMap((one) => one ?? []);
}

/** Asked before something is made, never at rest. */
async function roomIn({ session, owner, spec }: Clouds, { absent }: Wish, checks: readonly HealthCheck[]) {
  const missing = spec.endpoints.some((one) => one.healthCheck && !checkOf({ owner, checks }, one));
  const room = absent || !missing ? undefined : await roomForHealthChecks(session);
  return room ? { room } : {};
}

/** Firewalls need to know them before a check can succeed; nothing else waits for them. */
async function rangesFor({ session, spec }: Clouds, { absent, last }: Wish): Promise<readonly string[]> {
  const checked = spec.endpoints.some((one) => ['HTTP', 'HTTPS', 'TCP'].includes(one.healthCheck?.type ?? ''));
  return absent || !checked ? (last.checkerRanges ?? []) : checkerRanges(session);
}

/** Of certificates that were announced: by a process, too, that knew an older spec and ended before it could tell of them. */
function announcedIn({ begun = [] }: Wish['last']): readonly string[] {
  return begun.flatMap(({ key }) => /^RequestCertificate\/(.+)$/.exec(key)?.[1] ?? []);
}

/** Where one is wanted, and where the status says that there was one. */
async function certificatesOf(clouds: Clouds, { spec, last }: Wish, zone: ZoneFound, { settings }: Ages) {
  const wanted = certificateWish(spec)?.regions ?? [];
  const regions = [...wanted, ...(last.certificates ?? []).map(({ region }) => region), ...announcedIn(last)];
  if (zone.found !== 'one' || regions.length === 0) return [];
  return observeCertificates(clouds, { regions, zone: zone.zone.name }, settings);
}

/** The name, and all that a certificate is for: whoever proves a name writes into its zone. */
function namesOf(spec: GslbEndpointSpec, zone: string): readonly string[] {
  return [fullName(spec, zone), ...(spec.certificate?.domains ?? []).map(domainName)];
}

/** Sites cost money by the hour: what would stop the work half way is named before. Never at rest. */
async function rightsFor({ session, outside, owner, spec }: Clouds, { absent, last }: Wish) {
  const atRest = last.conditions?.some(({ type, status }) => type === 'Synced' && status === 'True') ?? false;
  if (!spec.sites || absent || atRest || spec.managementPolicy !== 'Apply') return {};
  const regions = [...new Set(spec.sites.map(({ region }) => region))].toSorted();
  return { rights: await siteRights({ session, clock: outside.clock, cluster: owner.cluster, regions }) };
}

/** With credentials of its own what it does is its own affair. */
function permissionFor({ outside, spec }: Clouds, { namespace }: Wish, zone: ZoneFound): Observed['permission'] {
  if (spec.aws.credentialsSecretRef || zone.found !== 'one') return { allowed: true };
  const answers = namesOf(spec, zone.zone.name).map((name) => outside.permits(namespace, { use: 'name', name }));
  return answers.find(({ allowed }) => !allowed) ?? { allowed: true };
}

/** Reads only. */
export async function observe(clouds: Clouds, desired: Wish): Promise<Observed> {
  const { outside, session, owner } = clouds;
  const now = outside.clock.now();
  const ages = agesOf(desired, now);
  const zone = await zoneOf(clouds, desired, ages);
  const certificates = await certificatesOf(clouds, desired, zone, ages);
  const inZone: InZone =
    zone.found === 'one'
      ? await recordsIn(clouds, zone.zone, { ages, certificates, last: desired.last })
      : { records: [], change: 'Unknown' };
  const checks = await checksOf(clouds, inZone, ages);
  const haproxy = await observeHaproxy(clouds, desired);
  const { wishes } = sitesWanted(desired, { certificates });
  return {
    now,
    account: session.account,
    owner,
    zone,
    permission: permissionFor(clouds, desired, zone),
    ...inZone,
    certificates,
    sites: await observeSites(clouds, sitesToSee(desired, wishes, desired.last.sites), ages.sites),
    ...(await rightsFor(clouds, desired)),
    checks,
    statuses: await statusesOf(clouds, checks, ages, desired.last),
    balancers: desired.absent ? [] : await observeBalancers(clouds, ages.settings),
    ...(await roomIn(clouds, desired, checks)),
    checkerRanges: await rangesFor(clouds, desired),
    ...(haproxy ? { haproxy } : {}),
  };
}
