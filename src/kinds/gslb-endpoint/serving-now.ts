// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Who is among the answers now, by the records that are there and what is known of their health (Developer Guide, "How Amazon Route 53 chooses
 * records when health checking is configured", "Values specific for geolocation records"). Pure.
 */
import type { GslbEndpointSpec } from '../../api/gslb-endpoint.ts';
import type { RecordSet, RoutingPolicy } from '../../clouds/aws/route53/route53.ts';
import { isTakenForHealthy } from './answers.ts';
import { continentOf } from './continents.ts';
import type { Observed } from './observed.ts';
import { identifierOf } from './wanted-records.ts';

interface Answering {
  readonly name: string;
  readonly policy: RoutingPolicy;
  readonly healthy: boolean;
}

/** Endpoints with a record. */
function answering(spec: GslbEndpointSpec, observed: Observed, sets: readonly RecordSet[]): readonly Answering[] {
  return spec.endpoints.flatMap((one) => {
    const set = sets.find(({ setIdentifier }) => setIdentifier === undefined || setIdentifier === identifierOf(one));
    return set ? [{ name: one.name, policy: set.policy, healthy: isTakenForHealthy(observed, set) }] : [];
  });
}

const weightOf = ({ policy }: Answering) => (policy.type === 'Weighted' ? policy.weight : 1);

/** The healthy ones; among weights those above 0 while one of them is healthy; and when none is healthy, all as if they were. */
function choose(all: readonly Answering[]): readonly Answering[] {
  const healthy = all.filter((one) => one.healthy);
  const pool = healthy.length > 0 ? healthy : all;
  const weighty = pool.filter((one) => weightOf(one) > 0);
  return weighty.length > 0 ? weighty : pool;
}

function failover(all: readonly Answering[]): readonly Answering[] {
  const by = (role: string) => all.find(({ policy }) => policy.type === 'Failover' && policy.role === role);
  const [primary, secondary] = [by('Primary'), by('Secondary')];
  const chosen = primary?.healthy ? primary : secondary?.healthy ? secondary : (primary ?? secondary);
  return chosen ? [chosen] : [];
}

type Location = Extract<RoutingPolicy, { type: 'Geolocation' }>['location'];

const everywhere = '*';
const locationOf = ({ policy }: Answering): Location => (policy.type === 'Geolocation' ? policy.location : {});
const sizeOf = ({ continent, country, subdivision }: Location): number =>
  country === everywhere ? 3 : continent !== undefined ? 2 : subdivision === undefined ? 1 : 0;

function holds(wide: Location, narrow: Location): boolean {
  if (wide.country === everywhere) return true;
  if (wide.continent !== undefined)
    return wide.continent === (narrow.continent ?? continentOf(narrow.country ?? everywhere));
  return wide.country === narrow.country && (wide.subdivision ?? narrow.subdivision) === narrow.subdivision;
}

/** From each place the smallest healthy one that holds it; where none is, the smallest: whatever is healthy elsewhere is no help there. */
function fromEachPlace(all: readonly Answering[]): readonly Answering[] {
  const chosen = all.map((place) => {
    const around = all
      .filter((one) => holds(locationOf(one), locationOf(place)))
      .toSorted((a, b) => sizeOf(locationOf(a)) - sizeOf(locationOf(b)));
    return around.find(({ healthy }) => healthy) ?? place;
  });
  return all.filter((one) => chosen.includes(one));
}

const choices: Readonly<Record<RoutingPolicy['type'], (all: readonly Answering[]) => readonly Answering[]>> = {
  // answers whatever the health is
  Simple: (all) => all,
  Failover: failover,
  Weighted: choose,
  Latency: choose,
  Geolocation: fromEachPlace,
  Multivalue: choose,
  // of others' making: nobody here knows who answers
  Other: () => [],
};

/** Names of the endpoints that are among the answers to somebody, in the order of the spec. */
export function servingNow(spec: GslbEndpointSpec, observed: Observed, sets: readonly RecordSet[]): readonly string[] {
  const all = answering(spec, observed, sets);
  const chosen = choices[sets[0]?.policy.type ?? 'Simple'](all);
  return chosen.map(({ name }) => name);
}
