// SPDX-License-Identifier: GPL-3.0-or-later
/** Attacks 11, 12 and 17 by what a PbsInstance may say: every text of it, with words that mean something to a shell, a path or a list of options. */
import { expect, test } from '@jest/globals';
import { parsePbsInstance } from '../../src/api/pbs-instance.ts';
import { HttpsApis } from '../../src/clouds/https/https-api.ts';
import { Pves } from '../../src/clouds/pve/pve.ts';
import { versionOf } from '../../src/clouds/pve/version.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { ForbiddenPlaces } from '../../src/wire/forbidden-places.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { createWire } from '../../src/wire/wire.ts';
import { changedPbs, existing, fingerprint, goodPbsInstances, otherS3 } from '../api/good-pbs-instances.ts';

type Tree = Readonly<Record<string, unknown>> | readonly unknown[];

/** Every text in it, by its path. */
function textsIn(value: unknown, path = ''): readonly (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => textsIn(part, path === '' ? key : `${path}.${key}`));
}

function withText(tree: Tree, [key = '', ...rest]: readonly string[], text: string): Tree {
  const part = (tree as Readonly<Record<string, unknown>>)[key];
  const next = rest.length === 0 ? text : withText(part as Tree, rest, text);
  if (Array.isArray(tree)) return tree.map((one: unknown, at) => (String(at) === key ? next : one));
  return Object.fromEntries([...Object.entries(tree), [key, next]]);
}

const named = changedPbs({ 'server.vm.network.bridge': 'vmbr1', 'server.vm.storage': 'local-zfs' });
const all = [...goodPbsInstances.map(({ spec }) => spec), named].flatMap((spec) =>
  textsIn(spec).map(([path, text]) => ({ spec, path, text })),
);
const fields = [...new Set(all.map(({ path }) => path.replaceAll(/\.\d+/g, '')))].toSorted();

const words = [
  '$(id)',
  '`id`',
  ';id',
  '|id',
  '&id',
  "'a",
  '"a',
  'a\\b',
  'a\nb',
  'a\rb',
  'a\u0000b',
  'a\u2028b',
  '${IFS}',
  '../../access/users',
  '%2e%2e',
  '?x',
  '#x',
  '@x',
  // an option of its own in scsi0, net0 or fleecing
  ',import-from=/etc/shadow',
  '=x',
  '<x',
  '!x',
];

/** A calendar event has dots and slashes, and is never a part of a path; an address of mail stands in a file of TOML, quoted, and a user of a node may become one. */
const harmlessIn: Readonly<Record<string, readonly string[]>> = {
  schedule: ['../../access/users'],
  gcSchedule: ['../../access/users'],
  resetSchedule: ['../../access/users'],
  mailTo: ['%2e%2e', '@x'],
};

/** Of a word by itself, and behind and before what is right: whether the spec is taken. */
function taken(field: string): readonly string[] {
  const places = all.filter(({ path }) => path.replaceAll(/\.\d+/g, '') === field);
  const found = places.flatMap(({ spec, path, text }) =>
    words.filter((word) =>
      [word, text + word, word + text].some((bad) => parsePbsInstance(withText(spec, path.split('.'), bad)).ok),
    ),
  );
  return [...new Set(found)];
}

test('The specs have every text field of the kind that goes to Proxmox.', () => {
  expect(fields).toEqual(
    expect.arrayContaining([
      'datastore.name',
      'jobs.id',
      'jobs.notifications.mailTo',
      'jobs.schedule',
      'jobs.select.pool',
      'jobs.select.tag',
      'proxmox.node',
      'proxmox.url',
      's3.id',
      'server.existing.url',
      'server.vm.fqdn',
      'server.vm.iso.file',
      'server.vm.iso.storage',
      'server.vm.network.bridge',
      'server.vm.pool',
      'server.vm.storage',
      'storage.encryption.secretRef.name',
      'storage.id',
      'storage.namespace',
    ]),
  );
});

test.each(fields)(
  'attack-11: %s of a PbsInstance takes no word of a shell, of a path or of a list of options.',
  (field) => {
    const harmless = harmlessIn[field.split('.').at(-1) ?? ''] ?? [];
    expect(taken(field).filter((word) => !harmless.includes(word))).toEqual([]);
  },
);

const none = [
  '',
  '*',
  'AB',
  // SHA-1
  Array(20).fill('AB').join(':'),
  'AB'.repeat(20),
  `${fingerprint}:AB`,
  fingerprint.slice(3),
  fingerprint.replaceAll(':', '-'),
  `${fingerprint},${fingerprint}`,
  `${fingerprint}\n`,
  ` ${fingerprint}`,
  fingerprint.replace('AB', 'GG'),
  `${fingerprint},`.repeat(10_000),
];

type Json = Parameters<typeof changedPbs>[0][string];

const pins: Readonly<Record<string, (bad: Json) => object>> = {
  'proxmox.tls': (bad) => changedPbs({ 'proxmox.tls': { fingerprints: bad } }),
  'server.existing.tls': (bad) => changedPbs(existing({ tls: { fingerprints: bad } })),
};

test.each(Object.entries(pins))('attack-17: %s takes SHA-256 fingerprints alone, one or two.', (_, spec) => {
  expect(none.filter((bad) => parsePbsInstance(spec([bad])).ok)).toEqual([]);
  expect(parsePbsInstance(spec([])).ok).toBe(false);
  expect(parsePbsInstance(spec(Array(10_000).fill(fingerprint))).ok).toBe(false);
  expect(parsePbsInstance(spec(fingerprint)).ok).toBe(false);
  expect(parsePbsInstance(spec([fingerprint, fingerprint.replaceAll(':', '').toLowerCase()])).ok).toBe(true);
});

test('attack-17: the certificate of another S3 is pinned by a SHA-256 fingerprint, or not at all.', () => {
  expect(none.filter((bad) => parsePbsInstance(changedPbs(otherS3({ fingerprint: bad }))).ok)).toEqual([]);
  expect(parsePbsInstance(changedPbs(otherS3({ fingerprint }))).ok).toBe(true);
});

test('attack-17: who is to trust what is no fingerprint trusts nobody, and nothing is sent.', async () => {
  const asked: unknown[] = [];
  const clock = new VirtualClock();
  const transport = (request: unknown) => {
    asked.push(request);
    return Promise.reject(new Error('sent'));
  };
  const apis = new HttpsApis(createWire({ clock, fence: unfenced, transport }), { forbidden: new ForbiddenPlaces() });
  const scope = { kind: 'PbsInstance', namespace: 'default', name: 'main', uid: 'u', policy: 'Apply' } as const;
  const token = { tokenID: 'a@pve!b', secret: 'canary-of-proxmox' };
  // line ends around it are what an editor leaves
  for (const bad of none.filter((one) => one.trim() !== fingerprint)) {
    const place = { url: 'https://192.0.2.1:8006', trust: { by: 'Fingerprint', sha256: [bad] }, scope, token } as const;
    await expect(async () => versionOf(new Pves(apis, clock).at(place))).rejects.toMatchObject({
      reason: 'TrustUnusable',
    });
  }
  expect(asked).toEqual([]);
});
