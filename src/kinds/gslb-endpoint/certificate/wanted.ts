// SPDX-License-Identifier: GPL-3.0-or-later
/** Which certificates there have to be. Pure. */
import type { Certificate } from '../../../clouds/aws/acm/certificate.ts';
import type { CertificateWorld } from './world.ts';

export interface CertificateWish {
  /** As the spec has them: the first one is the subject. */
  readonly names: readonly string[];
  readonly regions: readonly string[];
}

interface Spec {
  readonly aws: { readonly region: string };
  readonly certificate?:
    | { readonly domains: readonly string[]; readonly regions?: readonly string[] | undefined }
    | undefined;
  readonly sites?: readonly { readonly region: string }[] | undefined;
}

/** In the regions that are named, and in those of the sites, else in that of the object. */
export function certificateWish({ aws, certificate, sites = [] }: Spec): CertificateWish | undefined {
  if (!certificate) return undefined;
  const named = [...(certificate.regions ?? []), ...sites.map(({ region }) => region)];
  const regions = named.length === 0 ? [aws.region] : [...new Set(named)].toSorted();
  return { names: certificate.domains, regions };
}

/** Nothing comes of these any more. */
const over = new Set(['VALIDATION_TIMED_OUT', 'FAILED', 'EXPIRED', 'REVOKED', 'INACTIVE']);

export function isOver({ status }: Certificate): boolean {
  return over.has(status);
}

export function isFor({ names }: Certificate, wish: CertificateWish): boolean {
  return names.join() === wish.names.toSorted().join();
}

/** The one in use when there is more than one: issued before pending, and by ARN. */
export function certificateIn(
  { certificates }: Pick<CertificateWorld, 'certificates'>,
  region: string,
  wish: CertificateWish,
): Certificate | undefined {
  const fitting = of(certificates, region).filter((one) => isFor(one, wish) && !isOver(one));
  return fitting.find(({ status }) => status === 'ISSUED') ?? fitting[0];
}

function of(all: CertificateWorld['certificates'], region: string): readonly Certificate[] {
  return all.find((one) => one.region === region)?.certificates ?? [];
}

/** ARN of what a listener in that region may be given; `undefined`: none is issued yet. */
export function issuedIn(
  world: Pick<CertificateWorld, 'certificates'>,
  region: string,
  wish: CertificateWish | undefined,
): string | undefined {
  const found = wish && certificateIn(world, region, wish);
  return found?.status === 'ISSUED' ? found.id : undefined;
}
