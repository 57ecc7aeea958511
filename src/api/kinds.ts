// SPDX-License-Identifier: GPL-3.0-or-later
import type { ApiKind } from './api-kind.ts';
import { backupTarget } from './backup-target.ts';
import { gslbEndpoint } from './gslb-endpoint.ts';
import { pbsInstance } from './pbs-instance.ts';
import { siteVpn } from './site-vpn.ts';

/** Every kind, in the order in which the documentation names them. */
export const kinds: readonly ApiKind[] = [backupTarget, pbsInstance, siteVpn, gslbEndpoint];
