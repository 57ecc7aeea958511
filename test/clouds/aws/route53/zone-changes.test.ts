// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { fitting } from '../../../../src/clouds/aws/route53/change-batch.ts';
import { changeRecords } from '../../../../src/clouds/aws/route53/requests.ts';
import type { RecordChange, RecordSet } from '../../../../src/clouds/aws/route53/route53.ts';
import { ZoneRecords } from '../../../../src/clouds/aws/route53/zone-records.ts';
import type { Scope } from '../../../../src/core/scope.ts';
import { Refusal, scope, scripted, type Answer } from './script.ts';

const record = (name: string, values: readonly string[] = ['192.0.2.1']): RecordSet => ({
  name: `${name}.seojun.shop`,
  type: 'A',
  policy: { type: 'Simple' },
  data: { ttl: 60, values },
});
const create = (name: string, values?: readonly string[]): RecordChange => ({
  action: 'CREATE',
  record: record(name, values),
});
const wish = (name: string) => changeRecords('Z1', [create(name)]);

/** A wire on which each batch is held until it is let go, and refused when it has a bad name in it. */
function world(
  given: { readonly bad?: readonly string[]; readonly busy?: number; readonly answers?: Record<string, Answer> } = {},
) {
  const batches: string[][] = [];
  const gates: (() => void)[] = [];
  let busy = given.busy ?? 0;
  const made = scripted({
    ChangeResourceRecordSets: async (_call, { body }) => {
      const names = [...String(body).matchAll(/<Name>(\w+)\.seojun/g)].map(([, name = '']) => name);
      batches.push(names);
      await new Promise<void>((go) => gates.push(go));
      if (busy > 0) {
        busy -= 1;
        throw new Refusal(
          'PriorRequestNotComplete',
          'The request was rejected because Route 53 was still processing a prior request.',
        );
      }
      const bad = names.find((name) => given.bad?.includes(name));
      if (bad)
        throw new Refusal(
          'InvalidChangeBatch',
          `[Tried to create resource record set [name='${bad}.seojun.shop.', type='A'] but it already exists]`,
        );
      const id = `C${batches.length}`;
      return { ChangeInfo: { Id: `/change/${id}`, Status: 'PENDING', SubmittedAt: '2026-11-22T00:00:00Z' } };
    },
    ...given.answers,
  });
  const of = (name: string, policy: Scope['policy'] = 'Apply') =>
    new ZoneRecords(made.session, { ...scope, name, uid: name, policy }, { id: 'Z1' });
  /** Lets whatever stands at the gate go, until nothing comes any more. */
  const flow = async () => {
    for (let idle = 0; idle < 20; idle += 1) {
      await made.clock.advance(1000);
      while (gates.length > 0) {
        idle = 0;
        gates.shift()?.();
      }
    }
  };
  return { ...made, batches, of, flow };
}

test('What is wanted in the same moment goes as one batch, and everyone gets its change.', async () => {
  const { of, batches, flow } = world();
  const sent = ['a', 'b', 'c'].map((name) => of(name).write(wish(name)));
  await flow();
  expect(batches).toEqual([['a', 'b', 'c']]);
  expect(await Promise.all(sent)).toEqual(
    sent.map(() => ({ id: 'C1', status: 'PENDING', submittedAt: Date.UTC(2026, 10, 22) })),
  );
});

test('What comes while a batch is on its way waits, and goes together in the next: one at a time for a zone.', async () => {
  const { of, batches, flow, clock } = world();
  const first = of('a').write(wish('a'));
  await clock.advance(10);
  const later = ['b', 'c'].map((name) => of(name).write(wish(name)));
  await clock.advance(10);
  expect(batches).toEqual([['a']]);
  await flow();
  await Promise.all([first, ...later]);
  expect(batches).toEqual([['a'], ['b', 'c']]);
});

test('One name that is refused does not keep the others from it, and only its own object is told.', async () => {
  const { of, batches, flow } = world({ bad: ['c'] });
  const names = ['a', 'b', 'c', 'd', 'e'];
  const sent = Promise.allSettled(names.map((name) => of(name).write(wish(name))));
  await flow();
  const results = await sent;
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(results[2]).toMatchObject({ reason: { class: 'Transient', reason: 'Conflict', applied: 'no' } });
  expect(batches.filter((batch) => batch.includes('c')).at(-1)).toEqual(['c']);
});

test('While AWS is at another change of the zone it is waited for, and no rate is halved for it.', async () => {
  const { of, batches, flow, throttled } = world({ busy: 2 });
  const sent = of('a').write(wish('a'));
  await flow();
  expect(await sent).toMatchObject({ id: 'C3' });
  expect(batches).toHaveLength(3);
  expect(throttled).toEqual([]);
});

test('A zone that stays busy is given up after a while, by everyone.', async () => {
  const { of, batches, flow } = world({ busy: 100 });
  const sent = Promise.allSettled(['a', 'b'].map((name) => of(name).write(wish(name))));
  await flow();
  for (const result of await sent)
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { class: 'Transient', reason: 'ZoneBusy', applied: 'no' },
    });
  expect(batches).toHaveLength(6);
});

test('Without an answer nobody knows: all of a batch are told so, and nothing is sent again.', async () => {
  const { of, flow, calls } = world({
    answers: {
      ChangeResourceRecordSets: () => {
        throw new Refusal('InternalFailure', 'oops', 500);
      },
    },
  });
  const sent = Promise.allSettled(['a', 'b'].map((name) => of(name).write(wish(name))));
  await flow();
  for (const result of await sent) expect(result).toMatchObject({ reason: { class: 'Transient', applied: 'unknown' } });
  expect(calls).toHaveLength(1);
});

test("One object's batch is recorded as its own, that of several as nobody's, and what may not be written goes by itself.", async () => {
  const { of, flow, sent, batches } = world();
  const all = Promise.all([
    of('a').write(wish('a')),
    of('b').write(wish('b')),
    of('c', 'Observe').write(wish('c')),
    of('d').write(wish('d')),
  ]);
  await flow();
  await all;
  expect(batches).toEqual([['a', 'b'], ['c'], ['d']]);
  expect(sent('ChangeResourceRecordSets').map((call) => call.scope?.uid)).toEqual([undefined, 'c', 'd']);
});

test('A batch holds a thousand records and 32,000 characters, and an UPSERT counts twice.', () => {
  const ips = (count: number) => Array.from({ length: count }, (_, at) => `192.0.2.${at % 200}`);
  const of = (action: RecordChange['action'], values: readonly string[]) =>
    changeRecords('Z1', [{ action, record: record('a', values) }]);
  expect(fitting([of('CREATE', ips(400)), of('CREATE', ips(600)), of('CREATE', ips(1))])).toBe(2);
  expect(fitting([of('UPSERT', ips(400)), of('CREATE', ips(201))])).toBe(1);
  expect(fitting([of('CREATE', ['x'.repeat(20_000)]), of('DELETE', ['x'.repeat(12_001)])])).toBe(1);
  expect(fitting([of('CREATE', ips(2000))])).toBe(1);
});

test('A change is followed until all name servers have it: one question for all its names, and none after that.', async () => {
  let status = 'PENDING';
  const { of, flow, sent, clock } = world({
    answers: {
      GetChange: () => ({ ChangeInfo: { Id: '/change/C1', Status: status, SubmittedAt: '2026-11-22T00:00:00Z' } }),
    },
  });
  const [a, b] = [of('a'), of('b')];
  const both = Promise.all([a.write(wish('a')), b.write(wish('b'))]);
  await flow();
  await both;
  const asks = () =>
    Promise.all([a.changeOf(['a.seojun.shop'], { maxAgeMs: 0 }), b.changeOf(['b.seojun.shop'], { maxAgeMs: 0 })]);
  expect(await asks()).toMatchObject([{ status: 'PENDING' }, { status: 'PENDING' }]);
  expect(sent('GetChange')).toHaveLength(1);
  status = 'INSYNC';
  await clock.advance(6000);
  expect(await asks()).toMatchObject([{ status: 'INSYNC' }, { status: 'INSYNC' }]);
  await clock.advance(600_000);
  await asks();
  expect(sent('GetChange')).toHaveLength(2);
  expect(await a.changeOf(['other.seojun.shop'], { maxAgeMs: 0 })).toBeUndefined();
});

test('A change that AWS has forgotten is through.', async () => {
  const { of, flow } = world({
    answers: {
      GetChange: () => {
        throw new Refusal('NoSuchChange', 'no such change', 404);
      },
    },
  });
  const sent = of('a').write(wish('a'));
  await flow();
  await sent;
  expect(await of('a').changeOf(['a.seojun.shop'], { maxAgeMs: 0 })).toMatchObject({ id: 'C1', status: 'INSYNC' });
});

test('A list goes on page after page, and a name by itself ends where the next begins.', async () => {
  const rrset = (name: string, SetIdentifier?: string) => ({
    Name: `${name}.seojun.shop.`,
    Type: 'A',
    ...(SetIdentifier === undefined ? {} : { SetIdentifier, Weight: 1 }),
    TTL: 60,
    ResourceRecords: { ResourceRecord: { Value: '192.0.2.1' } },
  });
  const pages: Record<string, readonly [object[], string?]> = {
    '': [[rrset('a'), rrset('b', 'x')], 'b'],
    b: [[rrset('b', 'y'), rrset('c')]],
  };
  const { of, sent, session } = world({
    answers: {
      ListResourceRecordSets: (_call, { url }) => {
        const from = url.searchParams.get('name')?.split('.')[0] ?? '';
        const [sets, next] = pages[from] ?? [[]];
        const more = next === undefined ? {} : { NextRecordName: `${next}.seojun.shop.`, NextRecordType: 'A' };
        return {
          ResourceRecordSets: { ResourceRecordSet: sets },
          IsTruncated: next !== undefined,
          MaxItems: 300,
          ...more,
        } as never;
      },
    },
  });
  const found = await of('a').of(['a.seojun.shop', 'b.seojun.shop'], { maxAgeMs: 60_000 });
  expect(found.map(({ name, setIdentifier }) => [name, setIdentifier])).toEqual([
    ['a.seojun.shop', undefined],
    ['b.seojun.shop', 'x'],
    ['b.seojun.shop', 'y'],
  ]);
  expect(sent('ListResourceRecordSets')).toHaveLength(2);
  // of a large zone only what was asked for, and no second page once another name came
  const large = new ZoneRecords(session, scope, { id: 'Z2', records: 3000 });
  expect(await large.of(['b.seojun.shop'], { maxAgeMs: 0 })).toMatchObject([{ setIdentifier: 'y' }]);
  expect(sent('ListResourceRecordSets')).toHaveLength(3);
});
