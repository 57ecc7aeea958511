// SPDX-License-Identifier: GPL-3.0-or-later
/** Two operators on one zone for 10,000 simulated minutes, with partitions, beside what others have in it. */
import { beforeAll, expect, test } from '@jest/globals';
import { Rivals, type Seen } from './rivals.ts';

const rounds = 20;
const minutes = Number(process.env['MINUTES'] ?? 10_000);
let it: Rivals;
let before: readonly string[];

beforeAll(async () => {
  it = await Rivals.make(Number(process.env['SEED'] ?? 7));
  before = it.foreign();
  await it.a.wants(0);
  await it.pass(minutes / 100);
  for (let round = 0; round < rounds; round += 1) {
    if (round === 8) await it.a.gives();
    else if (round === 14) await it.b.gives();
    else await (round % 2 === 0 ? it.b : it.a).wants(round);
    await it.pass((minutes * 0.99) / rounds);
  }
}, 900_000);

const ownerOf = ({ answers }: Seen) =>
  answers.length === 0 ? 'nobody' : [it.a, it.b].find((rival) => answers.every((one) => rival.has(one)))?.name;

test('What is answered is always the whole of one wish, with its mark, and never a mixture.', () => {
  for (const state of it.seen) {
    expect([0, 2]).toContain(state.answers.length);
    expect(new Set(state.answers.map((answer) => answer.split(' ')[1])).size).toBeLessThanOrEqual(1);
    const owner = ownerOf(state);
    expect(owner).toBeDefined();
    if (owner === 'nobody') continue;
    expect(state.marks).toEqual([expect.stringContaining(`hybridcloud/cluster-${owner}/`)]);
  }
});

test('The first to have the name keeps it until it gives it up, and then the other has it: no oscillation.', () => {
  const owners = it.seen.map(ownerOf).filter((owner) => owner !== 'nobody');
  expect(owners.filter((owner, at) => owner !== owners[at - 1])).toEqual(['a', 'b', 'a']);
  expect([it.a.because('Ready'), it.b.because('Stalled')]).toEqual(['Available', 'NotOurs']);
});

test('A name is never without an answer while somebody has it.', () => {
  const states = it.seen.map(ownerOf);
  // before the first, and between giving and taking
  expect(states.filter((owner, at) => owner === 'nobody' && states[at - 1] === states[at + 1])).toEqual([]);
});

test('Batches are as many as wishes, deletions and lost answers make them, and none at rest.', () => {
  expect(it.seen.length).toBeLessThanOrEqual(2 * rounds);
  expect(it.a.batches + it.b.batches).toBeLessThanOrEqual(it.seen.length + 10);
});

test('What external-dns and others have in the zone is as it was, and no health check is left over.', () => {
  expect(it.foreign()).toEqual(before);
  expect(it.a.stage.aws.route53.checks()).toHaveLength(2);
});
