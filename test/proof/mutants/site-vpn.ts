// SPDX-License-Identifier: GPL-3.0-or-later
/** Bugs of SiteVpn: what is concluded, what is sent, and what is looked at before. */
import type { VpnConnection } from '../../../src/clouds/aws/ec2/vpn.ts';
import { markOf } from '../../../src/core/owner-mark.ts';
import type { AnyKind } from '../../../src/kinds/index.ts';
import { siteVpn } from '../../../src/kinds/site-vpn/index.ts';
import { gatewayOwner } from '../../../src/kinds/site-vpn/marks.ts';
import { keysFor } from '../../../src/kinds/site-vpn/preshared-keys.ts';
import { requestOf } from '../../../src/kinds/site-vpn/requests.ts';
import { theirRoute } from '../oracles/vpn-site.ts';
import type { Mutant } from './mutant.ts';

type Kind = typeof siteVpn;
type Act = Kind['act'];
type PlanOf = Kind['plan'];
type Observed = Parameters<PlanOf>[1];
type Desired = Parameters<PlanOf>[0];
type AnyStep = ReturnType<PlanOf>['steps'][number];

function kindWith(change: Partial<Kind>): { readonly kind: AnyKind } {
  return { kind: { ...siteVpn, ...change } as unknown as AnyKind };
}

function planning(change: (plan: ReturnType<PlanOf>, desired: Desired, observed: Observed) => object) {
  return kindWith({
    plan: (desired, observed) => {
      const plan = siteVpn.plan(desired, observed);
      return { ...plan, ...change(plan, desired, observed) };
    },
  });
}

function seeing(change: (observed: Observed, desired: Desired) => Observed): { readonly kind: AnyKind } {
  return kindWith({ plan: (desired, observed) => siteVpn.plan(desired, change(observed, desired)) });
}

function acting(change: Partial<Act>): { readonly kind: AnyKind } {
  return kindWith({ act: { ...siteVpn.act, ...change } });
}

const without = (...names: readonly AnyStep['do'][]) =>
  planning(({ steps }) => ({ steps: steps.filter((step) => !names.includes(step.do)) }));

/** As if nobody had to be asked: neither for what is taken over, nor for what takes the place of something. */
const unapproved = (...names: readonly AnyStep['do'][]) =>
  planning(({ steps }) => ({
    steps: steps.map((step) => {
      if (!names.includes(step.do)) return step;
      const { needs: _needs, ...rest } = step;
      return { ...rest, effect: 'update' };
    }),
  }));

function up(connection: VpnConnection): VpnConnection {
  const tunnels = connection.tunnels.map((tunnel) => ({
    ...tunnel,
    telemetry: { ...tunnel.telemetry, status: 'UP' as const },
  }));
  return { ...connection, state: 'available', tunnels };
}

/** As if tunnels were always up, and files no reason to wait. */
const atOncePlanned: PlanOf = (desired, observed) => {
  const seen = { ...observed, connections: observed.connections.map(up) };
  const plan = siteVpn.plan(desired, seen);
  const step = plan.steps.find((one) => one.do === 'DeliverGatewayFiles');
  if (step?.do !== 'DeliverGatewayFiles' || observed.files.found !== 'ours') return plan;
  const files = { ...observed.files, intact: true, digest: step.digestOfInputs };
  return siteVpn.plan(desired, { ...seen, files });
};

/** On the id alone. */
const atOnce = Object.fromEntries(
  (['DeleteVpnConnection', 'DeleteCustomerGateway', 'DetachVpnGateway', 'DeleteVpnGateway'] as const).map((name) => [
    name,
    async ({ vpns }: Parameters<Act['DeleteVpnGateway']>[0], step: Parameters<typeof requestOf>[0]) =>
      void (await vpns.write(requestOf(step))),
  ]),
) as Partial<Act>;

const keys = new Map<string, string>();

export const vpnMutants: readonly Mutant[] = (
  [
    {
      name: 'vpn-adopts-unapproved',
      bug: 'a VPN that a person named is taken over before that was approved',
      change: unapproved('AdoptVpnGateway', 'AdoptCustomerGateway', 'AdoptVpnConnection'),
      where: { scenario: 'vpn-adopt' },
    },
    {
      name: 'vpn-moves-unapproved',
      bug: 'the connection is moved to another address of the site unasked, and both tunnels go down',
      change: unapproved('MoveVpnConnection'),
      where: { scenario: 'vpn-moves' },
    },
    {
      name: 'vpn-takes-gateway',
      bug: 'whatever gateway is on the VPC is taken for ours',
      change: seeing((observed) => {
        const [vpc] = observed.vpcs;
        const tags = vpc ? markOf(gatewayOwner(observed.owner, vpc.id)) : {};
        const gateways = observed.gateways.map((one) => ({ ...one, tags: { ...one.tags, ...tags } }));
        return { ...observed, gateways };
      }),
      where: { scenario: 'vpn-foreign-gateway' },
    },
    {
      name: 'vpn-takes-customer-gateway',
      bug: 'whatever customer gateway has the address is taken for ours',
      change: seeing((observed) => {
        const tags = markOf(observed.owner);
        const customerGateways = observed.customerGateways.map((one) => ({ ...one, tags: { ...one.tags, ...tags } }));
        return { ...observed, customerGateways };
      }),
      where: { scenario: 'vpn-create' },
    },
    {
      name: 'vpn-no-fresh-look',
      bug: 'connection and gateways are deleted on an old look',
      change: acting(atOnce),
      where: { scenario: 'vpn-delete' },
    },
    {
      name: 'vpn-both-tunnels',
      bug: 'the second tunnel is changed while the first is still down',
      change: kindWith({
        plan: atOncePlanned,
        act: {
          ...siteVpn.act,
          ModifyTunnel: async (clouds, step) => {
            await clouds.vpns.freshConnection(step.connection);
            await clouds.vpns.write(requestOf(step, await keysFor(clouds, [step])));
          },
        },
      }),
      where: { scenario: 'vpn-new-keys' },
    },
    {
      name: 'vpn-forgets-ways',
      bug: 'a deletion leaves the ways in the route tables',
      change: without('DisablePropagation', 'DeleteRoute'),
      where: { scenario: 'vpn-delete' },
    },
    {
      name: 'vpn-leaves-customer-gateway',
      bug: 'a deletion leaves the customer gateway',
      change: without('DeleteCustomerGateway'),
      where: { scenario: 'vpn-delete' },
    },
    {
      name: 'vpn-lets-go-early',
      bug: 'the object goes while its connection is still being deleted',
      change: planning(({ steps, hold }, { absent }) =>
        absent && hold?.why === 'Waiting' && steps.length === 0 ? { hold: undefined } : {},
      ),
      where: { scenario: 'vpn-delete' },
    },
    {
      name: 'vpn-always-ready',
      bug: 'Ready is claimed as soon as there is a connection',
      change: planning((_plan, _desired, { connections }) => (connections.length > 0 ? { serving: true } : {})),
      where: { scenario: 'vpn-create' },
    },
    {
      name: 'vpn-key-shown',
      bug: 'a pre-shared key stands in the status',
      change: kindWith({
        observe: async (clouds, desired) => {
          const name = desired.spec.device?.secretRef.name ?? '';
          const live = await clouds.outside.secrets.read(desired.namespace, name);
          for (const [file, text] of live?.data ?? []) if (file.endsWith('.psk')) keys.set(file.slice(0, -4), text);
          return siteVpn.observe(clouds, desired);
        },
        facts: (desired, observed) => {
          const facts = siteVpn.facts(desired, observed);
          const told = (facts.fields['tunnels'] ?? []) as readonly { readonly outsideIP: string }[];
          const tunnels = told.map((one) => ({ ...one, message: keys.get(one.outsideIP) ?? '' }));
          return { ...facts, fields: { ...facts.fields, ...(tunnels.length > 0 ? { tunnels } : {}) } };
        },
      }),
      where: { scenario: 'vpn-create' },
    },
    {
      name: 'vpn-files-once',
      bug: 'files that were delivered are never written again, whatever the keys',
      change: planning(({ steps }, _desired, { files }) => ({
        steps: steps.filter((step) => step.do !== 'DeliverGatewayFiles' || files.found !== 'ours'),
      })),
      where: { scenario: 'vpn-new-keys' },
    },
    {
      name: 'vpn-drift-unseen',
      bug: 'a static route that somebody deleted is not made again',
      change: planning(({ steps }, { last }) => ({
        steps: steps.filter((step) => step.do !== 'CreateStaticRoute' || last.vpnConnectionID === undefined),
      })),
      where: { scenario: 'vpn-drift' },
    },
    {
      name: 'vpn-mark-after-create',
      bug: 'the owner mark goes on after the connection was made',
      change: acting({
        CreateVpnConnection: async (clouds, step) => {
          const { vpns } = clouds;
          const { connection } = await vpns.write(
            requestOf({ ...step, tags: { Name: 'none' } }, await keysFor(clouds, step.own)),
          );
          if (connection)
            await siteVpn.act.TagVpnConnection(clouds, {
              do: 'TagVpnConnection',
              effect: 'update',
              target: '',
              connection: connection.id,
              tags: step.tags,
            });
        },
      }),
      where: { scenario: 'vpn-create', faults: ['killedAfter'], action: 'CreateVpnConnection' },
    },
    {
      name: 'vpn-leaves-route',
      bug: 'a deletion leaves the route at the router',
      change: without('RemoveRouterRoutes'),
      where: { scenario: 'vpn-site-delete' },
    },
    {
      name: 'vpn-leaves-firewall',
      bug: 'a deletion leaves what was configured on the firewall',
      change: planning(({ steps }, { absent }) => ({
        steps: steps.filter((step) => !absent || !('url' in step)),
      })),
      where: { scenario: 'vpn-site-delete' },
    },
    {
      name: 'vpn-saved-not-applied',
      bug: 'what is saved on the firewall is not put into effect',
      change: acting({ ApplyDevice: () => Promise.resolve() }),
      where: { scenario: 'vpn-site-create' },
    },
    {
      name: 'vpn-takes-all-routes',
      bug: 'routes of others at the router are taken away with ours',
      change: acting({
        RemoveRouterRoutes: (clouds, step) =>
          siteVpn.act.RemoveRouterRoutes(clouds, {
            ...step,
            routes: [...step.routes, { destination: theirRoute.destination, nextHop: theirRoute.nexthop }],
          }),
      }),
      where: { scenario: 'vpn-site-delete' },
    },
  ] satisfies readonly Omit<Mutant, 'of'>[]
).map((mutant) => ({ ...mutant, of: 'SiteVpn' }));
