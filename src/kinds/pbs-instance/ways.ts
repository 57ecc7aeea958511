// SPDX-License-Identifier: GPL-3.0-or-later
/** From the Secrets that a spec names to tokens, and to how a certificate is known. */
import type { PbsInstanceSpec } from '../../api/pbs-instance.ts';
import { Failure } from '../../core/failure.ts';
import type { Scope } from '../../core/scope.ts';
import type { PveToken } from '../../clouds/pve/pve.ts';
import type { Outside } from '../outside.ts';
import type { Trust } from './reach.ts';

export interface Way {
  readonly outside: Outside;
  readonly scope: Scope;
}

type Tls = PbsInstanceSpec['proxmox']['tls'];

function missing(name: string, field: string, keys: string): Failure {
  return new Failure({
    class: 'Denied',
    reason: 'CredentialsMissing',
    message: `Secret ${name} (${field}) does not exist in this namespace, or lacks a key. Create it with ${keys}.`,
  });
}

/** Reads `tokenID` (user@realm!name) and `secret`. @throws Failure `CredentialsMissing`. */
export async function tokenIn({ outside, scope }: Way, name: string, field: string): Promise<PveToken> {
  const live = await outside.secrets.read(scope.namespace, name);
  const [tokenID, secret] = ['tokenID', 'secret'].map((key) => live?.data.get(key)?.trim());
  // what is no token would become a header that says something else
  if (!secret || !tokenID || !/^[^\s!@]+@[^\s!@]+![^\s!@]+$/.test(tokenID))
    throw missing(name, field, 'the keys tokenID (user@realm!name) and secret');
  outside.learnSecret(secret);
  return { tokenID, secret };
}

/** @throws Failure `CredentialsMissing` where the authority's certificate is not there. */
export async function trustOf({ outside, scope }: Way, tls: Tls, field: string): Promise<Trust> {
  const { fingerprints, caSecretRef } = tls ?? {};
  if (fingerprints) return { by: 'Fingerprint', sha256: fingerprints };
  if (!caSecretRef) return { by: 'System' };
  const pem = (await outside.secrets.read(scope.namespace, caSecretRef.name))?.data.get('ca.crt');
  if (!pem) throw missing(caSecretRef.name, `${field}.caSecretRef`, 'the key ca.crt');
  return { by: 'CA', pem };
}
