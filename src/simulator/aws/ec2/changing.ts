// SPDX-License-Identifier: GPL-3.0-or-later
/** What EC2 refuses while something is on its way: both refusals go away by waiting. */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { allTrue, regionOf } from './entities.ts';
import { stateAt } from './life.ts';

const settled = new Set<string | undefined>(['available', 'deleted', 'attached', 'detached', undefined]);

/**
 * AttachVpnGateway and DetachVpnGateway, while a connection of the gateway is being made or deleted: the code says nothing of it
 * (hashicorp/terraform-provider-aws#11720).
 */
export function refuseWhilePending(call: Call, vpnGatewayID: string): void {
  const pending = allTrue(regionOf(call), 'vpn-connection').some(
    (one) =>
      one.vpnGatewayID === vpnGatewayID && ['pending', 'deleting'].includes(stateAt(one.life, call.now) ?? 'deleted'),
  );
  if (pending)
    throw new AwsError(
      'InvalidParameterValue',
      'This call cannot be completed because there are pending VPNs or Virtual Interfaces',
    );
}

/**
 * VpnConnectionLimitExceeded and VpnGatewayLimitExceeded also mean that too much of the region's VPNs changes at the same time; only the words
 * tell (ansible's ec2_vpc_vgw and terraform-provider-aws wait for these very words). AWS does not say how many are too many.
 */
export function refuseTooManyChanging(call: Call, code: string): void {
  const held = regionOf(call);
  const states = [
    ...allTrue(held, 'vpn-connection').map(({ life }) => stateAt(life, call.now)),
    ...allTrue(held, 'vpn-gateway').flatMap(({ life, attachment }) => [
      stateAt(life, call.now),
      attachment && stateAt(attachment.life, call.now),
    ]),
  ];
  const most = call.world.state.accounts.get(call.principal.account)?.quotas.mutatingVpnObjects;
  if (most !== undefined && states.filter((state) => !settled.has(state)).length >= most)
    throw new AwsError(code, 'The maximum number of mutating objects has been reached.');
}
