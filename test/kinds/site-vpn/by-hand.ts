// SPDX-License-Identifier: GPL-3.0-or-later
/** What people do in AWS's console past the operator, and what they see there; in a region where nothing takes minutes. */
import { write } from '../../../src/clouds/aws/request.ts';
import { cloudWrites, rootOf } from '../../operator/bad-days/hands.ts';
import type { Running, WorldsOptions } from '../../operator/worlds.ts';
import { office, offices, siteVpns, type Office } from './office.ts';

/** Long enough that every state is met, short enough that nobody waits. */
export const brisk = {
  connectionCreate: 12_000,
  connectionModify: 12_000,
  connectionDelete: 6000,
  customerGatewayCreate: 2000,
  customerGatewayDelete: 1000,
  gatewayDelete: 1000,
  attach: 4000,
  detach: 4000,
  staticRoute: 2000,
};

export function briskOffices(options: WorldsOptions = {}): Office {
  return offices({ ...options, aws: { ...options.aws, ec2Times: { ...brisk, ...options.aws?.ec2Times } } });
}

export async function inEC2<T = unknown>(
  world: Office,
  action: string,
  input: Readonly<Record<string, unknown>>,
): Promise<T> {
  return rootOf(world).send<T>(write('ec2', action, input));
}

interface MadeGateway {
  readonly VpnGateway: { readonly VpnGatewayId: string };
}

/** A virtual private gateway that somebody else made, on the VPC. */
export async function theirGateway(world: Office, attached = true): Promise<string> {
  const { VpnGateway } = await inEC2<MadeGateway>(world, 'CreateVpnGateway', { Type: 'ipsec.1' });
  const { VpnGatewayId } = VpnGateway;
  if (attached) await inEC2(world, 'AttachVpnGateway', { VpnGatewayId, VpcId: world.vpc });
  await world.pass(10);
  return VpnGatewayId;
}

interface MadeCustomer {
  readonly CustomerGateway: { readonly CustomerGatewayId: string };
}

export async function theirCustomerGateway(world: Office, IpAddress: string, more: object = {}): Promise<string> {
  const input = { Type: 'ipsec.1', IpAddress, BgpAsn: 65_000, ...more };
  const { CustomerGateway } = await inEC2<MadeCustomer>(world, 'CreateCustomerGateway', input);
  await world.pass(3);
  return CustomerGateway.CustomerGatewayId;
}

interface MadeConnection {
  readonly VpnConnection: { readonly VpnConnectionId: string };
}

export async function theirConnection(
  world: Office,
  ends: { readonly VpnGatewayId: string; readonly CustomerGatewayId: string },
  Options: object = { StaticRoutesOnly: true },
): Promise<string> {
  const input = { Type: 'ipsec.1', ...ends, Options };
  const { VpnConnection } = await inEC2<MadeConnection>(world, 'CreateVpnConnection', input);
  await world.pass(14);
  return VpnConnection.VpnConnectionId;
}

/** The actions that the operator changed AWS with. */
export const written = (running: Running) => cloudWrites(running).map(({ call }) => call.action);

export const reasonOf = (world: Office, type = 'Stalled', name?: string) => {
  const found = world.status(name).conditions?.find((one) => one.type === type);
  return found?.status === 'True' || type !== 'Stalled' ? found?.reason : undefined;
};

export const messageOf = (world: Office, type = 'Stalled', name?: string) =>
  world.status(name).conditions?.find((one) => one.type === type)?.message ?? '';

/** An office that is Synced with both tunnels up. */
export async function working(world: Office, spec: object = {}, name = 'office'): Promise<void> {
  await world.apply(office(spec, name));
  await world.until(() => world.is('Synced', 'True', name), 300);
  for (const at of [0, 1] as const) world.tunnel(at, { status: 'UP' }, name);
  await world.until(() => world.status(name).tunnelsUp === '2/2', 120);
}

/** Changes a part of the spec, as `kubectl edit` does. */
export async function edit(world: Office, spec: object, name = 'office'): Promise<void> {
  await world.admin.patch(siteVpns, { namespace: 'default', name }, { type: 'merge', body: { spec } });
}

export const stopsAt = (world: Office, reason: string, name?: string) =>
  world.until(() => reasonOf(world, 'Stalled', name) === reason, 60);

/** Approves what `status.plan` shows, with the very hash of the message. */
export async function approve(world: Office, name?: string): Promise<void> {
  await world.annotate({ 'hybridcloud.dev/approve': world.status(name).plan?.hash ?? '' }, name);
}

/** Asks for a look with answers of now. */
export async function lookNow(world: Office, name?: string): Promise<void> {
  await world.annotate({ 'hybridcloud.dev/reconcile-at': new Date(world.clock.now()).toISOString() }, name);
}
