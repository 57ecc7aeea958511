// SPDX-License-Identifier: GPL-3.0-or-later
/** What the user allows the operator to do for an object: `spec.managementPolicy`. */
export type ManagementPolicy = 'Apply' | 'Plan' | 'Observe';

/** On whose behalf a call is made. The wire refuses cloud writes for a scope whose policy is not `Apply`. */
export interface Scope {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly policy: ManagementPolicy;
}
