// SPDX-License-Identifier: GPL-3.0-or-later
import type { HaproxySpec } from '../../../api/gslb-endpoint/haproxy.ts';

export type HaproxyServer = NonNullable<HaproxySpec['servers']>[number];

export interface HaproxyModel {
  /** `namespace/name` of the GslbEndpoint. */
  readonly object: string;
  readonly spec: HaproxySpec;
  /** Those of the spec, or the endpoints. At least one. */
  readonly servers: readonly HaproxyServer[];
}

/**
 * Where a configuration is read: on the machine that it is made for, or where it is only checked, which has none of that machine's files, users
 * and name servers. Both have the same lines, so that what HAProxy says of one is true of the other.
 */
export type Where = { readonly at: 'Home' } | { readonly at: 'Check'; readonly certificatePath: string };

export interface HaproxyFile {
  /** A valid key of a ConfigMap. */
  readonly name: string;
  readonly content: string;
}
