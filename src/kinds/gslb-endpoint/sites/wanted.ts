// SPDX-License-Identifier: GPL-3.0-or-later
/** What a site has to be. Pure. */
import { digest } from '../../../core/digest.ts';
import { markOf, type Owner, type Tags } from '../../../core/owner-mark.ts';
import { configurationTag, siteTag } from './world.ts';

export interface SiteWish {
  readonly name: string;
  readonly region: string;
  readonly instanceType: string;
  readonly loadBalancer: string;
  readonly targetGroup: string;
  /** Of the load balancer, and of the instance. */
  readonly groups: { readonly balancer: string; readonly instance: string };
  readonly http: 'Redirect' | 'Forward';
  readonly healthCheckPath: string;
  /** Where HAProxy listens without TLS. */
  readonly port: number;
  /** Base64. */
  readonly userData: string;
  /** Digest of what makes another instance necessary. */
  readonly configuration: string;
  /** Whether there is to be TLS, and with which certificate once it is issued. */
  readonly tls: boolean;
  readonly certificate?: string;
}

/** As the schema gives it. */
interface Site {
  readonly name: string;
  readonly region: string;
  readonly instanceType: string;
  readonly loadBalancer: string;
  readonly targetGroup?: string | undefined;
  readonly securityGroup?: string | undefined;
  readonly http: 'Redirect' | 'Forward';
  readonly healthCheckPath: string;
}

interface Given {
  /** Of `siteUserData`. */
  readonly userData: string;
  readonly port: number;
  readonly tls: boolean;
  /** ARN of the issued certificate of a region. */
  readonly certificateIn: (region: string) => string | undefined;
}

export function siteWish(site: Site, { userData, port, tls, certificateIn }: Given): SiteWish {
  const { name, region, instanceType, loadBalancer, http, healthCheckPath } = site;
  const group = site.securityGroup ?? loadBalancer;
  const certificate = certificateIn(region);
  return {
    name,
    region,
    instanceType,
    loadBalancer,
    targetGroup: site.targetGroup ?? loadBalancer,
    groups: { balancer: group, instance: `${group}-instances` },
    http,
    healthCheckPath,
    port,
    userData,
    configuration: digest(userData, instanceType),
    tls,
    ...(certificate === undefined ? {} : { certificate }),
  };
}

/** Amazon's own processors have a g behind the generation: t4g, c7gn (EC2 instance types, "Naming conventions"). */
export function architectureOf(instanceType: string): 'amd64' | 'arm64' {
  return /^[a-z]+\d+g/.test(instanceType) ? 'arm64' : 'amd64';
}

/** Debian's account (Debian wiki, "Cloud/AmazonEC2Image"), and the names of its images. */
export const debian = '136693071363';
export function baseImageName(instanceType: string): string {
  return `debian-13-${architectureOf(instanceType)}-*`;
}

/** The mark, the site, and what a person sees in the console. */
export function siteTags(owner: Owner, site: string, more: Tags = {}): Tags {
  return { ...markOf(owner), [siteTag]: site, ...more };
}

export function configured(owner: Owner, { name, configuration }: SiteWish): Tags {
  const [, namespace = '', object = ''] = owner.object.split('/');
  return siteTags(owner, name, { [configurationTag]: configuration, Name: `${namespace}-${object}-${name}` });
}
