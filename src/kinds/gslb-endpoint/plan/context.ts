// SPDX-License-Identifier: GPL-3.0-or-later
import type { GslbEndpointSpec, GslbEndpointStatus } from '../../../api/gslb-endpoint.ts';
import type { Desired } from '../../../core/kind.ts';
import type { Observed } from '../observed.ts';
import type { Context } from './part.ts';

/** Pure. */
export function contextOf(
  { spec, name, namespace, annotations, last, withholds }: Desired<GslbEndpointSpec, GslbEndpointStatus>,
  observed: Observed,
): Context {
  return { spec, name, namespace, observed, annotations, last, ...(withholds ? { withholds } : {}) };
}
