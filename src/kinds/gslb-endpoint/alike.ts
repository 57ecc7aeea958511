// SPDX-License-Identifier: GPL-3.0-or-later
import type { GslbStep } from './steps.ts';

/** They have ids, and are called after an endpoint or a site of the object. What proves a name is the same for all certificates of an account. */
const each = new Set<string>([
  'CreateHealthCheck',
  'RequestCertificate',
  'ProveDomain',
  'LaunchInstance',
  'CreateImage',
  'CopyImage',
]);

/** See `Kind.alike`. */
export function alike({ do: name }: GslbStep): 'each' | undefined {
  return each.has(name) ? 'each' : undefined;
}
