// SPDX-License-Identifier: GPL-3.0-or-later
import { Certificates } from '../../../clouds/aws/acm/certificates.ts';
import type { AgeLimit } from '../../../clouds/aws/iam/users.ts';
import { registryNames } from '../../../core/registry-mark.ts';
import type { CertificateClouds } from './act.ts';
import { recordsOf } from './records.ts';
import type { InRegion } from './world.ts';

/**
 * What this object made, in these regions: where it is wanted, and where the status says that there are some.
 * @param zone Name of the zone; certificates have names in it.
 */
export async function observeCertificates(
  { inRegion, scope, owner }: CertificateClouds,
  { regions, zone }: { readonly regions: readonly string[]; readonly zone: string },
  age: AgeLimit,
): Promise<readonly InRegion[]> {
  const all = [...new Set(regions)].toSorted();
  return Promise.all(
    all.map(async (region) => {
      const certificates = await new Certificates(await inRegion(region), scope).of(owner.uid, zone, age);
      return { region, certificates };
    }),
  );
}

/** Names whose records have to be looked at: of the validation records, and of the owner marks beside them. */
export function namesOfProofs(found: readonly InRegion[], zone: string): readonly string[] {
  const records = recordsOf(found.flatMap(({ certificates }) => certificates));
  return records.flatMap(({ name }) => [name, ...registryNames(name, 'CNAME', zone)]);
}
