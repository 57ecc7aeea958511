// SPDX-License-Identifier: GPL-3.0-or-later
/** The truth about a region's instances, images, snapshots and security groups, for tests: what is deleted does not show. */
import { allTrue } from './entities.ts';
import { stateAt } from './life.ts';
import type { Ec2State, Image, Instance, SecurityGroup, Snapshot, Volume } from './state.ts';

type View<T extends { readonly tags: Instance['tags'] }> = Omit<T, 'tags' | 'life'> & {
  readonly tags: Readonly<Record<string, string>>;
  readonly state: string;
};

export interface MachinesView {
  /** Not those that are terminated. */
  readonly instances: readonly View<Instance>[];
  readonly volumes: readonly View<Volume>[];
  readonly images: readonly View<Image>[];
  readonly snapshots: readonly View<Snapshot>[];
  readonly securityGroups: readonly View<SecurityGroup>[];
}

export function machinesView(held: Ec2State, now: number): MachinesView {
  const living = <T extends Instance | Image | Snapshot | Volume>({ tags, life, ...rest }: T) => ({
    ...rest,
    tags: Object.fromEntries(tags),
    state: stateAt<string>(life, now) ?? 'gone',
  });
  const there = ({ state }: { state: string }): boolean => !['terminated', 'deregistered', 'gone'].includes(state);
  return {
    instances: allTrue(held, 'instance').map(living).filter(there),
    volumes: allTrue(held, 'volume').map(living).filter(there),
    images: allTrue(held, 'image').map(living).filter(there),
    snapshots: allTrue(held, 'snapshot').map(living),
    securityGroups: allTrue(held, 'security-group').map(({ tags, ...rest }) => ({
      ...rest,
      tags: Object.fromEntries(tags),
      state: 'available',
    })),
  };
}
