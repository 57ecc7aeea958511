// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What an account has before anybody sets up a VPN: a VPC of one's own with public and private subnets, and the region's default VPC; and devices
 * at the sites, which bring their tunnels up by themselves. For demonstrations.
 */
import type { NewDevice } from './device.ts';
import type { MadeVpc, NewVpc } from './network.ts';

interface Account {
  makeVpc(vpc: NewVpc): MadeVpc;
  makeDevice(device: NewDevice): void;
}

export interface RunbookNetworks {
  /** `MY-VPC`, 10.26.0.0/16: the main route table, then MY-PUBLIC-SUBNET-RTB and MY-PRIVATE-SUBNET-RTB in `routeTables`. */
  readonly mine: MadeVpc;
  /** As every account has it (VPC User Guide, "Default VPCs"): 172.31.0.0/16, one route table, no name. */
  readonly default: MadeVpc;
}

/** The ids are always the same, so that a manifest can name them. */
export const runbookIDs = {
  mine: 'vpc-0a26000000000001a',
  publicTable: 'rtb-0a26000000000002a',
  privateTable: 'rtb-0a26000000000003a',
  default: 'vpc-0def0000000000001',
  defaultElsewhere: 'vpc-0def0000000000003',
} as const;

export interface RunbookOptions {
  readonly region: string;
  /** One more region, which has its default VPC only. */
  readonly elsewhere?: string;
  /** Public addresses of sites whose device dials; default: the Libreswan runbook's. */
  readonly sites?: readonly string[];
  /** Milliseconds that a device takes for a tunnel; default 1 second. */
  readonly dialsForMs?: number;
}

export function seedRunbooks(account: Account, options: RunbookOptions): RunbookNetworks {
  const { region, elsewhere, sites = ['123.142.252.25'], dialsForMs = 1000 } = options;
  for (const ip of sites) account.makeDevice({ region, ip, dialsForMs });
  if (elsewhere !== undefined)
    account.makeVpc({ ...defaultVpc(elsewhere, ['a', 'c', 'd']), id: runbookIDs.defaultElsewhere });
  return { mine: account.makeVpc(myVpc(region)), default: account.makeVpc(defaultVpc(region)) };
}

function myVpc(region: string): NewVpc {
  const named = (Name: string) => ({ tags: { Name } });
  return {
    region,
    id: runbookIDs.mine,
    cidr: '10.26.0.0/16',
    ...named('MY-VPC'),
    subnets: [
      { cidr: '10.26.0.0/24', zone: `${region}a`, ...named('MY-PUBLIC-SUBNET-2A') },
      { cidr: '10.26.1.0/24', zone: `${region}c`, ...named('MY-PUBLIC-SUBNET-2C') },
      { cidr: '10.26.10.0/24', zone: `${region}a`, ...named('MY-PRIVATE-SUBNET-2A') },
      { cidr: '10.26.11.0/24', zone: `${region}c`, ...named('MY-PRIVATE-SUBNET-2C') },
    ],
    routeTables: [
      {
        id: runbookIDs.publicTable,
        ...named('MY-PUBLIC-SUBNET-RTB'),
        subnets: [0, 1],
        routes: [{ destination: '0.0.0.0/0', target: 'igw-0a26000000000004a' }],
      },
      { id: runbookIDs.privateTable, ...named('MY-PRIVATE-SUBNET-RTB'), subnets: [2, 3] },
    ],
  };
}

function defaultVpc(region: string, zones = ['a', 'b', 'c', 'd']): NewVpc {
  return {
    region,
    id: runbookIDs.default,
    cidr: '172.31.0.0/16',
    isDefault: true,
    subnets: zones.map((zone, n) => ({ cidr: `172.31.${n * 16}.0/20`, zone: `${region}${zone}` })),
    routeTables: [{ main: true, routes: [{ destination: '0.0.0.0/0', target: 'igw-0def0000000000002' }] }],
  };
}
