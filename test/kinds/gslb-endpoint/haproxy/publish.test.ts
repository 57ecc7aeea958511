// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { haproxyStatus } from '../../../../src/api/gslb-endpoint/haproxy.ts';
import { Failure } from '../../../../src/core/failure.ts';
import { haproxyCalls } from '../../../../src/kinds/gslb-endpoint/haproxy/steps.ts';
import { everything, fourClouds } from './models.ts';
import { givePassword, house, look, published, settle, stranger } from './publishing.ts';

const plain = { servers: fourClouds };
const accepted = { verdict: 'Accepted', by: '2.6.12' } as const;
const refused = {
  verdict: 'Refused',
  by: '3.3.1',
  complaint: "parsing [haproxy.cfg:31] : unknown keyword 'balanc'",
} as const;

describe('A configuration', () => {
  test('is published once, and then nothing is left to do', async () => {
    const at = house(plain);
    expect(await settle(at)).toEqual(['PublishHaproxyConfiguration']);
    expect([...((await published(at)) ?? new Map()).keys()]).toEqual(['README.md', 'haproxy.cfg']);
    expect(await settle(at)).toEqual([]);
  });

  test('is published where there is no HAProxy, too, and that is said', async () => {
    const at = house(plain);
    await settle(at);
    const { condition, facts } = await look(at);
    expect(condition).toMatchObject({ status: 'True', reason: 'NotChecked' });
    expect(condition?.message).toContain('run haproxy -c -dW on it before you install it');
    expect(haproxyStatus.parse(facts.fields['haproxy'])).toMatchObject({ check: 'NotChecked' });
  });

  test('is told to be accepted, by whom', async () => {
    const at = house(plain);
    at.verdict = accepted;
    await settle(at);
    const { condition, facts } = await look(at);
    expect(condition).toMatchObject({ status: 'True', reason: 'Accepted', message: 'HAProxy 2.6.12 has accepted it' });
    expect(haproxyStatus.parse(facts.fields['haproxy'])).toMatchObject({ check: 'Accepted', checkedBy: '2.6.12' });
    expect(at.asked[0]).toContain('backend servers');
  });

  test('that was published unchecked is told to be accepted as soon as there is an HAProxy, and by a newer one not anew', async () => {
    const at = house(plain);
    await settle(at);
    at.verdict = accepted;
    expect(await settle(at)).toEqual(['PublishHaproxyConfiguration']);
    at.verdict = { verdict: 'Accepted', by: '3.0.0' };
    expect(await settle(at)).toEqual([]);
    at.verdict = undefined;
    expect(await settle(at)).toEqual([]);
  });

  test('that HAProxy refuses is not published: the last good one stays, and its own line is in the message', async () => {
    const at = house(plain);
    at.verdict = accepted;
    await settle(at);
    const before = await published(at);
    at.written = { ...plain, balance: 'source' };
    at.verdict = refused;
    expect(await settle(at)).toEqual([]);
    expect(await published(at)).toEqual(before);
    const { part, condition } = await look(at);
    expect(part.hold).toMatchObject({ why: 'Blocked', reason: 'HaproxyRefused' });
    expect(part.hold?.message).toBe(
      "HAProxy 3.3.1 refuses the configuration, and the one that was published before stays: parsing [haproxy.cfg:31] : unknown keyword 'balanc'. Change what it names in spec.haproxy.",
    );
    expect(condition).toMatchObject({ type: 'HaproxyPublished', status: 'False', reason: 'HaproxyRefused' });
    at.verdict = accepted;
    expect(await settle(at)).toEqual(['PublishHaproxyConfiguration']);
    expect((await published(at))?.get('haproxy.cfg')).toContain('balance source');
  });

  test('of which HAProxy does not say what it thinks is not published yet; what is published is no matter of that', async () => {
    const at = house(plain);
    at.verdict = accepted;
    at.silent = new Failure({ class: 'Transient', reason: 'HaproxyCheckSilent', message: 'It gave no answer' });
    expect(await settle(at)).toEqual([]);
    expect(await published(at)).toBeUndefined();
    const { part, condition } = await look(at);
    expect(part.hold).toMatchObject({ why: 'Waiting', reason: 'HaproxyCheckSilent', message: 'It gave no answer' });
    expect(condition).toMatchObject({ status: 'False', reason: 'HaproxyCheckSilent' });
    const { silent } = at;
    at.silent = undefined;
    await settle(at);
    at.silent = silent;
    expect((await look(at)).part).toEqual({ steps: [] });
    at.silent = new Error('a mistake of ours');
    await expect(look(at)).rejects.toThrow('a mistake of ours');
  });

  test('that is refused from the first is not there', async () => {
    const at = house(plain);
    at.verdict = refused;
    expect(await settle(at)).toEqual([]);
    expect(await published(at)).toBeUndefined();
    expect((await look(at)).part.hold?.message).toContain('nothing was published');
  });

  test('that somebody edits, or takes away, is put back', async () => {
    const at = house(plain);
    await settle(at);
    const good = await published(at);
    const live = await at.configMaps.read('web', 'gslb-haproxy');
    if (!live) throw new Error('it is not there');
    await at.configMaps.replace(live, { ...live, data: new Map([...live.data, ['haproxy.cfg', 'global\n']]) });
    expect(await settle(at)).toEqual(['PublishHaproxyConfiguration']);
    expect(await published(at)).toEqual(good);
    const again = await at.configMaps.read('web', 'gslb-haproxy');
    if (again) await at.configMaps.remove(again);
    expect(await settle(at)).toEqual(['PublishHaproxyConfiguration']);
    expect(await published(at)).toEqual(good);
  });

  test('goes when haproxy is taken out of the spec, and when the object is deleted', async () => {
    const at = house(plain);
    await settle(at);
    at.written = undefined;
    expect(await settle(at)).toEqual(['RemoveHaproxyConfiguration']);
    expect(await published(at)).toBeUndefined();
    at.written = plain;
    await settle(at);
    expect(await settle(at, true)).toEqual(['RemoveHaproxyConfiguration']);
    expect(await published(at)).toBeUndefined();
  });
});

describe("Somebody else's", () => {
  const theirs = { name: 'gslb-haproxy', annotations: {}, data: new Map([['haproxy.cfg', 'theirs']]) };

  test('ConfigMap of that name is not touched, neither now nor at deletion', async () => {
    const at = house(plain);
    await at.configMaps.create(stranger, theirs);
    expect(await settle(at)).toEqual([]);
    const { part } = await look(at);
    expect(part.hold).toMatchObject({
      reason: 'ConfigMapNotOurs',
      blockedBy: [{ kind: 'ConfigMap', id: 'gslb-haproxy' }],
    });
    expect(await settle(at, true)).toEqual([]);
    expect((await published(at))?.get('haproxy.cfg')).toBe('theirs');
  });

  test('ConfigMap that comes between the plan and the step stays', async () => {
    const at = house(plain);
    const { part, act } = await look(at);
    await at.configMaps.create(stranger, theirs);
    const [step] = part.steps;
    if (!step) throw new Error('nothing is planned');
    await expect(act(step)).rejects.toMatchObject({ class: 'Transient', reason: 'Conflict' });
    expect((await published(at))?.get('haproxy.cfg')).toBe('theirs');
  });

  test('Secret of that name is not touched', async () => {
    const at = house(everything);
    await givePassword(at, 'stats-password', 'canary password');
    await givePassword(at, 'vrrp-password', 'Vrrp1234');
    await givePassword(at, 'gslb-haproxy-secret', 'theirs');
    expect(await settle(at)).toEqual([]);
    expect((await look(at)).part.hold).toMatchObject({ reason: 'SecretNotOurs' });
  });
});

describe('Passwords', () => {
  async function guarded() {
    const at = house(everything);
    await givePassword(at, 'stats-password', "canary password '#$\n");
    await givePassword(at, 'vrrp-password', 'Vrrp1234');
    return at;
  }

  test('are in the Secret and nowhere else', async () => {
    const at = await guarded();
    at.verdict = accepted;
    expect(await settle(at)).toEqual(['PublishHaproxyPasswords', 'PublishHaproxyConfiguration']);
    const secret = await at.secrets.read('web', 'gslb-haproxy-secret');
    expect([...(secret?.data.keys() ?? [])]).toEqual(['haproxy-users.cfg', 'keepalived-auth.conf']);
    expect(secret?.data.get('haproxy-users.cfg')).toContain("'canary password '\\''#$'");
    const told = [...((await published(at)) ?? new Map()).values(), ...at.asked, JSON.stringify(await look(at))];
    for (const text of told) expect(text).not.toMatch(/canary|Vrrp1234/);
    expect(at.learnt).toEqual(expect.arrayContaining(["canary password '#$", 'Vrrp1234']));
  });

  test('that change are delivered again, without their digest being anywhere', async () => {
    const at = await guarded();
    await settle(at);
    const before = (await at.secrets.read('web', 'gslb-haproxy-secret'))?.annotations['hybridcloud.dev/inputs-digest'];
    await givePassword(at, 'vrrp-password', 'Other123');
    expect(await settle(at)).toEqual(['PublishHaproxyPasswords']);
    const secret = await at.secrets.read('web', 'gslb-haproxy-secret');
    expect(secret?.data.get('keepalived-auth.conf')).toContain('auth_pass Other123');
    expect(secret?.annotations['hybridcloud.dev/inputs-digest']).toBe(before);
  });

  test.each([
    ['is missing', undefined, 'does not exist, or lacks the key'],
    ['is too long for VRRP', 'Vrrp12345', 'has another password than that'],
    ['has a line of its own', 'a\n}', 'has another password than that'],
  ])('of which one %s hold everything up, with what to do', async (_, password, message) => {
    const at = house(everything);
    await givePassword(at, 'stats-password', 'canary password');
    if (password !== undefined) await givePassword(at, 'vrrp-password', password);
    expect(await settle(at)).toEqual([]);
    const { hold } = (await look(at)).part;
    expect(hold).toMatchObject({
      reason: 'HaproxyPasswordMissing',
      blockedBy: [{ kind: 'Secret', id: 'vrrp-password' }],
    });
    expect(hold?.message).toContain(message);
  });

  test('that are not wanted any more go with their Secret; another name moves them', async () => {
    const at = await guarded();
    await settle(at);
    at.written = { ...everything, secretRef: { name: 'moved' } };
    expect((await settle(at)).toSorted()).toEqual(['PublishHaproxyPasswords', 'RemoveHaproxyPasswords']);
    expect(await at.secrets.read('web', 'gslb-haproxy-secret')).toBeUndefined();
    at.written = plain;
    expect((await settle(at)).toSorted()).toEqual(['PublishHaproxyConfiguration', 'RemoveHaproxyPasswords']);
    expect(await at.secrets.read('web', 'moved')).toBeUndefined();
  });
});

test('A plan shows the one write of each step.', async () => {
  const at = house(plain);
  const { part } = await look(at);
  expect(part.steps.flatMap(haproxyCalls)).toEqual([
    { service: 'kubernetes', action: 'create configmaps', parameters: [{ name: 'name', value: 'gslb-haproxy' }] },
  ]);
});
