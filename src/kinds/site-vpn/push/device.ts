// SPDX-License-Identifier: GPL-3.0-or-later
/** The way to the device: its address, how its certificate is known, and an API key. */
import type { HttpsPlace } from '../../../clouds/https/https-api.ts';
import type { ApiKey, Opnsense } from '../../../clouds/opnsense/opnsense.ts';
import { Failure } from '../../../core/failure.ts';
import { isEndpointGranted } from '../../endpoint-grant.ts';
import type { Clouds } from '../connect.ts';
import { mustHave } from '../fresh.ts';

type Trust = HttpsPlace['trust'];
type Reaching = Pick<Clouds, 'outside' | 'scope' | 'spec'>;

function missing(name: string, field: string, keys: string): Failure {
  return new Failure({
    class: 'Denied',
    reason: 'CredentialsMissing',
    message: `Secret ${name} (device.push.opnsense.${field}) does not exist in this namespace, or lacks a key. Create it with ${keys}.`,
  });
}

async function apiKey({ outside, scope }: Reaching, name: string): Promise<ApiKey> {
  const live = await outside.secrets.read(scope.namespace, name);
  const [key, secret] = ['key', 'secret'].map((one) => live?.data.get(one)?.trim());
  if (!key || !secret) throw missing(name, 'credentialsSecretRef', 'the keys key and secret');
  outside.learnSecret(secret);
  return { key, secret };
}

async function trustOf({ outside, scope, spec }: Reaching): Promise<Trust> {
  const { fingerprints, caSecretRef } = spec.device?.push?.opnsense.tls ?? {};
  if (fingerprints) return { by: 'Fingerprint', sha256: fingerprints };
  if (!caSecretRef) return { by: 'System' };
  const pem = (await outside.secrets.read(scope.namespace, caSecretRef.name))?.data.get('ca.crt');
  if (!pem) throw missing(caSecretRef.name, 'tls.caSecretRef', 'the key ca.crt');
  return { by: 'CA', pem };
}

/** @throws Failure where a Secret or what is in it is missing. */
export async function deviceOf(clouds: Reaching): Promise<Opnsense> {
  const { outside, scope, spec } = clouds;
  const { url, credentialsSecretRef } = mustHave(spec.device?.push?.opnsense, 'device.push');
  const credentials = await apiKey(clouds, credentialsSecretRef.name);
  const granted = isEndpointGranted(outside, scope.namespace, url);
  return outside.opnsense.at({ url, trust: await trustOf(clouds), granted, credentials, scope });
}
