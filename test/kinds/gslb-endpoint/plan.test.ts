// SPDX-License-Identifier: GPL-3.0-or-later
/** From nothing to a name that is answered, through every change, and away again: every step on the way. */
import { describe, expect, test } from '@jest/globals';
import { facts } from '../../../src/kinds/gslb-endpoint/facts.ts';
import { markRecord } from '../../../src/kinds/gslb-endpoint/name.ts';
import { plan } from '../../../src/kinds/gslb-endpoint/plan/plan.ts';
import { checked, served } from '../../api/good-gslb-endpoints.ts';
import { changed, type Spec } from '../../api/manifests.ts';
import {
  desired,
  empty,
  externalMark,
  failover,
  fqdn,
  made,
  record,
  stranger,
  wayOf,
  weighted,
  withHealth,
} from './pieces.ts';

const whole = made(desired());
const fixed = (more: object = {}) =>
  served(
    'Failover',
    { role: 'Primary', ...checked({ intervalSeconds: 10, ...more }) },
    { role: 'Secondary', ...checked() },
  );

describe('The way', () => {
  test('from nothing: checks, their tags, and everything of the name in one batch.', () => {
    const { way, end, hold } = wayOf(desired(), empty);
    expect(way).toBe('CreateHealthCheck CreateHealthCheck TagHealthCheck TagHealthCheck CreateRecords ~RecordsInSync');
    expect(hold).toBeUndefined();
    expect(plan(desired(), withHealth(end, { seoul: true, london: true }))).toEqual({
      steps: [],
      serving: true,
      watchMs: 60_000,
    });
  });

  test('of a check whose fixed fields change: the new one is made, heard, and in use everywhere before the old one goes.', () => {
    expect(wayOf(desired(fixed()), whole).way).toBe(
      'CreateHealthCheck TagHealthCheck ~HealthCheckTold ChangeRecords ~RecordsInSync DeleteHealthCheck',
    );
  });

  test('of a check that can be changed as it is: an update, and the records stay.', () => {
    const wish = desired(
      changed(
        {},
        served('Failover', { role: 'Primary', ...checked({ port: 8443 }) }, { role: 'Secondary', ...checked() }),
      ),
    );
    expect(wayOf(wish, { ...whole, change: 'InSync' }).way).toBe('UpdateHealthCheck');
  });

  test('of another policy, another type, another TTL: one batch each.', () => {
    const world = { ...whole, change: 'InSync' as const };
    const ways = [weighted(1, 2), changed({ 'record.ttlSeconds': 30 }, failover())].map((spec) =>
      wayOf(desired(spec), world),
    );
    expect(ways.map(({ way }) => way)).toEqual(['ChangeRecords ~RecordsInSync', 'ChangeRecords ~RecordsInSync']);
    const v6 = changed(
      { 'record.type': 'AAAA' },
      served('Multivalue', { target: { type: 'Addresses', addresses: ['2600:1f14::7'] } }),
    );
    const { way, end } = wayOf(desired(v6), world);
    expect(way).toMatch(/^ChangeRecords|^CreateRecords/);
    expect(end.records.map(({ name, type }) => `${name} ${type}`)).toEqual([`aaaa-${fqdn} TXT`, `${fqdn} AAAA`]);
  });

  test('of an endpoint that comes, or is called otherwise: its check is heard before anybody is answered with it.', () => {
    const one = made(desired(weighted(1)));
    const comes = 'CreateHealthCheck TagHealthCheck ~HealthCheckTold ChangeRecords ~RecordsInSync';
    expect(wayOf(desired(weighted(1, 1)), { ...one, change: 'InSync' }).way).toBe(comes);
    const renamed = served(
      'Failover',
      { role: 'Primary', name: 'busan', ...checked() },
      { role: 'Secondary', ...checked() },
    );
    expect(wayOf(desired(renamed), { ...whole, change: 'InSync' }).way).toBe(`${comes} DeleteHealthCheck`);
    // what has no check of its own cannot say anything
    const bare = served('Weighted', { weight: 1, ...checked() }, { weight: 1 });
    expect(wayOf(desired(bare), { ...one, change: 'InSync' }).way).toBe('ChangeRecords ~RecordsInSync');
  });

  test('of an endpoint that goes: out of the answers first, then its check.', () => {
    expect(wayOf(desired(weighted(1)), made(desired(weighted(1, 1)))).way).toBe(
      'ChangeRecords ~RecordsInSync DeleteHealthCheck',
    );
  });

  test('after a restart nobody knows whether the last change is everywhere: it is asked with a change that says nothing.', () => {
    const old = made(desired(fixed()));
    const world = { ...whole, checks: [...whole.checks, ...old.checks.slice(0, 1)], change: 'Unknown' as const };
    const surplus = { ...world, checks: world.checks.map((one, at) => (at === 2 ? { ...one, id: 'old' } : one)) };
    expect(wayOf(desired(), surplus).way).toBe('ConfirmRecords ~RecordsInSync DeleteHealthCheck');
  });

  test('of a deletion: the records, everywhere, then the checks, then the owner record.', () => {
    expect(wayOf(desired(failover(), {}, { absent: true }), whole).way).toBe(
      'DeleteRecords ~RecordsInSync DeleteHealthCheck DeleteHealthCheck DeleteOwnerRecord',
    );
    const simple = desired(served('Simple', {}));
    expect(wayOf({ ...simple, absent: true }, made(simple)).way).toBe('DeleteRecords');
    const retained = desired(failover(), { deletionPolicy: 'Retain' }, { absent: true });
    const { way, end } = wayOf(retained, whole);
    expect(way).toBe('ReleaseRecords ReleaseHealthCheck ReleaseHealthCheck');
    expect([end.records.length, end.checks.length]).toEqual([2, 2]);
  });
});

describe('A name that a rival has', () => {
  const rivals = markRecord({ records: [], owner: stranger, fqdn, zone: 'seojun.shop' }, 'A');
  const lost = { ...whole, change: 'Unknown' as const, records: [record(fqdn, 'A', '192.0.2.7'), rivals] };

  test('gives up the checks that were made for it before it was lost, and nothing else.', () => {
    const { steps, hold } = plan(desired(), lost);
    expect(hold?.reason).toBe('NotOurs');
    expect(steps.map((step) => step.do)).toEqual(['DeleteHealthCheck', 'DeleteHealthCheck']);
    expect(wayOf(desired(), lost).end.checks).toEqual([]);
  });

  test('keeps checks that a record uses, and those of an object that once was answered: name servers may still know of them.', () => {
    const [used] = whole.checks;
    const using = record(fqdn, 'A', '192.0.2.7', { healthCheckID: used?.id ?? '' });
    expect(plan(desired(), { ...lost, records: [using, rivals] }).steps).toHaveLength(1);
    const answered = desired(failover(), {}, { last: { changeStatus: 'INSYNC' } });
    expect(plan(answered, lost)).toMatchObject({ steps: [], hold: { reason: 'NotOurs' } });
    expect(plan(desired(), { ...lost, change: 'Pending' as const }).steps).toEqual([]);
  });
});

describe('A change that another process sent', () => {
  const remembered = { id: 'C1', state: 'Pending' as const };
  const world = { ...whole, change: 'Unknown' as const, remembered };

  test('is followed by what the status remembers of it, and nothing that it had to confirm is taken for confirmed.', () => {
    expect(plan(desired(), world).hold?.reason).toBe('ChangePending');
    expect(facts(desired(), world).fields).toMatchObject({ changeStatus: 'PENDING', changeID: 'C1' });
    expect(wayOf(desired(), world).way).toBe('~RecordsInSync');
    const surplus = { ...world, remembered: { id: 'C1', state: 'InSync' as const } };
    const old = { ...surplus, checks: [...whole.checks, ...made(desired(fixed())).checks.slice(0, 1)] };
    const named = { ...old, checks: old.checks.map((one, at) => (at === 2 ? { ...one, id: 'old' } : one)) };
    expect(plan(desired(), named).steps.map((step) => step.do)).toEqual(['ConfirmRecords']);
  });

  test('goes on being told as everywhere when nothing was under way, and is not told when something was.', () => {
    const unknown = { ...whole, change: 'Unknown' as const };
    const told = (status: 'True' | 'False') => ({
      last: {
        changeStatus: 'INSYNC' as const,
        observedGeneration: 1,
        conditions: [{ type: 'Synced', status, reason: 'x', message: '', lastTransitionTime: '2026-01-05T09:00:00Z' }],
      },
    });
    const changeOf = (rest: object) => facts(desired(failover(), {}, rest), unknown).fields['changeStatus'];
    expect(changeOf(told('True'))).toBe('INSYNC');
    expect(changeOf(told('False'))).toBeUndefined();
    expect(changeOf({ ...told('True'), generation: 2 })).toBeUndefined();
  });
});

describe('A hold', () => {
  const reason = (wish: ReturnType<typeof desired>, world: typeof empty) => plan(wish, world).hold?.reason;
  const foreign = [record(fqdn, 'A', '192.0.2.7')];

  test.each([
    ['no zone', { ...empty, zone: { found: 'none' as const, of: [] } }, 'ZoneNotFound'],
    [
      'two zones of one name',
      { ...empty, zone: { found: 'several' as const, of: [{ id: 'Z1', name: 'seojun.shop', private: false }] } },
      'ZoneAmbiguous',
    ],
    [
      'a private zone',
      { ...empty, zone: { found: 'one' as const, zone: { id: 'Z1', name: 'seojun.shop', private: true } } },
      'ZoneNotFound',
    ],
    [
      'a zone of a service',
      {
        ...empty,
        zone: {
          found: 'one' as const,
          zone: { id: 'Z1', name: 'seojun.shop', private: false, madeBy: 'x.amazonaws.com' },
        },
      },
      'ZoneNotOurs',
    ],
    [
      'a name that is not granted',
      { ...empty, permission: { allowed: false as const, message: 'no' } },
      'NotPermitted',
    ],
    ['records of nobody', { ...empty, records: foreign }, 'NotOurs'],
    ['records of external-dns', { ...empty, records: [...foreign, externalMark(`a-${fqdn}`)] }, 'NotOurs'],
    ['records of an old external-dns', { ...empty, records: [...foreign, externalMark(fqdn)] }, 'NotOurs'],
    ['a mark without records', { ...empty, records: [externalMark(`a-${fqdn}`)] }, 'NotOurs'],
    ['a CNAME of others', { ...empty, records: [record(fqdn, 'CNAME', 'www.example.net.')] }, 'RecordConflict'],
    [
      'another text where the mark has to be',
      { ...empty, records: [record(`a-${fqdn}`, 'TXT', '"x"')] },
      'RecordConflict',
    ],
    ['no room for checks', { ...empty, room: { have: 199, most: 200 } }, 'QuotaReached'],
  ])('for %s says who must act, and nothing is done.', (_, world, expected) => {
    const { steps, hold } = plan(desired(), world);
    expect([steps, hold?.why, hold?.reason]).toEqual([[], 'Blocked', expected]);
    expect(hold?.message).toMatch(/[:.] ?\S.*[.>]$|^no$/);
  });

  test('of a check that asks for the very name that is answered, where the zone is named by its id.', () => {
    const own = { type: 'HTTPS', host: fqdn };
    const bad = served('Failover', { role: 'Primary', healthCheck: own }, { role: 'Secondary', ...checked() });
    const byID = desired({ ...bad, zone: { id: 'Z0123456789' } });
    expect(reason(byID, empty)).toBe('ChecksItself');
    expect(plan(byID, whole)).toMatchObject({ steps: [], serving: true });
    expect(plan(byID, empty).hold?.message).toContain('e.g. seoul.seojun.shop');
  });

  test('of the breaker: more than half of the endpoints at once, unless a person allows it for a time.', () => {
    const world = made(desired(weighted(1, 1, 1)));
    expect(reason(desired(weighted(1)), world)).toBe('TooManyRemoved');
    expect(reason(desired(weighted(1, 1)), world)).toBeUndefined();
    expect(reason(desired(weighted(1, 1), { 'safety.maxRemovedPercent': 0 }), world)).toBe('TooManyRemoved');
    const until = (time: string) => ({ annotations: { 'hybridcloud.dev/allow-mass-change-until': time } });
    expect(reason(desired(weighted(1), {}, until('2026-01-05T10:00:00Z')), world)).toBeUndefined();
    expect(reason(desired(weighted(1), {}, until('2026-01-05T08:00:00Z')), world)).toBe('TooManyRemoved');
    // what is answered goes on being answered
    expect(plan(desired(weighted(1)), world).serving).toBe(true);
  });

  test('of the breaker counts the addresses of one answer, and lets them be replaced.', () => {
    const simple = (...addresses: string[]) => served('Simple', { target: { type: 'Addresses', addresses } });
    const world = made(desired(simple('3.36.122.1', '3.36.122.2', '3.36.122.3', '3.36.122.4')));
    expect(reason(desired(simple('3.36.122.1')), world)).toBe('TooManyRemoved');
    expect(reason(desired(simple('3.36.122.5', '3.36.122.6', '3.36.122.7', '3.36.122.8')), world)).toBeUndefined();
  });

  test('of the breaker: addresses that an endpoint loses count, whatever the policy; another target, a drain and another type of record are no way around.', () => {
    const to = (...all: string[]): Spec => ({ target: { type: 'Addresses', addresses: all } });
    const at = (...hosts: number[]) => to(...hosts.map((host) => `3.36.122.${host}`));
    const [four, one] = [at(1, 2, 3, 4), at(1)];
    const two = (first: Spec) => desired(served('Weighted', { weight: 1, ...first }, { weight: 1, ...at(9) }));
    const world = made(two(four));
    expect(reason(two(one), world)).toBe('TooManyRemoved');
    expect(reason(two(at(5, 6, 7)), world)).toBeUndefined();
    expect(reason(two({ ...one, state: 'Drained' }), world)).toBeUndefined();
    const v6 = desired(
      changed({ 'record.type': 'AAAA' }, served('Weighted', { weight: 1, name: 'london', ...to('2600:1f14::7') })),
    );
    expect(reason(v6, world)).toBe('TooManyRemoved');
  });

  test('of a load balancer that is not there: what is answered stays.', () => {
    const target = { type: 'LoadBalancer', loadBalancer: { name: 'seoul-alb', region: 'ap-northeast-2' } };
    const wish = desired(served('Weighted', { weight: 1, target }, { weight: 1, ...checked() }));
    expect(reason(wish, made(desired(weighted(1, 1))))).toBe('LoadBalancerNotFound');
  });
});

describe('Whether it works:', () => {
  const serving = (healths: Record<string, boolean | undefined>, least = 1) => {
    const world = { ...withHealth(whole, healths), change: 'InSync' as const };
    const verdict = plan(desired(failover(), { 'readiness.healthyEndpoints': least }), world).serving;
    return verdict === true ? true : verdict.reason;
  };

  test('as long as enough are healthy.', () => {
    expect(serving({ seoul: true, london: false })).toBe(true);
    expect(serving({ seoul: true, london: false }, 2)).toBe('EndpointsUnhealthy');
    expect(serving({ seoul: false, london: false })).toBe('AllUnhealthy');
    expect(serving({ seoul: undefined, london: undefined })).toBe('HealthUnknown');
    expect(serving({ seoul: false, london: false }, 0)).toBe(true);
    expect(plan(desired(), empty).serving).toMatchObject({ reason: 'NoRecords' });
  });
});
