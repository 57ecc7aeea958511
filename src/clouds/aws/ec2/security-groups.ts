// SPDX-License-Identifier: GPL-3.0-or-later
import type * as EC2 from '@aws-sdk/client-ec2';
import type { Scope } from '../../../core/scope.ts';
import type { SecurityGroup, Subnet } from './machine.ts';
import { markedFilter, MarkedThings } from './marked-things.ts';
import { read, type AwsRequest } from '../request.ts';
import { rulesOf } from './security-group-rules.ts';
import type { AwsSession } from '../session.ts';
import { fromTagList } from '../tags.ts';
import type { AgeLimit } from '../iam/users.ts';

function groupOf(found: EC2.SecurityGroup): SecurityGroup {
  return {
    id: found.GroupId ?? '',
    name: found.GroupName ?? '',
    vpc: found.VpcId ?? '',
    openings: (found.IpPermissions ?? []).flatMap((one) => rulesOf(one, found.OwnerId)),
    tags: fromTagList(found.Tags),
  };
}

/** Security groups of one account and region that bear a mark, and others by name; and the subnets of a VPC. */
export class SecurityGroups {
  readonly #session: AwsSession;
  readonly #scope: Scope;
  readonly #marked: MarkedThings<SecurityGroup>;

  constructor(session: AwsSession, scope: Scope) {
    this.#session = session;
    this.#scope = scope;
    this.#marked = new MarkedThings(session, 'security-groups', () => this.#describe([markedFilter]));
  }

  async of(uid: string, age: AgeLimit): Promise<readonly SecurityGroup[]> {
    return this.#marked.of(uid, age);
  }

  /** Whosever, asked anew: what would stand in the way of a create. */
  async named(vpc: string, names: readonly string[]): Promise<readonly SecurityGroup[]> {
    const Filters = [
      { Name: 'vpc-id', Values: [vpc] },
      { Name: 'group-name', Values: [...names] },
    ];
    return this.#describe(Filters, this.#scope);
  }

  async fresh(id: string): Promise<SecurityGroup | undefined> {
    return (await this.#describe([{ Name: 'group-id', Values: [id] }], this.#scope))[0];
  }

  async subnets(vpc: string, { maxAgeMs }: AgeLimit): Promise<readonly Subnet[]> {
    return this.#session.looks.get(`ec2/subnets/${vpc}`, maxAgeMs, async () => {
      const Filters = [{ Name: 'vpc-id', Values: [vpc] }];
      const found = await this.#session.send<EC2.DescribeSubnetsCommandOutput>(
        read('ec2', 'DescribeSubnets', { Filters }),
      );
      const all = (found.Subnets ?? []).map((one) => ({
        id: one.SubnetId ?? '',
        vpc: one.VpcId ?? '',
        zone: one.AvailabilityZone ?? '',
      }));
      return all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    });
  }

  /** The region's default VPC, where it has one. */
  async defaultVpcs({ maxAgeMs }: AgeLimit): Promise<readonly { readonly id: string }[]> {
    return this.#session.looks.get('ec2/default-vpcs', maxAgeMs, async () => {
      const Filters = [{ Name: 'is-default', Values: ['true'] }];
      const { Vpcs = [] } = await this.#session.send<EC2.DescribeVpcsCommandOutput>(
        read('ec2', 'DescribeVpcs', { Filters }),
      );
      return Vpcs.map(({ VpcId: id = '' }) => ({ id }));
    });
  }

  /** @param id Of what is changed; a create has none. */
  async write(request: AwsRequest, id?: string): Promise<void> {
    const made = await this.#marked.write(id, () =>
      this.#session.send<EC2.CreateSecurityGroupCommandOutput>(request, this.#scope),
    );
    const input = request.input as unknown as EC2.CreateSecurityGroupRequest;
    const { GroupId, Tags } = made;
    if (id === undefined && GroupId !== undefined)
      this.#marked.remember({
        id: GroupId,
        name: input.GroupName ?? '',
        vpc: input.VpcId ?? '',
        openings: [],
        tags: fromTagList(Tags ?? input.TagSpecifications?.[0]?.Tags),
      });
  }

  async #describe(Filters: EC2.Filter[], scope?: Scope): Promise<readonly SecurityGroup[]> {
    const { SecurityGroups: found = [] } = await this.#session.send<EC2.DescribeSecurityGroupsCommandOutput>(
      read('ec2', 'DescribeSecurityGroups', { Filters }),
      scope,
    );
    return found.map(groupOf);
  }
}
