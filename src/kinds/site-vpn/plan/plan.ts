// SPDX-License-Identifier: GPL-3.0-or-later
import type { SiteVpnSpec, SiteVpnStatus } from '../../../api/site-vpn.ts';
import type { Desired } from '../../../core/kind.ts';
import type { Hold, Plan } from '../../../core/plan.ts';
import { untilDisrupting } from '../../../core/step.ts';
import { byID, isLive, isMine } from '../marks.ts';
import type { Observed } from '../observed.ts';
import { planRouters } from '../openstack/plan.ts';
import { dueAfter } from '../probe/trial.ts';
import type { SiteVpnStep } from '../steps.ts';
import { planAbsent } from './absent.ts';
import { checkHold, quotaHold, vpcHold } from './checks.ts';
import {
  connectionFor,
  leavingHold,
  planConnection,
  strangerHold,
  surplusConnections,
  type Ends,
} from './connection.ts';
import { customerGatewayFor, planCustomerGateway, surplusCustomerGateways } from './customer-gateway.ts';
import { planFiles } from './files.ts';
import { gatewayFor, planGateway, surplusGateways } from './gateway.ts';
import { planPush } from '../push/plan.ts';
import { paced } from './pace.ts';
import { done, type Context, type InVpc, type Part } from './part.ts';
import { deviceHold } from './rehearsal.ts';
import { permissionHold } from './permissions.ts';
import { serving } from './serving.ts';
import { missingTables, planTables, takenHold } from './tables.ts';
import { planStaticRoutes, planTunnels } from './tunnels.ts';

/** Both gateways, then the connection, then what leads there; tunnels are changed last, one after the other. */
export function plan(desired: Desired<SiteVpnSpec, SiteVpnStatus>, observed: Observed): Plan<SiteVpnStep> {
  const { spec, name, annotations, last, absent } = desired;
  const withheld = desired.withholds ? ({ withholds: true } as const) : {};
  const context: Context = { spec, observed, name, annotations, last, ...withheld };
  const verdict = serving(context);
  const rest = { watchMs: spec.telemetry.intervalSeconds * 1000, ...nextProbe(context) };
  const part = absent ? planAbsent(context) : present(context);
  const full = absent ? undefined : (quotaHold(part.steps, context) ?? permissionHold(part.steps, context));
  if (full) return { steps: [], hold: full, serving: inDoubt(verdict, full), ...rest };
  const { steps, hold } = part;
  if (!hold) return { steps, serving: verdict, ...rest };
  return { steps, hold: paced(hold, context), serving: inDoubt(verdict, hold), ...rest };
}

function nextProbe({ spec, observed }: Context): Pick<Plan<SiteVpnStep>, 'due'> {
  return spec.probe && observed.probe ? { due: dueAfter(spec.probe, observed.probe) } : {};
}

function present(context: Context): Part {
  const [vpc] = context.observed.vpcs;
  const hold = vpcHold(context);
  if (hold || !vpc) return done(hold);
  const inVpc: InVpc = { ...context, vpc };
  const early = checkHold(inVpc) ?? deviceHold(inVpc) ?? missingTables(context).hold ?? firstHold(inVpc);
  if (early) return done(early);
  const gateways = both(planGateway(inVpc), elsewhere(inVpc) ?? planCustomerGateway(context));
  if (gateways) return gateways;
  const [gateway, customerGateway] = [gatewayFor(inVpc), customerGatewayFor(context)];
  return gateway && customerGateway ? connected(inVpc, { gateway, customerGateway }) : done();
}

/** Later on it stops nothing else. */
function firstHold(context: InVpc): Hold | undefined {
  return connectionFor(context) ? undefined : takenHold(context, gatewayFor(context)?.id);
}

/** Somebody else's connection is there: the customer gateway would be made for nothing. */
function elsewhere(context: InVpc): Part | undefined {
  const gateway = gatewayFor(context);
  const hold = gateway && !connectionFor(context) ? strangerHold(context, gateway) : undefined;
  return hold && done(hold);
}

/** The two do not need each other. A person who has to act for one is told before anything is made. */
function both(one: Part, other: Part): Part | undefined {
  const blocked = [one.hold, other.hold].find((hold) => hold?.why === 'Blocked');
  if (blocked) return done(blocked);
  const steps = [...one.steps, ...other.steps];
  if (steps.length > 0) return { steps };
  const hold = one.hold ?? other.hold;
  return hold && done(hold);
}

function connected(context: InVpc, ends: Ends): Part {
  const connection = planConnection(context, ends);
  if (connection.steps.length > 0 || connection.hold) return connection;
  const found = connectionFor(context, ends);
  if (!found) return done();
  const tables = planTables(context, ends.gateway.id);
  const routes = planStaticRoutes(context, found);
  const push = planPush(context, found);
  const routers = planRouters(context);
  const steps = permitted(context, [
    planFiles(context, found),
    routes.steps,
    tables.steps,
    routers.steps,
    surplusConnections(context, found),
    surplusCustomerGateways(context),
    surplusGateways(context),
    // last: a firewall that refuses keeps nothing else from being done
    push.steps,
  ]);
  if (steps.length > 0) return { steps };
  const hold = tables.hold ?? routes.hold ?? push.hold;
  if (hold) return done(hold);
  const tunnels = planTunnels(context, found);
  return tunnels.steps.length > 0 || tunnels.hold ? tunnels : done(routers.hold ?? remains(context));
}

/** Outside of maintenance each of them goes as far as nothing is interrupted: none needs what another one does. */
function permitted({ withholds }: Context, parts: readonly (readonly SiteVpnStep[])[]): SiteVpnStep[] {
  return parts.flatMap((steps) => (withholds ? untilDisrupting(steps) : steps));
}

/** A copy that is on its way out still holds its customer gateway, which goes after it. */
function remains(context: Context): Hold | undefined {
  const { owner, connections, customerGateways } = context.observed;
  const kept = customerGatewayFor(context)?.id;
  const left = customerGateways.filter((one) => one.id !== kept && isLive(one) && isMine(one, owner));
  const holding = connections
    .filter((one) => one.state === 'deleting' && left.some(({ id }) => id === one.customerGateway))
    .toSorted(byID)[0];
  return holding && leavingHold(holding.id);
}

/** While somebody has to act first, what works is not said to. */
function inDoubt(verdict: true | Hold, hold: Hold): true | Hold {
  return verdict === true && hold.why === 'Blocked' ? hold : verdict;
}
