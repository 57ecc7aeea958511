// SPDX-License-Identifier: GPL-3.0-or-later
/** Snapshots under images. Source: API_DescribeSnapshots, API_DeleteSnapshot; "Error codes". */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { must, required, text, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { page, select, type Filters } from './describe.ts';
import { allTrue, erase, named, newID, regionOf, save } from './entities.ts';
import { filters, paging, texts } from './input.ts';
import { life, stateAt } from './life.ts';
import { on, onAll } from './permission.ts';
import { items, type Ec2Operation } from './protocol.ts';
import type { Snapshot } from './state.ts';
import { newTags, tagSet } from './tags.ts';

export function newSnapshot(call: Call, input: Fields, given: { description: string; takes: number }): Snapshot {
  const snapshot: Snapshot = {
    id: newID(call.world.state.random, 'snapshot'),
    description: given.description,
    createdAt: call.now,
    life: life(call.now, ['pending', given.takes], ['completed']),
    tags: newTags(input, 'snapshot', ['image']),
  };
  save(call, 'snapshot', snapshot);
  return snapshot;
}

function snapshotFilters(now: number): Filters<Snapshot> {
  return {
    'snapshot-id': ({ id }) => [id],
    description: ({ description }) => [description],
    status: (one) => [stateAt(one.life, now)],
  };
}

/** Only one's own are simulated, so that `OwnerIds` may be `self` and nobody else. */
function describe(call: Call, input: Fields): Record<string, Xml> {
  const wanted = { kind: 'snapshot', ids: 'SnapshotId', filters: snapshotFilters(call.now) } as const;
  const { part, more } = page(select(call, input, wanted), input, 'SnapshotId');
  const list = part.map((one) => ({
    snapshotId: one.id,
    status: stateAt(one.life, call.now),
    startTime: new Date(one.createdAt).toISOString(),
    ownerId: call.principal.account,
    description: one.description,
    tagSet: tagSet(one.tags),
  }));
  return { snapshotSet: items(list), ...more };
}

/** The words: cloud-nuke#727, backup-monkey#10. */
function remove(call: Call, input: Fields): Record<string, Xml> {
  const { id } = named(call, 'snapshot', must(input, 'SnapshotId'));
  const user = allTrue(regionOf(call), 'image').find(
    (one) => one.snapshotID === id && !['deregistered', undefined].includes(stateAt(one.life, call.now)),
  );
  if (user) throw new AwsError('InvalidSnapshot.InUse', `The snapshot ${id} is currently in use by ${user.id}`);
  erase(call, 'snapshot', id);
  return { return: true };
}

export const snapshotOperations: Record<string, Ec2Operation> = {
  DescribeSnapshots: {
    effect: 'read',
    input: {
      SnapshotId: texts,
      Owner: { is: 'list', of: text({ oneOf: ['self'] }) },
      Filter: filters,
      ...paging,
    },
    authorize: onAll('ec2:DescribeSnapshots'),
    run: describe,
  },
  DeleteSnapshot: {
    effect: 'write',
    input: { SnapshotId: required(text()) },
    authorize: on('ec2:DeleteSnapshot', { SnapshotId: 'snapshot' }),
    run: remove,
  },
};
