// SPDX-License-Identifier: GPL-3.0-or-later
/** For `status.certificates`. Pure. */
import type { certificateStatus } from '../../../api/gslb-endpoint/certificate.ts';
import { rfc3339 } from '../../../core/time.ts';
import { certificateIn, type CertificateWish } from './wanted.ts';
import type { CertificateWorld } from './world.ts';

type Told = (typeof certificateStatus)['_output'];

/** Every region where there is one: the one that is wanted, else what is left. */
export function certificateFacts(world: CertificateWorld, wish: CertificateWish | undefined): Told {
  return world.certificates.flatMap(({ region, certificates }) => {
    const one = (wish && certificateIn(world, region, wish)) ?? certificates[0];
    if (!one) return [];
    const notAfter = one.notAfter === undefined ? {} : { notAfter: rfc3339(one.notAfter) };
    return [{ region, arn: one.id, status: one.status, ...notAfter }];
  });
}
