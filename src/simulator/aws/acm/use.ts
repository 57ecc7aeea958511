// SPDX-License-Identifier: GPL-3.0-or-later
/** What other services ask about certificates. */
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { regionOf } from './held.ts';
import { standingOf, type Standing } from './status.ts';

/** @returns undefined when the caller's account has no such certificate in the region of the call */
export function certificateFor(call: Call, arn: string): Standing | undefined {
  const certificate = truth(regionOf(call).certificates.get(arn));
  const at = { account: call.principal.account, region: call.route.region, now: call.now };
  return certificate && standingOf(call.world, at, certificate);
}
