// SPDX-License-Identifier: GPL-3.0-or-later
/** Where what exists is not as the spec wants it, in the spec's words. Pure. */
import type { GslbEndpointSpec, GslbEndpointStatus } from '../../api/gslb-endpoint.ts';
import type { RecordSet } from '../../clouds/aws/route53/route53.ts';
import type { Difference } from '../../core/drift.ts';
import type { Desired } from '../../core/kind.ts';
import { ownershipOfType, setsOf } from './name.ts';
import type { Observed } from './observed.ts';
import { contextOf } from './plan/context.ts';
import type { InZone } from './plan/part.ts';
import { inZone } from './plan/zone.ts';
import { siteDrift } from './sites/drift.ts';
import { sitesWanted } from './sites/of-spec.ts';
import { checkOf, sameSettings, wantedSettings, type Endpoint } from './wanted-checks.ts';
import { identifierOf, sameSet, wantedSets } from './wanted-records.ts';

const nothing = 'none';

function words(value: unknown): string {
  if (value === undefined || value === null) return nothing;
  if (typeof value !== 'object') return JSON.stringify(value).replaceAll('"', '');
  if (Array.isArray(value)) return value.map(words).join(', ');
  return Object.entries(value)
    .map(([name, part]) => `${name} ${words(part)}`)
    .join(', ');
}

function answerOf({ data }: RecordSet): string {
  if (!('alias' in data)) return data.values.join(', ');
  return `alias of ${data.alias.name}${data.alias.evaluateTargetHealth ? ', its health evaluated' : ''}`;
}

function setDifferences(path: string, want: RecordSet, have: RecordSet | undefined): Difference[] {
  if (!have) return [{ path: `${path}.record`, want: answerOf(want), have: nothing }];
  if (sameSet(want, have)) return [];
  return [
    { path: `${path}.target`, want: answerOf(want), have: answerOf(have) },
    { path: `${path}.policy`, want: words(want.policy), have: words(have.policy) },
    {
      path: `${path}.ttlSeconds`,
      want: words('ttl' in want.data ? want.data.ttl : undefined),
      have: words('ttl' in have.data ? have.data.ttl : undefined),
    },
    { path: `${path}.healthCheckID`, want: words(want.healthCheckID), have: words(have.healthCheckID) },
  ];
}

function recordDrift({ spec, observed, place, fqdn }: InZone): Difference[] {
  const have = setsOf(place, spec.record.type);
  const wanted = wantedSets(spec, observed, fqdn);
  const nameOf = (id: string | undefined) =>
    spec.endpoints.find((one) => id === undefined || identifierOf(one) === id)?.name ?? id ?? '';
  const ours = ownershipOfType(place, spec.record.type) === 'mine';
  // a name that is not there has no settings
  if (have.length === 0) return [];
  return [
    { path: 'record.owner', want: 'this object', have: ours ? 'this object' : 'another' },
    ...wanted.flatMap((one) =>
      setDifferences(
        `endpoints.${nameOf(one.setIdentifier)}`,
        one,
        have.find(({ setIdentifier }) => setIdentifier === one.setIdentifier),
      ),
    ),
    ...have
      .filter(({ setIdentifier }) => !wanted.some((one) => one.setIdentifier === setIdentifier))
      .toSorted((a, b) => ((a.setIdentifier ?? '') < (b.setIdentifier ?? '') ? -1 : 1))
      .map((one) => ({
        path: `endpoints.${nameOf(one.setIdentifier) || 'one'}.surplus`,
        want: nothing,
        have: answerOf(one),
      })),
  ];
}

function checkDrift({ spec, observed }: InZone, one: Endpoint): Difference[] {
  if (!one.healthCheck) return [];
  const path = `endpoints.${one.name}.healthCheck`;
  const found = checkOf(observed, one);
  const want = wantedSettings(spec, observed, one);
  if (!found || !want || sameSettings(want, found.settings)) return [];
  const [wanted, have] = [want as object, found.settings as object] as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  return [...new Set([...Object.keys(wanted), ...Object.keys(have)])].map((field) => ({
    path: `${path}.${field}`,
    want: words(wanted[field]),
    have: words(have[field]),
  }));
}

export function drift(
  desired: Desired<GslbEndpointSpec, GslbEndpointStatus>,
  observed: Observed,
): readonly Difference[] {
  const { spec } = desired;
  const placed = inZone(contextOf(desired, observed));
  const named = placed ? [...recordDrift(placed), ...spec.endpoints.flatMap((one) => checkDrift(placed, one))] : [];
  const all = [...named, ...siteDrift(observed, sitesWanted(desired, observed).wishes)];
  const known = new Set<string>();
  return all.filter(({ path, want, have }) => want !== have && known.size < known.add(path).size);
}
