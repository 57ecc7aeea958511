// SPDX-License-Identifier: GPL-3.0-or-later
/** Worlds of sites, and the kind's pure middle around them. */
import type { Desired } from '../../../../src/core/kind.ts';
import type { Plan } from '../../../../src/core/plan.ts';
import { preview, type Pure } from '../../../../src/core/preview.ts';
import { isStep, type Event } from '../../../../src/core/step.ts';
import { afterSiteEvent, afterSiteStep } from '../../../../src/kinds/gslb-endpoint/sites/after.ts';
import { absentSites, planSites } from '../../../../src/kinds/gslb-endpoint/sites/plan.ts';
import type { SiteStep } from '../../../../src/kinds/gslb-endpoint/sites/steps.ts';
import { siteWish, type SiteWish } from '../../../../src/kinds/gslb-endpoint/sites/wanted.ts';
import type { SiteFound, SitesWorld } from '../../../../src/kinds/gslb-endpoint/sites/world.ts';

export const owner = { uid: 'u1', cluster: 'c1', object: 'GslbEndpoint/default/gslb' };
export const seoul = 'ap-northeast-2';
export const tokyo = 'ap-northeast-1';
const http = { http: 'Redirect', healthCheckPath: '/', instanceType: 't3.micro' } as const;
export const sites = [
  {
    name: 'seoul',
    region: seoul,
    loadBalancer: 'seoul-alb',
    targetGroup: 'TG-Seoul',
    securityGroup: 'SG-ALB',
    ...http,
  },
  { name: 'tokyo', region: tokyo, loadBalancer: 'tokyo-alb', targetGroup: 'TG-TOKYO', ...http },
];

export interface Given {
  readonly configuration?: string;
  readonly certificate?: string;
  readonly only?: number;
  readonly path?: string;
}

/** What is wanted of both sites, or of the first few. */
export function wishes({ configuration = 'one', certificate, only = 2, path = '/' }: Given = {}): readonly SiteWish[] {
  const userData = Buffer.from(`#cloud-config\n# ${configuration}\n`).toString('base64');
  const tls = certificate !== undefined;
  const certificateIn = (region: string) => (certificate === undefined ? undefined : `${certificate} in ${region}`);
  const given = { userData, port: 80, tls, certificateIn };
  return sites.slice(0, only).map((site) => siteWish({ ...site, healthCheckPath: path }, given));
}

export interface Wanted {
  readonly wishes: readonly SiteWish[];
  readonly going?: 'Retain' | 'Delete';
}

export function found(site: string, more: Partial<SiteFound> = {}): SiteFound {
  const region = site === 'seoul' ? seoul : tokyo;
  return {
    site,
    region,
    place: { found: 'here', vpc: `vpc-${site}`, subnets: ['subnet-a', 'subnet-c'] },
    baseImage: `ami-debian-${site}`,
    groups: [],
    instances: [],
    images: [],
    snapshots: [],
    listeners: [],
    targets: [],
    ...more,
  };
}

export function world(all: readonly SiteFound[] = [found('seoul'), found('tokyo')], now = 0): SitesWorld {
  return { now, owner, sites: all };
}

export const pure = {
  plan({ wishes: wanted, going }: Wanted, at: SitesWorld): Plan<SiteStep> {
    return { ...(going ? absentSites(at, going) : planSites(at, wanted)), serving: true };
  },
  after: (at: SitesWorld, change: SiteStep | Event): SitesWorld =>
    isStep<SiteStep>(change) ? afterSiteStep(at, change) : afterSiteEvent(at, change),
};

export function see(wanted: Wanted, at: SitesWorld, after = pure.after) {
  const kind: Pure<never, never, SitesWorld, SiteStep> = { after, plan: (_, here) => pure.plan(wanted, here) };
  return preview(kind, { absent: false } as Desired<never, never>, at);
}

/** `verb site`, and the reason of what stands in the way. */
export function shown({ steps, hold }: Pick<Plan<SiteStep>, 'steps' | 'hold'>): string[] {
  return [...steps.map((step) => `${step.do} ${step.site}`), ...(hold ? [`${hold.why} ${hold.reason}`] : [])];
}

export const wanted = (given: Given = {}): Wanted => ({ wishes: wishes(given) });

/** Both sites as they are when all is done. */
export const done = (given: Given = {}): SitesWorld => see(wanted(given), world()).end;

export const seoulOf = (at: SitesWorld): SiteFound => at.sites[0] ?? found('seoul');
/** The same, with something else at the first site. */
export const but = (at: SitesWorld, more: Partial<SiteFound>): SitesWorld => ({
  ...at,
  sites: at.sites.map((one, n) => (n === 0 ? { ...one, ...more } : one)),
});
