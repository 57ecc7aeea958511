// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A GslbEndpoint's worlds without what differs from run to run: generated ids, references and times; and how the last change stands, which
 * only the process knows that sent it.
 */
import type { HealthCheck, RecordSet } from '../../../src/simulator/aws/route53/state.ts';
import type { Worlds } from '../worlds.ts';
import { holdingsPicture, idless } from './gslb-holdings.ts';

export interface GslbObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation?: number;
    readonly finalizers?: readonly string[];
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly managementPolicy?: string;
    readonly record: { readonly name: string; readonly type: string };
    readonly endpoints: readonly { readonly name: string; readonly healthCheck?: unknown }[];
    readonly sites?: readonly { readonly name: string; readonly region: string }[];
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
    readonly begun?: readonly { readonly key: string }[];
    readonly healthy?: string;
    readonly endpoints?: readonly { readonly name: string; readonly checkersHealthy?: string }[];
    readonly serving?: readonly string[];
    readonly plan?: { readonly hash?: string };
    readonly certificates?: readonly { readonly region: string; readonly status: string }[];
    readonly sites?: readonly { readonly name: string; readonly phase: string }[];
    readonly haproxy?: unknown;
    readonly blockedBy?: readonly { readonly kind: string; readonly id: string }[];
    readonly drift?: readonly { readonly path: string; readonly want: string; readonly have: string }[];
    readonly approved?: unknown;
  };
}

export function gslbIn(worlds: Worlds): GslbObject | undefined {
  return worlds.kube.objects('gslbendpoints')[0] as unknown as GslbObject | undefined;
}

export function zoneIn({ aws }: Worlds): string {
  return aws.route53.zones()[0]?.id ?? '';
}

/** But those that Route 53 makes itself. */
export function recordsIn(worlds: Worlds): readonly RecordSet[] {
  const zone = zoneIn(worlds);
  const all = zone === '' ? [] : worlds.aws.route53.records(zone);
  return all.filter(({ type }) => type !== 'SOA' && type !== 'NS');
}

export function tagsOf({ tags }: HealthCheck): Readonly<Record<string, string>> {
  return Object.fromEntries(tags);
}

/** All the checkers of each check have looked once, and the status has it. */
export function checkersTold(worlds: Worlds): boolean {
  const { metadata, status = {} } = gslbIn(worlds) ?? {};
  if (!metadata || metadata.deletionTimestamp !== undefined) return true;
  const checked = (status.endpoints ?? []).flatMap(({ checkersHealthy }) => checkersHealthy ?? []);
  return checked.every((one) => Number(one.split('/')[1]) >= 16);
}

/** In an order that no id decides. */
function sorted(list: readonly unknown[]): unknown[] {
  return list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function objectPicture({ metadata, spec, status = {} }: GslbObject): unknown {
  return {
    name: metadata.name,
    finalizers: metadata.finalizers ?? [],
    annotations: metadata.annotations ?? {},
    deleting: metadata.deletionTimestamp !== undefined,
    spec,
    current: status.observedGeneration === metadata.generation,
    conditions: (status.conditions ?? []).map(({ type, status: is, reason, message }) => ({
      type,
      is,
      reason,
      message,
    })),
    begun: (status.begun ?? []).map(({ key }) => key),
    healthy: status.healthy,
    checkers: (status.endpoints ?? []).map(({ name, checkersHealthy }) => [name, checkersHealthy]),
    serving: status.serving,
    certificates: (status.certificates ?? []).map(({ region, status: is }) => [region, is]),
    sites: (status.sites ?? []).map(({ name, phase }) => [name, phase]),
    drift: (status.drift ?? []).map(({ path, want, have }) => ({ path, want, have })),
    approved: status.approved !== undefined,
    blockedBy: (status.blockedBy ?? []).map(({ kind, id }) => ({ kind, id })),
  };
}

/** Checks by what they are for: their ids, and how often one was made again, differ. */
function nameless(worlds: Worlds, text: string): string {
  const checks = worlds.aws.route53.checks().toSorted((a, b) => (a.asked < b.asked ? -1 : 1));
  const generated: (readonly [string, string])[] = [
    ...worlds.kube.objects('gslbendpoints').map(({ metadata }) => [metadata.uid, '<uid>'] as const),
    ...checks.map((one) => [one.id, `<check of ${tagsOf(one)['hybridcloud.dev/endpoint'] ?? 'others'}>`] as const),
    [zoneIn(worlds), '<zone>'],
  ];
  return idless(
    generated.reduce((words, [found, name]) => (found === '' ? words : words.replaceAll(found, name)), text),
  ).replace(/(approve=|"hash":"|approved":"|approve":")[0-9a-f]{16}/g, '$1<hash>');
}

/** Files of HAProxy, whosever, and the passwords that they are made of. */
function published({ kube }: Worlds): object {
  const told = (plural: string) =>
    kube.objects(plural).map(({ metadata: { name }, data }) => ({ name, data: (data ?? {}) as unknown }));
  return { configMaps: sorted(told('configmaps')), secrets: sorted(told('secrets')) };
}

export function gslbPicture(worlds: Worlds): unknown {
  const object = gslbIn(worlds);
  const picture = {
    records: sorted(recordsIn(worlds)),
    ...published(worlds),
    holdings: holdingsPicture(worlds),
    checks: sorted(worlds.aws.route53.checks().map((one) => ({ config: one.config, tags: sorted([...one.tags]) }))),
    object: object && objectPicture(object),
  };
  return JSON.parse(nameless(worlds, JSON.stringify(picture))) as unknown;
}
