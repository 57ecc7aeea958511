// SPDX-License-Identifier: GPL-3.0-or-later
/** What Route 53 answers now, by the records that are there and what is known of their health (Developer Guide, "How Amazon Route 53 chooses records when health checking is configured"). Pure. */
import type { GslbEndpointSpec } from '../../api/gslb-endpoint.ts';
import type { HealthStatus } from '../../clouds/aws/health-check.ts';
import type { RecordSet } from '../../clouds/aws/route53.ts';
import type { Observed } from './observed.ts';
import { checkOf, type Endpoint } from './wanted-checks.ts';
import { identifierOf } from './wanted-records.ts';

export type Health = 'Healthy' | 'Unhealthy' | 'Unknown' | 'NotChecked';

function told({ statuses }: Observed, id: string): HealthStatus | undefined {
  return statuses.find((one) => one.id === id);
}

const wordFor = (healthy: boolean | undefined): Health =>
  healthy === undefined ? 'Unknown' : healthy ? 'Healthy' : 'Unhealthy';

/** Of a check by its id; a calculated one by its children, as far as they are known. */
function healthOfCheck(observed: Observed, id: string): Health {
  const settings = observed.checks.find((one) => one.id === id)?.settings;
  if (settings?.type !== 'Calculated') return wordFor(told(observed, id)?.healthy);
  const children = settings.children.map((child) => told(observed, child)?.healthy);
  const healthy = children.filter((one) => one === true).length;
  const possible = children.filter((one) => one !== false).length;
  const { healthThreshold: least, inverted } = settings;
  if (healthy >= least) return wordFor(!inverted);
  return possible < least ? wordFor(inverted) : 'Unknown';
}

export function healthOf(observed: Observed, one: Endpoint): Health {
  if (!one.healthCheck) return 'NotChecked';
  const check = checkOf(observed, one);
  return check ? healthOfCheck(observed, check.id) : 'Unknown';
}

export function statusOf(observed: Observed, one: Endpoint): HealthStatus | undefined {
  const id = checkOf(observed, one)?.id;
  return id === undefined ? undefined : told(observed, id);
}

interface Answering {
  readonly name: string;
  readonly set: RecordSet;
  readonly healthy: boolean;
}

/** Endpoints with a record, and whether Route 53 takes them for healthy: it does as long as nothing else is known. */
function answering(spec: GslbEndpointSpec, observed: Observed, sets: readonly RecordSet[]): readonly Answering[] {
  return spec.endpoints.flatMap((one) => {
    const set = sets.find(({ setIdentifier }) => setIdentifier === undefined || setIdentifier === identifierOf(one));
    return set ? [{ name: one.name, set, healthy: healthOf(observed, one) !== 'Unhealthy' }] : [];
  });
}

const weightOf = ({ set: { policy } }: Answering) => (policy.type === 'Weighted' ? policy.weight : 1);

/** The healthy ones; among weights those above 0 while one of them is healthy; and when none is healthy, all as if they were. */
function choose(all: readonly Answering[]): readonly Answering[] {
  const healthy = all.filter((one) => one.healthy);
  const pool = healthy.length > 0 ? healthy : all;
  const weighty = pool.filter((one) => weightOf(one) > 0);
  return weighty.length > 0 ? weighty : pool;
}

function failover(all: readonly Answering[]): readonly Answering[] {
  const by = (role: string) => all.find(({ set: { policy } }) => policy.type === 'Failover' && policy.role === role);
  const [primary, secondary] = [by('Primary'), by('Secondary')];
  const chosen = primary?.healthy ? primary : secondary?.healthy ? secondary : (primary ?? secondary);
  return chosen ? [chosen] : [];
}

/** Names of the endpoints that are among the answers, in the order of the spec. */
export function servingNow(spec: GslbEndpointSpec, observed: Observed, sets: readonly RecordSet[]): readonly string[] {
  const all = answering(spec, observed, sets);
  const type = sets[0]?.policy.type;
  const chosen = type === 'Simple' ? all : type === 'Failover' ? failover(all) : choose(all);
  return chosen.map(({ name }) => name);
}
