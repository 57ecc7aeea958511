// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What external-dns makes of our records. Its rules, from its documentation (docs/registry/txt.md; docs/faq.md, "owner id"): the TXT record at
 * `<type>-<name>` with the same set identifier says who owns a record set; one without, or with another owner than its own, it neither changes
 * nor deletes; before 0.12 the mark stood at the name itself.
 */
import { expect, test } from '@jest/globals';
import { registryMarkIn, registryName, registryValue } from '../../src/core/registry-mark.ts';

interface Endpoint {
  readonly name: string;
  readonly type: string;
  readonly setIdentifier?: string;
  readonly value: string;
}

const types = ['A', 'AAAA', 'CNAME'];

/** Whose it is, as external-dns finds out; `undefined`: it has no mark. */
function ownerOf(endpoint: Endpoint, zone: readonly Endpoint[]): string | undefined {
  const marks = zone.flatMap(({ name, type, setIdentifier, value }) => {
    // its own reading of a text: pairs between commas, quotes off
    const labels = new Map(
      value
        .replaceAll('"', '')
        .split(',')
        .map((pair) => pair.split('=', 2) as [string, string]),
    );
    if (type !== 'TXT' || labels.get('heritage') !== 'external-dns') return [];
    const [first = '', ...rest] = name.split('-');
    const of = types.find((one) => one.toLowerCase() === first);
    return [{ name: of ? rest.join('-') : name, of, setIdentifier, owner: labels.get('external-dns/owner') }];
  });
  const fits = (of: string | undefined) =>
    marks.find(
      (mark) => mark.name === endpoint.name && mark.of === of && mark.setIdentifier === endpoint.setIdentifier,
    );
  return (fits(endpoint.type) ?? (endpoint.type === 'AAAA' ? undefined : fits(undefined)))?.owner;
}

const zone = 'seojun.shop';
const owner = { uid: 'u1', cluster: 'c1', object: 'GslbEndpoint/default/gslb' };

function ours(name: string, type: string, setIdentifiers: readonly (string | undefined)[]): Endpoint[] {
  return [
    { name: registryName(name, type, zone), type: 'TXT', value: registryValue(owner) },
    ...setIdentifiers.map((setIdentifier) => ({
      name,
      type,
      value: '192.0.2.1',
      ...(setIdentifier === undefined ? {} : { setIdentifier }),
    })),
  ];
}

test.each([
  ['simple records', ours('gslb.seojun.shop', 'A', [undefined])],
  ['failover records', ours('gslb.seojun.shop', 'A', ['seoul', 'tokyo'])],
  ['an alias of type AAAA', ours('gslb.seojun.shop', 'AAAA', [undefined])],
  ['a CNAME', ours('www.seojun.shop', 'CNAME', [undefined])],
  ["the zone's own name", ours('seojun.shop', 'A', [undefined])],
  ['a wildcard', ours('*.seojun.shop', 'A', ['seoul'])],
])('external-dns takes none of %s for its own.', (_, records) => {
  for (const record of records.filter(({ type }) => type !== 'TXT')) {
    const found = ownerOf(record, records);
    expect([undefined, 'hybridcloud/c1/u1']).toContain(found);
  }
});

test('It sees who owns a simple record: whoever looks at its logs learns which object it is.', () => {
  const records = ours('gslb.seojun.shop', 'A', [undefined]);
  expect(ownerOf({ name: 'gslb.seojun.shop', type: 'A', value: '192.0.2.1' }, records)).toBe('hybridcloud/c1/u1');
  expect(registryMarkIn(records[0]?.value ?? '')?.resource).toBe('gslbendpoint/default/gslb');
});

test('And its own it still finds beside ours.', () => {
  const theirs: Endpoint[] = [
    { name: 'a-shop.seojun.shop', type: 'TXT', value: '"heritage=external-dns,external-dns/owner=prod"' },
    { name: 'shop.seojun.shop', type: 'A', value: '192.0.2.9' },
  ];
  const all = [...ours('gslb.seojun.shop', 'A', ['seoul']), ...theirs];
  expect(all.filter(({ type }) => type !== 'TXT').map((record) => ownerOf(record, all))).toEqual([undefined, 'prod']);
});
