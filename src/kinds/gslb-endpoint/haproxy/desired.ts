// SPDX-License-Identifier: GPL-3.0-or-later
/** What shall be published. Pure. */
import type { HaproxySpec } from '../../../api/gslb-endpoint/haproxy.ts';
import { digest } from '../../../core/digest.ts';
import type { HaproxyFile, HaproxyModel } from './model.ts';
import { renderHaproxy } from './render.ts';
import type { Passwords } from './secret-files.ts';
import { serversFor, type Endpoint } from './servers.ts';

/** What of a GslbEndpoint the configuration is made of. */
export interface HaproxySource {
  readonly name: string;
  readonly namespace: string;
  readonly spec: {
    readonly haproxy?: HaproxySpec | undefined;
    readonly endpoints: readonly Endpoint[];
    readonly failover?: { readonly prefer: 'Primary' | 'Secondary' } | undefined;
  };
}

export interface SecretDesired {
  readonly name: string;
  /** The Secrets in which the passwords are. */
  readonly from: Passwords;
  /** Of those names: a digest of passwords would tell of them. */
  readonly digest: string;
}

export interface HaproxyDesired {
  readonly model: HaproxyModel;
  readonly configMap: string;
  readonly files: readonly HaproxyFile[];
  readonly digest: string;
  readonly secret?: SecretDesired;
}

export function passwordSecrets({ stats, keepalived }: HaproxySpec): Passwords {
  const [page, pair] = [stats?.passwordSecretRef?.name, keepalived?.passwordSecretRef?.name];
  return { ...(page === undefined ? {} : { stats: page }), ...(pair === undefined ? {} : { vrrp: pair }) };
}

/** For a site's instance, and for what is published. `undefined`: the spec asks for none. */
export function haproxyModel({ name, namespace, spec }: HaproxySource): HaproxyModel | undefined {
  const { haproxy, endpoints, failover } = spec;
  if (!haproxy) return undefined;
  const servers = serversFor(haproxy, endpoints, failover?.prefer);
  return { object: `${namespace}/${name}`, spec: haproxy, servers };
}

export function haproxyDesired(source: HaproxySource): HaproxyDesired | undefined {
  const model = haproxyModel(source);
  if (!model) return undefined;
  const { configMapName, secretRef } = model.spec;
  const from = passwordSecrets(model.spec);
  const secret =
    secretRef && Object.keys(from).length > 0
      ? { name: secretRef.name, from, digest: digest(from.stats ?? '', from.vrrp ?? '') }
      : undefined;
  return { model, configMap: configMapName, ...renderHaproxy(model), ...(secret ? { secret } : {}) };
}
