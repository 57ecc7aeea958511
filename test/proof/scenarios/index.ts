// SPDX-License-Identifier: GPL-3.0-or-later
/** Every kind under proof, one line each. */
import type { Proof } from '../script.ts';
import { backupTargetProof } from './backup-target.ts';
import { gslbEndpointProof } from './gslb-endpoint.ts';
import { pbsInstanceProof } from './pbs-instance.ts';
import { siteVpnProof } from './site-vpn.ts';

export const proofs: readonly Proof[] = [backupTargetProof, siteVpnProof, gslbEndpointProof, pbsInstanceProof];
