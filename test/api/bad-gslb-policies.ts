// SPDX-License-Identifier: GPL-3.0-or-later
/** Policies and endpoints that do not go together, and must be refused. */
import type { Bad } from './bad.ts';
import { addresses, changedGslb, checked, goodGslb, served } from './good-gslb-endpoints.ts';
import { changed, type Spec } from './manifests.ts';

const bad = (name: string, spec: Spec, message: string, parsed?: string): Bad => ({
  name,
  spec,
  message,
  ...(parsed === undefined ? {} : { parsed }),
});

const primary = { role: 'Primary', ...checked() };
const secondary = { role: 'Secondary' };

export const badPolicies: readonly Bad[] = [
  bad(
    'no policy',
    changedGslb({ policy: undefined }),
    'spec.policy: Required value',
    'spec.policy must be one of Simple',
  ),
  bad('no endpoint', changedGslb({ endpoints: [] }), 'endpoints must have at least one endpoint'),
  bad('an endpoint in capitals', served('Simple', { name: 'Seoul' }), 'endpoints.name must be lower-case letters'),
  bad(
    'a name twice',
    served('Multivalue', { name: 'seoul' }, { name: 'seoul', setIdentifier: 'other' }),
    'spec.endpoints[1]: Duplicate value',
    'endpoints must not have a name twice',
  ),
  bad(
    'an identifier twice',
    served('Multivalue', { setIdentifier: 'x' }, { setIdentifier: 'x' }),
    'endpoints.setIdentifier must not be that of another',
  ),
  bad(
    'an identifier that is a name',
    served('Multivalue', {}, { setIdentifier: 'seoul' }),
    'endpoints.setIdentifier must not be that of another',
  ),
  bad(
    'an identifier with a line end',
    served('Multivalue', { setIdentifier: 'a\nb' }),
    'endpoints.setIdentifier may hold letters',
  ),
  bad(
    'everything drained',
    served('Multivalue', { state: 'Drained' }, { state: 'Drained' }),
    'endpoints must have at least one with state Active',
  ),
  bad('two primaries', served('Failover', primary, primary), 'endpoints must have exactly one with role Primary'),
  bad('a primary alone', served('Failover', primary), 'endpoints must have exactly one with role Secondary'),
  bad(
    'three for a failover',
    served('Failover', primary, secondary, secondary),
    'endpoints must have exactly one with role Secondary',
  ),
  bad(
    'a failover without roles',
    served('Failover', checked(), checked()),
    'endpoints.role belongs to policy Failover',
  ),
  bad(
    'a primary without a check',
    served('Failover', { role: 'Primary' }, { role: 'Secondary', ...checked() }),
    'endpoints.healthCheck is needed by the preferred endpoint',
  ),
  bad(
    'a preferred secondary without a check',
    changed({ failover: { prefer: 'Secondary' } }, served('Failover', primary, secondary)),
    'endpoints.healthCheck is needed by the preferred endpoint',
  ),
  bad(
    'a preference without a failover',
    changed({ failover: { prefer: 'Secondary' } }, served('Multivalue', {})),
    'failover belongs to policy Failover',
  ),
  bad('Simple with two endpoints', served('Simple', {}, {}), 'policy Simple has exactly one endpoint'),
  bad('Simple with a check', served('Simple', checked()), 'policy Simple answers whatever the health is'),
  bad(
    'Simple with an identifier',
    served('Simple', { setIdentifier: 'x' }),
    'policy Simple answers whatever the health is',
  ),
  bad(
    'weights under Failover',
    served('Failover', { ...primary, weight: 1 }, { ...secondary, weight: 1 }),
    'endpoints.weight belongs to policy Weighted',
  ),
  bad('one without a weight', served('Weighted', { weight: 1 }, {}), 'endpoints.weight belongs to policy Weighted'),
  bad(
    'a weight of 256',
    served('Weighted', { weight: 256 }),
    'spec.endpoints[0].weight in body should be less than or equal to 255',
    'spec.endpoints.0.weight must be at most 255',
  ),
  bad(
    'a weight below nothing',
    served('Weighted', { weight: -1 }),
    'spec.endpoints[0].weight in body should be greater than or equal to 0',
    'spec.endpoints.0.weight must be at least 0',
  ),
  bad('latency without regions', served('Latency', {}, {}), 'endpoints.region belongs to policy Latency'),
  bad('a city as region', served('Latency', { region: 'Seoul' }), 'endpoints.region must be the code of an AWS region'),
  bad(
    'a region twice',
    served('Latency', { region: 'eu-west-2' }, { region: 'eu-west-2' }),
    'endpoints.region must not be that of another',
  ),
  bad(
    'places under Multivalue',
    served('Multivalue', { geolocation: { country: '*' } }),
    'endpoints.geolocation belongs to policy Geolocation',
  ),
  bad(
    'no default location',
    served('Geolocation', { geolocation: { country: 'KR' } }),
    'endpoints must have one that is Active with geolocation: {country: "*"}',
  ),
  bad(
    'a drained default location',
    served('Geolocation', { geolocation: { country: '*' }, state: 'Drained' }, { geolocation: { country: 'KR' } }),
    'endpoints must have one that is Active with geolocation: {country: "*"}',
  ),
  bad(
    'a place twice',
    served('Geolocation', { geolocation: { country: '*' } }, { geolocation: { country: '*' } }),
    'endpoints.geolocation must not be that of another',
  ),
  bad(
    'a place by nothing',
    served('Geolocation', { geolocation: {} }),
    'geolocation must have exactly one of continent and country',
  ),
  bad(
    'a country and a continent',
    served('Geolocation', { geolocation: { country: 'KR', continent: 'AS' } }),
    'geolocation must have exactly one of continent and country',
  ),
  bad(
    'a country in words',
    served('Geolocation', { geolocation: { country: 'kr' } }),
    'geolocation.country must be the two upper-case letters',
  ),
  bad(
    'a state of Korea',
    served('Geolocation', { geolocation: { country: 'KR', subdivision: '11' } }),
    'geolocation.subdivision belongs to country US or UA',
  ),
  bad(
    'a state in words',
    served('Geolocation', { geolocation: { country: 'US', subdivision: 'ca' } }),
    'geolocation.subdivision must be the code',
  ),
  bad(
    'two addresses in one of Multivalue',
    served('Multivalue', { target: addresses('3.36.122.1', '3.36.122.2') }),
    'policy Multivalue answers with one address an endpoint',
  ),
  bad(
    'aliases under Multivalue',
    changed({ policy: 'Multivalue' }, changed({ endpoints: aliases() }, goodGslb())),
    'policy Multivalue answers with one address an endpoint',
  ),
  bad(
    '51 endpoints',
    served('Weighted', ...Array.from({ length: 51 }, (_, index): Spec => ({ name: `site-${index}`, weight: 1 }))),
    'spec.endpoints: Too many: 51: must have at most 50 items',
    'spec.endpoints must be at most 50',
  ),
  bad(
    'more than all may go',
    changedGslb({ safety: { maxRemovedPercent: 101 } }),
    'spec.safety.maxRemovedPercent in body should be less than or equal to 100',
    'spec.safety.maxRemovedPercent must be at most 100',
  ),
];

function aliases() {
  const { endpoints } = goodGslb();
  return (endpoints as Spec[]).map(({ role: _role, ...rest }) => rest);
}
