// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import { erase, regionOf } from './held.ts';
import type { Listener } from './state.ts';

/** A listener goes; ACM believes its certificate to be in use a little longer (hashicorp/terraform-provider-aws#3866). */
export function takeAway(call: Call, { arn, certificate }: Listener): void {
  if (certificate !== undefined)
    regionOf(call).lingering.set(certificate, call.now + call.world.elbTimes.interfacesLinger);
  erase(call, 'listeners', arn);
}
