// SPDX-License-Identifier: GPL-3.0-or-later
/** Source: Site-to-Site VPN User Guide, "AWS Site-to-Site VPN quotas"; codes: EC2 API reference, "Error codes". */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Quotas } from '../state.ts';

/** @throws {AwsError} with `code`, when `have` are there already and no more are allowed. */
export function overQuota(
  { world, principal }: Call,
  { have, quota, code }: { have: number; quota: keyof Quotas; code: string },
): void {
  const most = world.state.accounts.get(principal.account)?.quotas[quota];
  if (most !== undefined && have >= most)
    throw new AwsError(code, `The maximum number of ${words(quota)} has been reached.`);
}

function words(quota: string): string {
  return quota.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
