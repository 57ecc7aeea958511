// SPDX-License-Identifier: GPL-3.0-or-later
/** Every kind, one line each. Here, and nowhere else, a kind's own types are forgotten: the engine only carries them along. */
import type { ApiKind } from '../api/api-kind.ts';
import { backupTarget as backupTargetApi } from '../api/backup-target.ts';
import { gslbEndpoint as gslbEndpointApi } from '../api/gslb-endpoint.ts';
import { pbsInstance as pbsInstanceApi } from '../api/pbs-instance.ts';
import { siteVpn as siteVpnApi } from '../api/site-vpn.ts';
import type { Kind } from '../core/kind.ts';
import type { Step } from '../core/step.ts';
import { backupTarget } from './backup-target/index.ts';
import { gslbEndpoint } from './gslb-endpoint/index.ts';
import type { Outside } from './outside.ts';
import { pbsInstance } from './pbs-instance/index.ts';
import { siteVpn } from './site-vpn/index.ts';

export type AnyKind = Kind<unknown, unknown, unknown, Step, Outside, unknown>;

export interface Registered {
  readonly api: ApiKind;
  readonly kind: AnyKind;
}

function register<Spec, Status, Observed, S extends Step, Clouds>(
  api: ApiKind,
  kind: Kind<Spec, Status, Observed, S, Outside, Clouds>,
): Registered {
  return { api, kind: kind as unknown as AnyKind };
}

export const kinds: readonly Registered[] = [
  register(backupTargetApi, backupTarget),
  register(pbsInstanceApi, pbsInstance),
  register(siteVpnApi, siteVpn),
  register(gslbEndpointApi, gslbEndpoint),
];
