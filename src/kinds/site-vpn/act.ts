// SPDX-License-Identifier: GPL-3.0-or-later
import { isUnknownToEC2 } from '../../clouds/aws/ec2/errors.ts';
import { codeOf } from '../../clouds/aws/errors.ts';
import type { Actions } from '../../core/kind.ts';
import { mayDisrupt } from '../../core/maintenance.ts';
import { changed } from '../changed.ts';
import type { Clouds } from './connect.ts';
import { carriesTraffic, isLastUp } from './disruption.ts';
import { deliverFiles, removeFiles } from './deliver.ts';
import { mustBeAdoptable, mustBeUnused, mustHave, ourConnection, ourCustomerGateway, ourGateway } from './fresh.ts';
import { gatewayOwner, isLive, isMine, markedVPC } from './marks.ts';
import { isOn } from './plan/gateway.ts';
import { isOurRoute } from './plan/tables.ts';
import { keysFor } from './preshared-keys.ts';
import { pushActions } from './push/act.ts';
import { routerActions } from './openstack/act.ts';
import { requestOf, type Ec2Step } from './requests.ts';
import type { SiteVpnStep } from './steps.ts';

type Do<Name extends SiteVpnStep['do']> = Extract<SiteVpnStep, { do: Name }>;

async function send({ vpns }: Clouds, step: Ec2Step): Promise<void> {
  await vpns.write(requestOf(step));
}

/** What is gone is as good as taken away. */
async function takeAway(clouds: Clouds, step: Ec2Step): Promise<void> {
  await send(clouds, step).catch((error: unknown) => {
    if (!isUnknownToEC2(codeOf(error))) throw error;
  });
}

/** It has no client token: whoever looked before may have seen too little. */
async function createGateway(clouds: Clouds, step: Do<'CreateVpnGateway'>): Promise<void> {
  const owner = gatewayOwner(clouds.owner, step.vpc);
  const there = (await clouds.vpns.gateways({ maxAgeMs: 0 })).filter(isLive);
  if (there.some((one) => isOn(one, step.vpc) || isMine(one, owner)))
    throw changed(`VPC ${step.vpc} has a virtual private gateway by now`);
  await send(clouds, step);
}

async function detachGateway(clouds: Clouds, step: Do<'DetachVpnGateway'>): Promise<void> {
  const gateway = await ourGateway(clouds, step.gateway, step.vpc);
  if (!gateway || !isOn(gateway, step.vpc)) return;
  await mustBeUnused(clouds, { gateway: step.gateway });
  await takeAway(clouds, step);
}

async function deleteGateway(clouds: Clouds, step: Do<'DeleteVpnGateway'>): Promise<void> {
  const gateway = await ourGateway(clouds, step.gateway);
  if (!gateway) return;
  if (gateway.attachments.some(({ state }) => state !== 'detached'))
    throw changed(`virtual private gateway ${step.gateway} is attached; it was not touched`);
  await mustBeUnused(clouds, { gateway: step.gateway });
  await takeAway(clouds, step);
}

/** AWS answers with somebody else's of the same address, ASN and device name, and then sets no mark. */
async function createCustomerGateway(clouds: Clouds, step: Do<'CreateCustomerGateway'>): Promise<void> {
  const { customerGateway } = await clouds.vpns.write(requestOf(step));
  if (!customerGateway || !isMine(customerGateway, clouds.owner))
    throw changed(
      `AWS answered with customer gateway ${customerGateway?.id ?? ''}, which is not ours; it was not touched`,
    );
}

async function deleteCustomerGateway(clouds: Clouds, step: Do<'DeleteCustomerGateway'>): Promise<void> {
  const found = await ourCustomerGateway(clouds, step.customerGateway);
  if (!found) return;
  if (found.ip !== step.ip) throw changed(`customer gateway ${found.id} has another address than was planned for`);
  await mustBeUnused(clouds, { customerGateway: found.id });
  await takeAway(clouds, step);
}

/** AWS answers with the connection that both gateways have already, whoever's it is. */
async function createConnection(clouds: Clouds, step: Do<'CreateVpnConnection'>): Promise<void> {
  const { vpns, owner } = clouds;
  const { gateway, customerGateway } = step;
  const [there] = (await vpns.connectionsOn({ gateway, customerGateway })).filter(isLive);
  if (there) throw changed(`VPN connection ${there.id} is there by now`);
  const keys = await keysFor(clouds, step.own);
  const { connection } = await vpns.write(requestOf(step, keys));
  if (!connection || !isMine(connection, owner))
    throw changed(`AWS answered with VPN connection ${connection?.id ?? ''}, which is not ours; it was not touched`);
}

async function changeConnection(clouds: Clouds, step: Do<'TagVpnConnection' | 'CreateStaticRoute'>): Promise<void> {
  mustHave(await ourConnection(clouds, step.connection), `VPN connection ${step.connection}`);
  await send(clouds, step);
}

/** Both tunnels go down for it. AWS refuses a second one: it is there, and does not show yet. */
async function moveConnection(clouds: Clouds, step: Do<'MoveVpnConnection'>): Promise<void> {
  const found = mustHave(await ourConnection(clouds, step.connection), `VPN connection ${step.connection}`);
  if (found.customerGateway === step.customerGateway) return;
  await send(clouds, step).catch((error: unknown) => {
    if (codeOf(error) !== 'InvalidParameterCombination') throw error;
  });
}

/** Both tunnels go down for it. A spec that says when has said so: the engine keeps to that. */
async function setSelectors(clouds: Clouds, step: Do<'SetTrafficSelectors'>): Promise<void> {
  const connection = mustHave(await ourConnection(clouds, step.connection), `VPN connection ${step.connection}`);
  const agreed = clouds.spec.maintenance !== undefined && step.risk === 'disrupts';
  if (carriesTraffic(connection) && !agreed && !isAllowed(clouds))
    throw changed('a tunnel came up that this would interrupt; it was not touched');
  await send(clouds, step);
}

async function leaveConnection(clouds: Clouds, step: Do<'ReleaseVpnConnection' | 'DeleteStaticRoute'>): Promise<void> {
  if (await ourConnection(clouds, step.connection)) await takeAway(clouds, step);
}

function isAllowed({ object, outside }: Clouds): boolean {
  return mayDisrupt(object.metadata.annotations ?? {}, outside.clock.now());
}

/** A tunnel that carries traffic is interrupted only while the other one carries it, too, or a person takes it. */
async function modifyTunnel(clouds: Clouds, step: Do<'ModifyTunnel'>): Promise<void> {
  const connection = mustHave(await ourConnection(clouds, step.connection), `VPN connection ${step.connection}`);
  if (connection.state !== 'available') throw changed(`VPN connection ${connection.id} is being changed`);
  if (isLastUp(connection, step.outsideIP) && !isAllowed(clouds))
    throw changed('the other tunnel went down; this one was not touched');
  await clouds.vpns.write(requestOf(step, await keysFor(clouds, [step])));
}

async function deleteConnection(clouds: Clouds, step: Do<'DeleteVpnConnection'>): Promise<void> {
  const found = await ourConnection(clouds, step.connection);
  if (!found) return;
  if (found.customerGateway !== step.customerGateway)
    throw changed(`VPN connection ${found.id} is on another customer gateway than was planned for`);
  await takeAway(clouds, step);
}

async function onTable({ networks }: Clouds, step: Do<'EnablePropagation' | 'CreateRoute'>): Promise<void> {
  await networks.write(requestOf(step));
}

/** A route that leads elsewhere by now is somebody else's. */
async function offTable({ networks }: Clouds, step: Do<'DisablePropagation' | 'DeleteRoute'>): Promise<void> {
  const table = await networks.freshTable(step.table);
  const there =
    step.do === 'DeleteRoute'
      ? table?.routes.some((one) => one.destination === step.cidr && isOurRoute(one, step.gateway))
      : table?.propagating.includes(step.gateway);
  if (there) await networks.write(requestOf(step));
}

export const act: Actions<SiteVpnStep, Clouds> = {
  CreateVpnGateway: createGateway,
  AdoptVpnGateway: async (clouds, step) => {
    const owner = gatewayOwner(clouds.owner, markedVPC(step.tags));
    mustBeAdoptable(clouds, owner, await clouds.vpns.freshGateway(step.gateway));
    await send(clouds, step);
  },
  AttachVpnGateway: async (clouds, step) => {
    const found = await ourGateway(clouds, step.gateway, step.vpc);
    // a sibling may have done it
    if (!isOn(mustHave(found, `virtual private gateway ${step.gateway}`), step.vpc)) await send(clouds, step);
  },
  DetachVpnGateway: detachGateway,
  ReleaseVpnGateway: async (clouds, step) => {
    if (await ourGateway(clouds, step.gateway)) await takeAway(clouds, step);
  },
  DeleteVpnGateway: deleteGateway,
  CreateCustomerGateway: createCustomerGateway,
  AdoptCustomerGateway: async (clouds, step) => {
    mustBeAdoptable(clouds, clouds.owner, await clouds.vpns.freshCustomerGateway(step.customerGateway));
    await send(clouds, step);
  },
  TagCustomerGateway: async (clouds, step) => {
    mustHave(await ourCustomerGateway(clouds, step.customerGateway), `customer gateway ${step.customerGateway}`);
    await send(clouds, step);
  },
  ReleaseCustomerGateway: async (clouds, step) => {
    if (await ourCustomerGateway(clouds, step.customerGateway)) await takeAway(clouds, step);
  },
  DeleteCustomerGateway: deleteCustomerGateway,
  CreateVpnConnection: createConnection,
  AdoptVpnConnection: async (clouds, step) => {
    mustBeAdoptable(clouds, clouds.owner, await clouds.vpns.freshConnection(step.connection));
    await send(clouds, step);
  },
  TagVpnConnection: changeConnection,
  MoveVpnConnection: moveConnection,
  SetTrafficSelectors: setSelectors,
  ModifyTunnel: modifyTunnel,
  CreateStaticRoute: changeConnection,
  DeleteStaticRoute: leaveConnection,
  ReleaseVpnConnection: leaveConnection,
  DeleteVpnConnection: deleteConnection,
  EnablePropagation: onTable,
  DisablePropagation: offTable,
  CreateRoute: onTable,
  DeleteRoute: offTable,
  DeliverGatewayFiles: deliverFiles,
  RemoveGatewayFiles: removeFiles,
  ...pushActions,
  ...routerActions,
};
