// SPDX-License-Identifier: GPL-3.0-or-later
import type * as EC2 from '@aws-sdk/client-ec2';
import type { Tags } from '../../../core/owner-mark.ts';
import type { Scope } from '../../../core/scope.ts';
import { read, type AwsRequest } from '../request.ts';
import type { AwsSession } from '../session.ts';
import type { AgeLimit } from '../iam/users.ts';
import { changedBy, vpnLooks } from './vpn-looks.ts';
import { routeTableOf, vpcOf } from './vpn-readings.ts';
import type { RouteTable, Vpc } from './vpn.ts';

/** The largest pages that these two give (API reference, DescribeVpcs and DescribeRouteTables). */
const vpcsPerPage = 1000;
const tablesPerPage = 100;
/** A filter takes 200 values (EC2 User Guide, "Filter using the API"). */
const valuesPerFilter = 200;

/** VPCs whose tables are wanted, and those that the newest look asks for. */
class NamedTables {
  readonly named: Set<string>;
  asked: ReadonlySet<string>;

  constructor(saved: readonly (readonly string[])[] = []) {
    const [named = [], asked = []] = saved;
    this.named = new Set(named);
    this.asked = new Set(asked);
  }

  save(): readonly (readonly string[])[] {
    return [[...this.named], [...this.asked]];
  }
}

function tablesIn({ memory }: AwsSession): NamedTables {
  return memory.get('ec2/named-tables', (saved) => new NamedTables(saved as readonly (readonly string[])[]));
}

/** How a VPC is chosen: by id, or by tags that it has, all of them. */
export type VpcChoice = { readonly id: string } | { readonly tags: Tags };

function isChosen(vpc: Vpc, choice: VpcChoice): boolean {
  if ('id' in choice) return vpc.id === choice.id;
  const wanted = Object.entries(choice.tags);
  return wanted.length > 0 && wanted.every(([key, value]) => vpc.tags[key] === value);
}

/** VPCs and route tables of one account and region, which nobody here makes: one look at each serves any number of objects. */
export class Networks {
  readonly #session: AwsSession;
  readonly #scope: Scope;

  constructor(session: AwsSession, scope: Scope) {
    this.#session = session;
    this.#scope = scope;
  }

  /** Those that are chosen: none, one, or several that have the tags, by id. Shared ones of other accounts are among them. */
  async vpcs(choice: VpcChoice, { maxAgeMs }: AgeLimit): Promise<readonly Vpc[]> {
    const all = await this.#session.looks.get(vpnLooks.vpcs, maxAgeMs, () => this.#allVpcs());
    return all.filter((vpc) => isChosen(vpc, choice)).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** By id. All VPCs that were ever named here are asked for together. */
  async routeTables(vpc: string, { maxAgeMs }: AgeLimit): Promise<readonly RouteTable[]> {
    const { looks } = this.#session;
    const tables = tablesIn(this.#session);
    tables.named.add(vpc);
    if (!tables.asked.has(vpc)) looks.drop(vpnLooks.routeTables);
    const found = await looks.get(vpnLooks.routeTables, maxAgeMs, () => {
      tables.asked = new Set(tables.named);
      return this.#tablesOf([...tables.asked].sort());
    });
    return found.filter((table) => table.vpc === vpc).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** One, asked anew: for what takes away. */
  async freshTable(id: string): Promise<RouteTable | undefined> {
    const { RouteTables = [] } = await this.#session.send<EC2.DescribeRouteTablesCommandOutput>(
      read('ec2', 'DescribeRouteTables', { Filters: [{ Name: 'route-table-id', Values: [id] }] }),
      this.#scope,
    );
    return RouteTables.map(routeTableOf).find((table) => table.id === id);
  }

  /** Sends a write and forgets what it may have changed. */
  async write(request: AwsRequest): Promise<void> {
    try {
      await this.#session.send(request, this.#scope);
    } finally {
      for (const look of changedBy(request.action)) this.#session.looks.drop(look);
    }
  }

  async #allVpcs(): Promise<readonly Vpc[]> {
    const found: EC2.Vpc[] = [];
    let token: string | undefined;
    do {
      const input = { MaxResults: vpcsPerPage, ...(token === undefined ? {} : { NextToken: token }) };
      const page: EC2.DescribeVpcsCommandOutput = await this.#session.send(read('ec2', 'DescribeVpcs', input));
      found.push(...(page.Vpcs ?? []));
      token = page.NextToken || undefined;
    } while (token !== undefined);
    return found.map(vpcOf);
  }

  async #tablesOf(vpcs: readonly string[]): Promise<readonly RouteTable[]> {
    const found: EC2.RouteTable[] = [];
    for (let at = 0; at < vpcs.length; at += valuesPerFilter) {
      const Filters = [{ Name: 'vpc-id', Values: vpcs.slice(at, at + valuesPerFilter) }];
      let token: string | undefined;
      do {
        const input = { Filters, MaxResults: tablesPerPage, ...(token === undefined ? {} : { NextToken: token }) };
        const page: EC2.DescribeRouteTablesCommandOutput = await this.#session.send(
          read('ec2', 'DescribeRouteTables', input),
        );
        found.push(...(page.RouteTables ?? []));
        token = page.NextToken || undefined;
      } while (token !== undefined);
    }
    return found.map(routeTableOf);
  }
}
