// SPDX-License-Identifier: GPL-3.0-or-later
/** The way to the cloud: its address, how its certificate is known, and an application credential. */
import type { OpenStackLogin } from '../../../clouds/openstack/openstack.ts';
import { Routers } from '../../../clouds/openstack/routers.ts';
import { Failure } from '../../../core/failure.ts';
import { isEndpointGranted } from '../../endpoint-grant.ts';
import type { Clouds } from '../connect.ts';
import { mustHave } from '../fresh.ts';

type Reaching = Pick<Clouds, 'outside' | 'scope' | 'spec'>;

function missing(name: string, field: string, keys: string): Failure {
  return new Failure({
    class: 'Denied',
    reason: 'CredentialsMissing',
    message: `Secret ${name} (openstack.${field}) does not exist in this namespace, or lacks a key. Create it with ${keys}.`,
  });
}

async function credentialOf({ outside, scope }: Reaching, name: string): Promise<OpenStackLogin['credential']> {
  const live = await outside.secrets.read(scope.namespace, name);
  const [id, secret] = ['applicationCredentialID', 'applicationCredentialSecret'].map((key) =>
    live?.data.get(key)?.trim(),
  );
  if (!id || !secret)
    throw missing(name, 'credentialsSecretRef', 'the keys applicationCredentialID and applicationCredentialSecret');
  outside.learnSecret(secret);
  return { id, secret };
}

async function trustOf({ outside, scope, spec }: Reaching): Promise<OpenStackLogin['trust']> {
  const { fingerprints, caSecretRef } = spec.openstack?.tls ?? {};
  if (fingerprints) return { by: 'Fingerprint', sha256: fingerprints };
  if (!caSecretRef) return { by: 'System' };
  const pem = (await outside.secrets.read(scope.namespace, caSecretRef.name))?.data.get('ca.crt');
  if (!pem) throw missing(caSecretRef.name, 'tls.caSecretRef', 'the key ca.crt');
  return { by: 'CA', pem };
}

const sides = { Public: 'public', Internal: 'internal', Admin: 'admin' } as const;

/** @throws Failure where a Secret or what is in it is missing. */
export async function routersOf(clouds: Reaching): Promise<Routers> {
  const { outside, scope, spec } = clouds;
  const { authURL, credentialsSecretRef, region, interface: side } = mustHave(spec.openstack, 'openstack');
  const login: OpenStackLogin = {
    authURL,
    interface: sides[side],
    ...(region === undefined ? {} : { region }),
    trust: await trustOf(clouds),
    granted: isEndpointGranted(outside, scope.namespace, authURL),
    credential: await credentialOf(clouds, credentialsSecretRef.name),
  };
  return new Routers(outside.openstack.session(login, scope));
}
