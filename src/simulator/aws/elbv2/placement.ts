// SPDX-License-Identifier: GPL-3.0-or-later
/** Where a load balancer stands. Sources beside each refusal. */
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { allTrue, ec2Of } from '../ec2/entities.ts';
import { AwsError } from '../errors.ts';

/** ELB User Guide, "Subnets for your load balancer": at least two zones, one subnet of each, all of one VPC. */
export function placeOf(call: Call, given: readonly string[]): { vpcID: string; subnets: readonly string[] } {
  const held = ec2Of(call.world.state, call.principal.account, call.route.region);
  const found = [...new Set(given)].map((id) => {
    const subnet = truth(held.subnets.get(id));
    // API_CreateLoadBalancer: SubnetNotFound, "The specified subnet does not exist."
    if (!subnet) throw new AwsError('SubnetNotFound', `The subnet ID '${id}' does not exist`);
    return subnet;
  });
  const [first] = found;
  // the words: aws/aws-cdk examples#226, kasmtech/terraform#5
  if (!first || found.length < 2)
    throw new AwsError('ValidationError', 'At least two subnets in two different Availability Zones must be specified');
  // the words: robertdebock/terraform-aws-vault#5
  if (new Set(found.map(({ zone }) => zone)).size < found.length)
    throw new AwsError(
      'InvalidConfigurationRequest',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    );
  if (found.some(({ vpcID }) => vpcID !== first.vpcID))
    throw new AwsError('InvalidConfigurationRequest', 'All subnets must belong to the same VPC');
  return { vpcID: first.vpcID, subnets: found.map(({ id }) => id) };
}

/** None given: the VPC's default one. API_CreateLoadBalancer: InvalidSecurityGroup, "The specified security group does not exist." */
export function securityGroupsOf(call: Call, given: readonly string[], vpcID: string): readonly string[] {
  const held = ec2Of(call.world.state, call.principal.account, call.route.region);
  for (const id of given) {
    const group = truth(held.securityGroups.get(id));
    if (group?.vpcID !== vpcID) throw new AwsError('InvalidSecurityGroup', 'One or more security groups are invalid');
  }
  if (given.length > 0) return [...new Set(given)];
  return allTrue(held, 'security-group').flatMap((one) =>
    one.vpcID === vpcID && one.name === 'default' ? [one.id] : [],
  );
}
