// SPDX-License-Identifier: GPL-3.0-or-later
import type { ProxmoxApi } from '../../clouds/proxmox/proxmox-api.ts';
import type { KubeObject } from '../../core/objects.ts';
import type { Owner } from '../../core/owner-mark.ts';
import type { Scope } from '../../core/scope.ts';
import { isEndpointGranted } from '../endpoint-grant.ts';
import type { Outside } from '../outside.ts';
import { serverURL } from './of-spec.ts';
import type { Reach } from './reach.ts';
import { tokenIn, trustOf } from './ways.ts';
import type { PbsDesired } from './wish.ts';

/** Everything that one look at a PbsInstance reaches. */
export interface Clouds {
  readonly outside: Outside;
  readonly object: KubeObject;
  readonly scope: Scope;
  readonly owner: Owner;
  readonly desired: PbsDesired;
  readonly pve: ProxmoxApi;
  /** `user@realm!name`. */
  readonly pveTokenID: string;
  readonly reach: Reach;
}

/** @throws Failure `CredentialsMissing`, `EndpointRefused`, `TrustUnusable` or `InvalidURL`. */
export async function connect(
  outside: Outside,
  desired: PbsDesired,
  { object, scope }: { readonly object: KubeObject; readonly scope: Scope },
): Promise<Clouds> {
  const { spec, namespace, name, uid } = desired;
  const { url, tls, credentialsSecretRef } = spec.proxmox;
  const way = { outside, scope };
  const owner: Owner = { uid, cluster: outside.clusterUID, object: `PbsInstance/${namespace}/${name}` };
  const token = await tokenIn(way, credentialsSecretRef.name, 'proxmox.credentialsSecretRef');
  const trust = await trustOf(way, tls, 'proxmox.tls');
  const granted = (address: string) => isEndpointGranted(outside, namespace, address);
  const pve = outside.pve.at({ url, trust, token, scope, granted: granted(url) });
  const { existing } = spec.server;
  const reach: Reach = {
    granted: granted(serverURL(spec)),
    ...(existing ? { trust: await trustOf(way, existing.tls, 'server.existing.tls') } : {}),
  };
  return { outside, object, scope, owner, desired, pve, pveTokenID: token.tokenID, reach };
}
