// SPDX-License-Identifier: GPL-3.0-or-later
/** The network that an account has before anybody calls: for tests and demonstrations, visible at once. */
import { versioned } from '../../kernel/versioned.ts';
import type { AwsState } from '../state.ts';
import { ec2Of, freshID, newID } from './entities.ts';
import { defaultGroup } from './security-groups.ts';
import type { Route, RouteTable } from './state.ts';

export interface NewSubnet {
  readonly cidr: string;
  readonly id?: string;
  /** Default: the region's zone `a`. */
  readonly zone?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface NewRouteTable {
  readonly id?: string;
  readonly main?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
  /** Indexes into the VPC's `subnets`. */
  readonly subnets?: readonly number[];
  /** Besides the local one; a target is the id of a gateway, an interface, a connection. */
  readonly routes?: readonly { readonly destination: string; readonly target: string }[];
}

export interface NewVpc {
  readonly region: string;
  readonly cidr: string;
  readonly id?: string;
  readonly isDefault?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
  readonly subnets?: readonly NewSubnet[];
  /** Where none of them is the main one, a main one is made besides. */
  readonly routeTables?: readonly NewRouteTable[];
}

export interface MadeVpc {
  readonly id: string;
  readonly mainRouteTable: string;
  /** Ids, in the order given. */
  readonly routeTables: readonly string[];
  readonly subnets: readonly string[];
}

export function makeVpc(state: AwsState, { account, now }: { account: string; now: number }, given: NewVpc): MadeVpc {
  const held = ec2Of(state, account, given.region);
  const id = given.id ?? newID(state.random, 'vpc');
  const tags = Object.entries(given.tags ?? {});
  held.vpcs.set(id, versioned({ id, cidr: given.cidr, isDefault: given.isDefault ?? false, tags }, now));
  const group = defaultGroup(id);
  held.securityGroups.set(group.id, versioned(group, now));
  const subnets = (given.subnets ?? []).map((subnet) => {
    const made = {
      id: subnet.id ?? newID(state.random, 'subnet'),
      vpcID: id,
      cidr: subnet.cidr,
      zone: subnet.zone ?? `${given.region}a`,
      tags: Object.entries(subnet.tags ?? {}),
    };
    held.subnets.set(made.id, versioned(made, now));
    return made.id;
  });
  const table = (one: NewRouteTable): string => {
    const made = newRouteTable(state, { vpcID: id, cidr: given.cidr, subnets }, one);
    held.routeTables.set(made.id, versioned(made, now));
    return made.id;
  };
  const wanted = given.routeTables ?? [];
  const main = wanted.findIndex((one) => one.main);
  const own = main < 0 ? table({ main: true }) : undefined;
  const routeTables = wanted.map((one, i) => table({ ...one, main: i === main }));
  return { id, mainRouteTable: own ?? routeTables[main] ?? '', routeTables, subnets };
}

export function newRouteTable(
  state: AwsState,
  vpc: { vpcID: string; cidr: string; subnets: readonly string[] },
  given: NewRouteTable,
): RouteTable {
  const local: Route = { destination: vpc.cidr, target: 'local', origin: 'CreateRouteTable' };
  const more = (given.routes ?? []).map((route): Route => ({ ...route, origin: 'CreateRoute' }));
  const associated = (given.subnets ?? []).map((index) => vpc.subnets[index] ?? '');
  const names = given.main ? ['main', ...associated] : associated;
  return {
    id: given.id ?? newID(state.random, 'route-table'),
    vpcID: vpc.vpcID,
    main: given.main ?? false,
    tags: Object.entries(given.tags ?? {}),
    associations: Object.fromEntries(names.map((name) => [name, freshID(state.random, 'rtbassoc')])),
    routes: [local, ...more],
    propagating: [],
  };
}
