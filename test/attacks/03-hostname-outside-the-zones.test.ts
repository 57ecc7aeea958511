// SPDX-License-Identifier: GPL-3.0-or-later
/** Attack 3: a name outside of the zones that were granted to the namespace, by any trick of spelling. */
import { afterEach, expect, test } from '@jest/globals';
import { parseGslbEndpoint } from '../../src/api/gslb-endpoint.ts';
import { domainName } from '../../src/core/domain-name.ts';
import { decide, parseGrants } from '../../src/kube/namespace-grants.ts';
import { changed } from '../api/manifests.ts';
import { city, gslb, type City } from '../kinds/gslb-endpoint/city.ts';
import { failover } from '../kinds/gslb-endpoint/pieces.ts';

let world: City | undefined;
afterEach(() => world?.end());

const grants = parseGrants('ops', { 'team-a': 'identity\nzone team-a.example.com' });

test.each([
  'example.com',
  '*.example.com',
  'evilteam-a.example.com',
  'team-a.example.com.evil.test',
  'team-a.example.com..',
  'EVILTEAM-A.example.com.',
  '\\052.example.com',
  'x\\056team-a.example.com',
  'team-a\\056example.com',
  'teám-a.example.com',
  'team-а.example.com',
  'xn--team--3ve.example.com',
  'team-a.example.com\u0000.evil.test',
  'team-a.example.com\n',
  ' team-a.example.com',
])('attack-03: %j is in none of the zones of team-a.', (name) => {
  expect(decide(grants, 'team-a', { use: 'name', name: domainName(name) }).allowed).toBe(false);
});

test.each(['team-a.example.com', 'WWW.Team-A.Example.Com.', '\\052.team-a.example.com', '\\164eam-a.example.com'])(
  'attack-03: %j is in the zone of team-a, however it is written.',
  (name) => {
    expect(decide(grants, 'team-a', { use: 'name', name: domainName(name) }).allowed).toBe(true);
  },
);

test.each([
  'gslb.',
  'GSLB',
  '\\052',
  'a..b',
  '.gslb',
  'a b',
  'büro',
  'gslb\n',
  'a/b',
  '@.gslb',
  '**',
  'a.*',
  'gslb\u0000',
])('attack-03: record.name %j is refused: a name has one spelling.', (name) => {
  expect(parseGslbEndpoint(changed({ 'record.name': name }, failover())).ok).toBe(false);
});

const limited = { grants: { default: 'identity\nzone team-a.seojun.shop' } };

test.each([
  ['a name beside it', { record: { name: 'gslb', ttlSeconds: 60 } }],
  ['the apex of the zone', { record: { name: '@', ttlSeconds: 60 } }],
  ['every name of the zone', { record: { name: '*', ttlSeconds: 60 } }],
  ['a sibling by its ending', { record: { name: 'evilteam-a', ttlSeconds: 60 } }],
  [
    'a certificate for names that are not its own',
    {
      record: { name: 'www.team-a', ttlSeconds: 60 },
      certificate: { domains: ['www.team-a.seojun.shop', '*.seojun.shop'] },
    },
  ],
])(
  'attack-03: who may have names below team-a only gets nothing for %s.',
  async (_, spec) => {
    world = await city(limited);
    const { aws, apply, until, is } = world;
    world.operator();
    await apply(gslb(spec));
    await until(() => is('Stalled', 'True'), 300);
    expect(world.because('Stalled')).toBe('NotPermitted');
    expect(world.records()).toEqual([]);
    expect(aws.route53.checks()).toEqual([]);
    expect(aws.account('123456789012').certificates('ap-northeast-2')).toEqual([]);
  },
  60_000,
);
