// SPDX-License-Identifier: GPL-3.0-or-later
import type { GslbEndpointStatus } from '../../api/gslb-endpoint.ts';
import type { ZoneFound } from '../../clouds/aws/route53/route53.ts';

/**
 * Of several zones of the name the one in which this object was at work (ADR 64): whoever made another one may delegate to it one day, and until
 * then what is answered has to be looked after. Which of them bear our marks tells whose the records are, here as everywhere. Pure.
 */
export function asBefore(found: ZoneFound, { zoneID }: Pick<GslbEndpointStatus, 'zoneID'>): ZoneFound {
  const zone = found.found === 'several' ? found.of.find(({ id }) => id === zoneID) : undefined;
  return zone ? { found: 'one', zone } : found;
}
