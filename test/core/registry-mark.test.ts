// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isWithin } from '../../src/core/domain-name.ts';
import {
  registryMarkIn,
  registryName,
  registryNames,
  registryOwnershipOf,
  registryValue,
} from '../../src/core/registry-mark.ts';
import { txtText, txtValue } from '../../src/core/txt-value.ts';

const owner = { uid: 'u1', cluster: 'c1', object: 'GslbEndpoint/default/gslb' };
const zone = 'seojun.shop';
/** As external-dns 0.18 writes it (endpoint/labels.go: sorted, in quotes). */
const theirs = '"heritage=external-dns,external-dns/owner=default,external-dns/resource=ingress/web/shop"';

test('The mark is one that external-dns reads: its heritage, an owner, the object in its spelling.', () => {
  expect(registryValue(owner)).toBe(
    '"heritage=external-dns,external-dns/owner=hybridcloud/c1/u1,external-dns/resource=gslbendpoint/default/gslb"',
  );
  expect(registryMarkIn(theirs)).toEqual({ owner: 'default', resource: 'ingress/web/shop' });
});

test('Our own mark is ours, that of another object or cluster is theirs, and a TXT record about something else is no mark.', () => {
  expect(registryOwnershipOf(registryValue(owner), owner)).toBe('mine');
  const sibling = { ...owner, uid: 'u2', object: 'GslbEndpoint/default/other' };
  expect(registryOwnershipOf(registryValue(sibling), owner)).toEqual({
    other: 'gslbendpoint/default/other',
    uid: 'u2',
  });
  expect(registryOwnershipOf(registryValue({ ...owner, cluster: 'c2' }), owner)).toMatchObject({ uid: 'u1' });
  expect(registryOwnershipOf('"v=spf1 -all"', owner)).toBe('nobodys');
  expect(registryOwnershipOf('"heritage=other,external-dns/owner=hybridcloud/c1/u1"', owner)).toBe('nobodys');
});

test("external-dns's records are told with its owner id and what they are for.", () => {
  expect(registryOwnershipOf(theirs, owner)).toEqual({
    other: 'external-dns with the owner id default (ingress/web/shop)',
    uid: 'default',
  });
});

test.each([
  ['gslb.seojun.shop', 'A', 'a-gslb.seojun.shop', "external-dns's own name"],
  ['gslb.seojun.shop', 'CNAME', 'cname-gslb.seojun.shop', 'with the type in it'],
  ['seojun.shop', 'A', '_hybridcloud-a.seojun.shop', "the zone's own name has nothing before it"],
  ['*.seojun.shop', 'AAAA', '_hybridcloud-aaaa-wildcard.seojun.shop', 'a-* is no wildcard'],
  ['*.web.seojun.shop', 'A', '_hybridcloud-a-wildcard.web.seojun.shop', 'a-* is no wildcard, further down'],
  [`${'x'.repeat(62)}.seojun.shop`, 'A', `_hybridcloud-a.${'x'.repeat(62)}.seojun.shop`, 'a label has 63 characters'],
])('The mark of %s %s is at %s: %s.', (name, type, mark) => {
  expect(registryName(name, type, zone)).toBe(mark);
});

test('Marks of other days are looked for as well: of aliases, and at the record itself; never outside of the zone.', () => {
  expect(registryNames('gslb.seojun.shop', 'A', zone)).toEqual([
    'a-gslb.seojun.shop',
    'cname-gslb.seojun.shop',
    'gslb.seojun.shop',
  ]);
  expect(registryNames(zone, 'A', zone)).toEqual(['_hybridcloud-a.seojun.shop', 'seojun.shop']);
});

test('No two names share a mark, and all marks are in the zone with labels that may be.', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
  const name = fc
    .tuple(fc.constantFrom('', '*.'), fc.array(label, { maxLength: 2 }))
    .map(([star, labels]) => [...labels, zone].join('.').replace(/^/, star));
  const kind = fc.constantFrom('A', 'AAAA', 'CNAME');
  fc.assert(
    fc.property(name, kind, name, kind, (a, typeOfA, b, typeOfB) => {
      const [markA, markB] = [registryName(a, typeOfA, zone), registryName(b, typeOfB, zone)];
      expect(markA === markB).toBe(a === b && typeOfA === typeOfB);
      expect(isWithin(markA, zone)).toBe(true);
      expect(markA.split('.').every((one) => one.length <= 63)).toBe(true);
    }),
  );
});

test('Any text comes back from the value of a TXT record, in strings of at most 255 bytes.', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 700 }), (text) => {
      const value = txtValue(text);
      expect(txtText(value)).toBe(text);
      expect(value).toMatch(/^[\x20-\x7e]*$/);
      for (const string of value.match(/"(?:\\[\s\S]|[^"\\])*"/g) ?? [])
        expect(string.slice(1, -1).replaceAll(/\\([0-7]{3}|.)/g, '.').length).toBeLessThanOrEqual(255);
    }),
  );
});
