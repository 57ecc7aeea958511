// SPDX-License-Identifier: GPL-3.0-or-later
/** From a spec to what its sites have to be, and to what is looked at. Pure. */
import type { GslbEndpointSpec } from '../../../api/gslb-endpoint.ts';
import { Failure } from '../../../core/failure.ts';
import type { Hold } from '../../../core/plan.ts';
import { certificateWish, issuedIn } from '../certificate/wanted.ts';
import type { CertificateWorld } from '../certificate/world.ts';
import { haproxyModel } from '../haproxy/desired.ts';
import { siteUserData } from '../haproxy/user-data.ts';
import { blocked } from '../plan/part.ts';
import type { SitePart } from './part.ts';
import { absentSites, planSites, type Around } from './plan.ts';
import type { SiteToSee } from './to-see.ts';
import { siteWish, type SiteWish } from './wanted.ts';
import type { SitesWorld } from './world.ts';

interface Source extends Around {
  readonly name: string;
  readonly namespace: string;
  readonly spec: GslbEndpointSpec;
}

/** The hold: what the configuration cannot be at a site, for a person. */
export interface SitesWanted {
  readonly wishes: readonly SiteWish[];
  readonly hold?: Hold;
}

export function sitesWanted(source: Source, world: Pick<CertificateWorld, 'certificates'>): SitesWanted {
  const { spec } = source;
  const model = spec.sites && haproxyModel(source);
  if (!spec.sites || !model) return { wishes: [] };
  const wish = certificateWish(spec);
  const certificateIn = (region: string) => issuedIn(world, region, wish);
  try {
    const userData = siteUserData(model);
    const port = model.spec.listen.find(({ tls }) => !tls)?.port ?? 80;
    const given = { userData, port, tls: wish !== undefined, certificateIn };
    return { wishes: spec.sites.map((site) => siteWish(site, given)) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { reason, message } = error;
    return { wishes: [], hold: blocked(reason, message, [{ kind: 'GslbEndpoint', id: source.name }]) };
  }
}

/** A configuration that cannot be at a site is no reason to take sites away: they stay as they are. */
export function planSitesOf(
  source: Source & { readonly absent: boolean },
  world: SitesWorld & Pick<CertificateWorld, 'certificates'>,
): SitePart {
  if (source.absent) return absentSites(world, source.spec.deletionPolicy);
  const { wishes, hold } = sitesWanted(source, world);
  return hold ? { steps: [], hold } : planSites(world, wishes, source);
}

interface Remembered {
  readonly name: string;
  readonly region: string;
  readonly loadBalancer?: string | undefined;
  readonly targetGroup?: string | undefined;
}

function rememberedAs({ name, region, loadBalancer, targetGroup }: Remembered): SiteToSee {
  return {
    name,
    region,
    ...(loadBalancer === undefined ? {} : { loadBalancer }),
    ...(targetGroup === undefined ? {} : { targetGroup }),
  };
}

/** Those of the spec, and those that the status remembers. Of an object that is deleted all of them are looked at as what is left. */
export function sitesToSee(
  { spec, absent }: { readonly spec: GslbEndpointSpec; readonly absent: boolean },
  wishes: readonly SiteWish[],
  last: readonly Remembered[] = [],
): readonly SiteToSee[] {
  const inSpec = (spec.sites ?? []).map((site): SiteToSee => {
    const { name, region, loadBalancer, targetGroup = loadBalancer, vpc, subnets } = site;
    const wish = absent ? undefined : wishes.find((one) => one.name === name);
    if (!wish) return rememberedAs({ name, region, loadBalancer, targetGroup });
    return { name, region, wish, ...(vpc ? { vpc } : {}), ...(subnets ? { subnets } : {}) };
  });
  const others = last.filter(({ name }) => !inSpec.some((one) => one.name === name));
  const all = [...inSpec, ...others.map(rememberedAs)];
  return absent && spec.deletionPolicy === 'Retain' ? all.map((one) => ({ ...one, stays: true })) : all;
}
