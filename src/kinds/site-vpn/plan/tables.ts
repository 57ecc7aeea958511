// SPDX-License-Identifier: GPL-3.0-or-later
/** Route tables that lead to the site: by propagation, or by routes of our own. Everybody else's routes and tables stay. Pure. */
import type { SiteVpnSpec } from '../../../api/site-vpn.ts';
import type { Route, RouteTable } from '../../../clouds/aws/ec2/vpn.ts';
import type { Hold } from '../../../core/plan.ts';
import { byID } from '../marks.ts';
import { isInstallations } from './gateway.ts';
import type { Observed } from '../observed.ts';
import type { TableStep } from '../steps.ts';
import { blocked, done, type Context, type InVpc, type Part } from './part.ts';

type Choice = SiteVpnSpec['routeTables'];

export function chosen({ selection, ids = [], tags = {} }: Choice, tables: readonly RouteTable[]): RouteTable[] {
  const has = (table: RouteTable) => Object.entries(tags).every(([key, value]) => table.tags[key] === value);
  return tables
    .filter((table) => selection === 'All' || (selection === 'IDs' ? ids.includes(table.id) : has(table)))
    .toSorted(byID);
}

/** A sibling that is there to stay wants propagation there. */
function wantedByOthers(table: RouteTable, { siblings, tables }: Observed): boolean {
  return siblings.some(
    ({ absent, routeTables }) =>
      !absent && routeTables.routes === 'Propagated' && chosen(routeTables, tables).some(({ id }) => id === table.id),
  );
}

export function isOurRoute({ origin, target }: Route, gateway: string): boolean {
  return origin === 'CreateRoute' && target === gateway;
}

function enable(table: string, gateway: string): TableStep {
  return {
    do: 'EnablePropagation',
    effect: 'update',
    target: `route propagation in route table ${table}`,
    table,
    gateway,
  };
}

export function disable(table: string, gateway: string): TableStep {
  return {
    do: 'DisablePropagation',
    effect: 'update',
    target: `route propagation in route table ${table}`,
    table,
    gateway,
    risk: 'disrupts',
  };
}

function create(table: string, gateway: string, cidr: string): TableStep {
  return {
    do: 'CreateRoute',
    effect: 'create',
    target: `route to ${cidr} in route table ${table}`,
    table,
    gateway,
    cidr,
  };
}

function remove(table: string, gateway: string, cidr: string): TableStep {
  return {
    do: 'DeleteRoute',
    effect: 'delete',
    target: `route to ${cidr} in route table ${table}`,
    table,
    gateway,
    cidr,
    risk: 'disrupts',
  };
}

/** Where the table leads as it is; the way for `gateway` of every other kind is absent. */
function toSite(table: RouteTable, { spec }: Context, gateway: string): Part {
  if (spec.routeTables.routes === 'Propagated')
    return { steps: table.propagating.includes(gateway) ? [] : [enable(table.id, gateway)] };
  const steps: TableStep[] = [];
  for (const cidr of spec.site.cidrs.toSorted()) {
    // a propagated route gives way to one that was made
    const there = table.routes.find((one) => one.destination === cidr && one.origin !== 'EnableVgwRoutePropagation');
    if (!there) steps.push(create(table.id, gateway, cidr));
    else if (there.target !== gateway)
      return done(
        blocked(
          'RouteTaken',
          `Route table ${table.id} has a route of somebody else for ${cidr}, to ${there.target ?? 'what is gone'}; it was not changed. Remove that route, or take the table out of routeTables.`,
          [{ kind: 'RouteTable', id: table.id }],
        ),
      );
  }
  return { steps };
}

/** Who switched propagation on is not written anywhere: from a gateway of somebody else it stays on. */
function isOurs({ spec, observed, vpc }: InVpc, gateway: string): boolean {
  const found = observed.gateways.find(({ id }) => id === gateway);
  return found !== undefined && gateway !== spec.gateway.id && isInstallations(found, observed, vpc.id);
}

/** What was done to a table for an earlier spec, by what the status remembers, and only where it leads to the very gateway. */
function leftover(context: InVpc, gateway: string): TableStep[] {
  const { spec, observed, last } = context;
  const ours = isOurs(context, gateway);
  const now = new Set(chosen(spec.routeTables, observed.tables).map(({ id }) => id));
  const before = new Map((last.routeTables ?? []).map((one) => [one.id, one]));
  return observed.tables.toSorted(byID).flatMap((table) => {
    const was = before.get(table.id);
    const stays = now.has(table.id);
    const propagated = stays && spec.routeTables.routes === 'Propagated';
    const cidrs = stays && spec.routeTables.routes === 'Static' ? spec.site.cidrs : [];
    return [
      ...(ours &&
      was?.propagated &&
      !propagated &&
      table.propagating.includes(gateway) &&
      !wantedByOthers(table, observed)
        ? [disable(table.id, gateway)]
        : []),
      ...table.routes
        .filter((one) => isOurRoute(one, gateway) && was?.cidrs.includes(one.destination))
        .filter(({ destination }) => !cidrs.includes(destination))
        .map(({ destination }) => remove(table.id, gateway, destination))
        .toSorted((a, b) => (canonicalKey(a) < canonicalKey(b) ? -1 : 1)),
    ];
  });
}

function canonicalKey(step: TableStep): string {
  return 'cidr' in step ? step.cidr : '';
}

/** Before anything is made. @param gateway The one that the routes would lead to, if it is there. */
export function takenHold(context: Context, gateway = ''): Hold | undefined {
  if (context.spec.routeTables.routes === 'Propagated') return undefined;
  const parts = chosen(context.spec.routeTables, context.observed.tables).map((one) => toSite(one, context, gateway));
  return parts.find(({ hold }) => hold)?.hold;
}

export function missingTables({ spec, observed }: Context): Part {
  const { selection, ids = [] } = spec.routeTables;
  const there = new Set(observed.tables.map(({ id }) => id));
  const missing = ids.filter((id) => !there.has(id)).toSorted();
  if (selection !== 'IDs' || missing.length === 0) return done();
  return done(
    blocked(
      'RouteTableNotFound',
      `The VPC has no route table ${missing.join(', ')}: correct routeTables.ids.`,
      missing.map((id) => ({ kind: 'RouteTable', id })),
    ),
  );
}

export function planTables(context: InVpc, gateway: string): Part {
  const parts = chosen(context.spec.routeTables, context.observed.tables).map((table) =>
    toSite(table, context, gateway),
  );
  const hold = parts.find((part) => part.hold)?.hold;
  // first the new way, then the old one away
  const steps = [...parts.flatMap((part) => part.steps), ...(hold ? [] : leftover(context, gateway))];
  return { steps, ...(hold ? { hold } : {}) };
}

/**
 * Deletion. Of a gateway of somebody else propagation stays: who switched it on is not written anywhere. Routes go that lead a prefix of
 * the site to the very gateway.
 */
export function absentTables(context: Context, gateway: string, ours: boolean): TableStep[] {
  const { spec, observed, last } = context;
  const now = new Set(chosen(spec.routeTables, observed.tables).map(({ id }) => id));
  const before = new Map((last.routeTables ?? []).map((one) => [one.id, one]));
  return observed.tables.toSorted(byID).flatMap((table) => {
    const was = before.get(table.id);
    const cidrs = new Set([
      ...(was?.cidrs ?? []),
      ...(now.has(table.id) && spec.routeTables.routes === 'Static' ? spec.site.cidrs : []),
    ]);
    const propagated = was?.propagated ?? (now.has(table.id) && spec.routeTables.routes === 'Propagated');
    return [
      ...(ours && propagated && table.propagating.includes(gateway) && !wantedByOthers(table, observed)
        ? [disable(table.id, gateway)]
        : []),
      ...table.routes
        .filter((one) => isOurRoute(one, gateway) && cidrs.has(one.destination))
        .map(({ destination }) => remove(table.id, gateway, destination))
        .toSorted((a, b) => (canonicalKey(a) < canonicalKey(b) ? -1 : 1)),
    ];
  });
}
