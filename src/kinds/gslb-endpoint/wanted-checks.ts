// SPDX-License-Identifier: GPL-3.0-or-later
/** The health checks of the spec, and which of those that are there is which. Pure. */
import type { GslbEndpointSpec } from '../../api/gslb-endpoint.ts';
import type { CheckSettings, EndpointCheck, HealthCheck } from '../../clouds/aws/route53/health-check.ts';
import { isReferenceFor, referenceFor, uidInReference } from '../../clouds/aws/route53/health-check-reference.ts';
import { canonical } from '../../core/digest.ts';
import { leftAs } from '../../core/ignoring.ts';
import { markOf, ownershipOf, type Owner, type Tags } from '../../core/owner-mark.ts';
import type { Observed } from './observed.ts';

export type Endpoint = GslbEndpointSpec['endpoints'][number];
type Check = NonNullable<Endpoint['healthCheck']>;

const defaultPorts: Readonly<Record<string, number>> = { HTTP: 80, HTTPS: 443 };

/** Ours by its mark or, as long as it has none, by the reference that it was made with. */
export function isOurs({ reference, tags = {} }: HealthCheck, owner: Owner): boolean {
  const ownership = ownershipOf(tags, owner);
  return ownership === 'mine' || (ownership === 'nobodys' && uidInReference(reference) === owner.uid);
}

/** What is asked for, and of whom. */
function questionOf({ type, address, host, port, path, searchString }: Check) {
  return {
    ...(address === undefined ? {} : { ip: address }),
    port: port ?? defaultPorts[type] ?? 0,
    ...(host === undefined ? {} : { host }),
    ...(type === 'TCP' ? {} : { path: path ?? '/' }),
    ...(searchString === undefined ? {} : { searchString }),
  };
}

function probeSettings(check: Check & { type: EndpointCheck['type'] }): EndpointCheck {
  const { type } = check;
  return {
    type,
    inverted: check.healthyWhen === 'Failing',
    disabled: false,
    ...questionOf(check),
    intervalSeconds: check.intervalSeconds === 10 ? 10 : 30,
    failureThreshold: check.failureThreshold,
    measureLatency: check.latencyGraphs === 'Enabled',
    sni: type === 'HTTPS' && check.sni === 'Enabled',
    // all of them, named, is as good as none
    regions: check.checkerRegions?.length === 8 ? [] : (check.checkerRegions ?? []).toSorted(),
  };
}

function isProbe(check: Check): check is Check & { type: EndpointCheck['type'] } {
  return check.type === 'HTTP' || check.type === 'HTTPS' || check.type === 'TCP';
}

/** @param children Ids of the checks of `calculated.endpoints`. */
export function settingsFor(check: Check, children: readonly string[]): CheckSettings {
  if (isProbe(check)) return probeSettings(check);
  const turned = { inverted: check.healthyWhen === 'Failing', disabled: false };
  if (check.alarm)
    return {
      ...turned,
      type: 'CloudWatchAlarm',
      alarm: { region: check.alarm.region, name: check.alarm.name },
      insufficientData: check.alarm.insufficientData,
    };
  const { healthCheckIDs = [], healthyAtLeast = 0 } = check.calculated ?? {};
  return {
    ...turned,
    type: 'Calculated',
    children: [...new Set([...children, ...healthCheckIDs])].toSorted(),
    healthThreshold: healthyAtLeast,
  };
}

/** What cannot be changed in a check (API reference, UpdateHealthCheck), so that another one has to take its place. */
function fixedPart(check: Check): object {
  if (!isProbe(check)) return { type: check.type };
  const { type, intervalSeconds, latencyGraphs, searchString, address } = check;
  return {
    type,
    intervalSeconds,
    latencyGraphs,
    matches: searchString !== undefined,
    byAddress: address !== undefined,
  };
}

export function referenceOf({ uid }: Owner, name: string, check: Check): string {
  return referenceFor(uid, canonical({ endpoint: name, ...fixedPart(check) }));
}

/** With this reference, or with another one for the same. */
export function isMadeWith({ reference }: HealthCheck, wanted: string): boolean {
  return isReferenceFor(reference, wanted);
}

/** The check of an endpoint, made for it with all that cannot be changed. Of several the first by id. */
export function checkOf({ owner, checks }: Pick<Observed, 'owner' | 'checks'>, one: Endpoint): HealthCheck | undefined {
  if (!one.healthCheck) return undefined;
  const wanted = referenceOf(owner, one.name, one.healthCheck);
  return checks
    .filter((check) => isOurs(check, owner) && isMadeWith(check, wanted))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))[0];
}

/** As it should be; `undefined` where there shall be none, or a child is not there yet. */
export function wantedSettings(spec: GslbEndpointSpec, observed: Observed, one: Endpoint): CheckSettings | undefined {
  const { healthCheck: check } = one;
  if (!check) return undefined;
  const names = check.calculated?.endpoints ?? [];
  const children = names.map((name) => {
    const child = spec.endpoints.find((one) => one.name === name);
    return child && checkOf(observed, child)?.id;
  });
  const known = children.filter((id) => id !== undefined);
  if (known.length < children.length) return undefined;
  const settings = settingsFor(check, known);
  if (!('failureThreshold' in settings)) return settings;
  const have = checkOf(observed, one)?.settings;
  const found = have && 'failureThreshold' in have ? have.failureThreshold : undefined;
  const path = 'endpoints.healthCheck.failureThreshold';
  return { ...settings, failureThreshold: leftAs(spec, path, { want: settings.failureThreshold, found }) };
}

/** The mark, what it is for, and the name that AWS's console shows. */
export function tagsFor(owner: Owner, fqdn: string, { name, provider }: Endpoint): Tags {
  return {
    ...markOf(owner),
    'hybridcloud.dev/endpoint': name,
    'hybridcloud.dev/provider': provider,
    Name: `${fqdn} ${name}`,
  };
}

export function sameSettings(a: CheckSettings, b: CheckSettings): boolean {
  return canonical(a) === canonical(b);
}
