// SPDX-License-Identifier: GPL-3.0-or-later
/** What the world looks like once a step is done or an event happened; the same object when it already shows. Pure. */
import { ownerTag } from '../../core/owner-mark.ts';
import { isStep, type Event } from '../../core/step.ts';
import { shown } from '../shown.ts';
import { afterConnection } from './after-connection.ts';
import { afterEvent } from './after-event.ts';
import { edited, retagged, untagged, without } from './edits.ts';
import { isLive } from './marks.ts';
import type { Observed } from './observed.ts';
import { afterPush } from './push/after.ts';
import { afterRouter } from './openstack/after.ts';
import type { ConnectionStep, CustomerGatewayStep, FilesStep, GatewayStep, SiteVpnStep, TableStep } from './steps.ts';

function afterGateway(world: Observed, step: GatewayStep): Observed {
  const { gateways } = world;
  const set = (next: Observed['gateways']): Observed => (next === gateways ? world : { ...world, gateways: next });
  switch (step.do) {
    case 'CreateVpnGateway': {
      const there = gateways.find((one) => isLive(one) && one.tags[ownerTag] === step.tags[ownerTag]);
      const { amazonASN = 64_512, tags } = step;
      const id = '<virtual private gateway>';
      if (there) return shown(world, there);
      return set([...gateways, { id, state: 'available', amazonASN, attachments: [], tags }]);
    }
    case 'AdoptVpnGateway':
      return set(edited(gateways, step.gateway, retagged(step.tags)));
    case 'ReleaseVpnGateway':
      return set(edited(gateways, step.gateway, untagged(step.tags)));
    case 'AttachVpnGateway': {
      const { vpc } = step;
      return set(
        edited(gateways, step.gateway, (one) =>
          one.attachments.some((at) => at.vpc === vpc) ? one : { ...one, attachments: [{ vpc, state: 'attaching' }] },
        ),
      );
    }
    case 'DetachVpnGateway':
      return set(
        edited(gateways, step.gateway, (one) =>
          one.attachments.every(({ state }) => state === 'detaching')
            ? one
            : { ...one, attachments: one.attachments.map(({ vpc }) => ({ vpc, state: 'detaching' })) },
        ),
      );
    case 'DeleteVpnGateway':
      return set(without(gateways, step.gateway));
  }
}

function afterCustomerGateway(world: Observed, step: CustomerGatewayStep): Observed {
  const { customerGateways } = world;
  const set = (next: Observed['customerGateways']): Observed =>
    next === customerGateways ? world : { ...world, customerGateways: next };
  switch (step.do) {
    case 'CreateCustomerGateway': {
      const { ip, asn, deviceName, tags } = step;
      const there = customerGateways.find(
        (one) => isLive(one) && one.ip === ip && one.asn === asn && one.tags[ownerTag] === tags[ownerTag],
      );
      const id = `<customer gateway ${ip} ${asn}>`;
      if (there) return shown(world, there);
      return set([...customerGateways, { id, state: 'available', ip, asn, deviceName, tags }]);
    }
    case 'AdoptCustomerGateway':
    case 'TagCustomerGateway':
      return set(edited(customerGateways, step.customerGateway, retagged(step.tags)));
    case 'ReleaseCustomerGateway':
      return set(edited(customerGateways, step.customerGateway, untagged(step.tags)));
    case 'DeleteCustomerGateway':
      return set(without(customerGateways, step.customerGateway));
  }
}

function afterTable(world: Observed, step: TableStep): Observed {
  const { gateway } = step;
  const tables = edited(world.tables, step.table, (table) => {
    const { routes, propagating } = table;
    const mine = (cidr: string) =>
      routes.some(
        ({ destination, target, origin }) => destination === cidr && target === gateway && origin === 'CreateRoute',
      );
    switch (step.do) {
      case 'EnablePropagation':
        return propagating.includes(gateway) ? table : { ...table, propagating: [...propagating, gateway].toSorted() };
      case 'DisablePropagation':
        return propagating.includes(gateway)
          ? { ...table, propagating: propagating.filter((one) => one !== gateway) }
          : table;
      case 'CreateRoute':
        return mine(step.cidr)
          ? table
          : {
              ...table,
              routes: [...routes, { destination: step.cidr, target: gateway, origin: 'CreateRoute', state: 'active' }],
            };
      case 'DeleteRoute':
        return mine(step.cidr)
          ? {
              ...table,
              routes: routes.filter(
                (one) => !(one.destination === step.cidr && one.target === gateway && one.origin === 'CreateRoute'),
              ),
            }
          : table;
    }
  });
  return tables === world.tables ? world : { ...world, tables };
}

function afterFiles(world: Observed, step: FilesStep): Observed {
  const { files } = world;
  if (step.do === 'RemoveGatewayFiles')
    return files.found === 'absent' ? world : { ...world, files: { found: 'absent' } };
  const { secret, digestOfInputs: digest } = step;
  const there = files.found === 'ours' && files.secret === secret && files.digest === digest && files.intact;
  return there ? world : { ...world, files: { found: 'ours', secret, digest, deliveredAt: world.now, intact: true } };
}

const onGateways = new Set<SiteVpnStep['do']>([
  'CreateVpnGateway',
  'AdoptVpnGateway',
  'ReleaseVpnGateway',
  'AttachVpnGateway',
  'DetachVpnGateway',
  'DeleteVpnGateway',
]);
const onCustomers = new Set<SiteVpnStep['do']>([
  'CreateCustomerGateway',
  'AdoptCustomerGateway',
  'TagCustomerGateway',
  'ReleaseCustomerGateway',
  'DeleteCustomerGateway',
]);

export function after(world: Observed, change: SiteVpnStep | Event): Observed {
  if (!isStep<SiteVpnStep>(change)) return afterEvent(world, change);
  if (onGateways.has(change.do)) return afterGateway(world, change as GatewayStep);
  if (onCustomers.has(change.do)) return afterCustomerGateway(world, change as CustomerGatewayStep);
  if ('table' in change) return afterTable(world, change);
  if ('url' in change) return afterPush(world, change);
  if ('router' in change) return afterRouter(world, change);
  if (change.do === 'DeliverGatewayFiles' || change.do === 'RemoveGatewayFiles') return afterFiles(world, change);
  return afterConnection(world, change as ConnectionStep);
}
