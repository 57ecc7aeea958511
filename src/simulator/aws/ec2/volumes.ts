// SPDX-License-Identifier: GPL-3.0-or-later
/** Volumes that instances start from; others are not simulated. Source: API_DescribeVolumes; EC2 User Guide, "Preserve data when an instance is terminated". */
import type { Call } from '../call.ts';
import type { Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { page, select, type Filters } from './describe.ts';
import { allTrue, regionOf, save } from './entities.ts';
import { filters, paging, texts } from './input.ts';
import { life, stateAt } from './life.ts';
import { onAll } from './permission.ts';
import { items, type Ec2Operation } from './protocol.ts';
import type { Instance, Volume } from './state.ts';
import { newTags, tagSet } from './tags.ts';

/** Its id follows from the instance's. */
export function newVolume(call: Call, input: Fields, { id }: Instance): void {
  const tags = newTags(input, 'volume', ['instance', 'network-interface']);
  const made = { id: id.replace(/^i-/, 'vol-'), instanceID: id, createdAt: call.now };
  save(call, 'volume', { ...made, life: life(call.now, ['in-use']), tags });
}

/** "By default, the root volume is deleted when the instance terminates." */
export function dropVolume(call: Call, instance: string, afterMs: number): void {
  const volume = allTrue(regionOf(call), 'volume').find(({ instanceID }) => instanceID === instance);
  if (volume) save(call, 'volume', { ...volume, life: life(call.now, ['in-use', afterMs]) });
}

function volumeFilters(now: number): Filters<Volume> {
  return {
    'volume-id': ({ id }) => [id],
    'attachment.instance-id': ({ instanceID }) => [instanceID],
    status: (one) => [stateAt(one.life, now)],
  };
}

function describe(call: Call, input: Fields): Record<string, Xml> {
  const wanted = { kind: 'volume', ids: 'VolumeId', filters: volumeFilters(call.now) } as const;
  const { part, more } = page(select(call, input, wanted), input, 'VolumeId');
  const list = part.map((one) => ({
    volumeId: one.id,
    status: stateAt(one.life, call.now),
    createTime: new Date(one.createdAt).toISOString(),
    attachmentSet: items([{ volumeId: one.id, instanceId: one.instanceID, status: 'attached' }]),
    tagSet: tagSet(one.tags),
  }));
  return { volumeSet: items(list), ...more };
}

export const volumeOperations: Record<string, Ec2Operation> = {
  DescribeVolumes: {
    effect: 'read',
    input: { VolumeId: texts, Filter: filters, ...paging },
    authorize: onAll('ec2:DescribeVolumes'),
    run: describe,
  },
};
