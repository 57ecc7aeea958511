// SPDX-License-Identifier: GPL-3.0-or-later
/** Seeded bugs: the operator with one thing wrong each. Every one must be caught by some plan, or the harness proves nothing. */
import type { Program } from '../process.ts';
import { backupTargetProof } from '../scenarios/backup-target.ts';
import { gslbEndpointProof } from '../scenarios/gslb-endpoint.ts';
import { pbsInstanceProof } from '../scenarios/pbs-instance.ts';
import { siteVpnProof } from '../scenarios/site-vpn.ts';
import type { Proof } from '../script.ts';
import { actMutants } from './acts.ts';
import { gslbMutants } from './gslb-endpoint.ts';
import { gslbSiteMutants } from './gslb-sites.ts';
import type { Mutant } from './mutant.ts';
import { pbsMutants } from './pbs-instance.ts';
import { planMutants } from './plans.ts';
import { portMutants } from './ports.ts';
import { rotationMutants } from './rotation.ts';
import { vpnMutants } from './site-vpn.ts';

export const mutants: readonly Mutant[] = [
  ...portMutants,
  ...planMutants,
  ...actMutants,
  ...rotationMutants,
  ...vpnMutants,
  ...gslbMutants,
  ...gslbSiteMutants,
  ...pbsMutants,
];

export function proofOf({ of }: Mutant): Proof {
  if (of === 'GslbEndpoint') return gslbEndpointProof;
  if (of === 'PbsInstance') return pbsInstanceProof;
  return of === 'SiteVpn' ? siteVpnProof : backupTargetProof;
}

export function programOf(mutant: Mutant): Program {
  const { name, change } = mutant;
  return { ...proofOf(mutant).program, ...change, name };
}
