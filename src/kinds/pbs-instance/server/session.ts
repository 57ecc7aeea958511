// SPDX-License-Identifier: GPL-3.0-or-later
/** The server, with the operator's token. What comes after this part works with it, too. */
import type { PbsServer } from '../../../clouds/pbs/pbs.ts';
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import { Failure } from '../../../core/failure.ts';
import type { Secret } from '../../../core/objects.ts';
import { readKept, tokenIn } from './kept-secret.ts';
import type { MadeServer, ServerWish } from './wish.ts';
import type { ServerWorld } from './world.ts';

/** Pins of this VM: what a user gives stands above what was seen. */
export function pinsOf(
  { vm, fingerprints }: MadeServer,
  secret: Secret | undefined,
  world: ServerWorld,
): readonly string[] {
  if (fingerprints && fingerprints.length > 0) return fingerprints;
  const kept = readKept(secret, world);
  return kept.found === 'ours' && kept.vm === vm ? kept.fingerprints : [];
}

/** `undefined`: nothing is pinned yet. */
export function placeOf(world: ServerWorld, wish: ServerWish, secret: Secret | undefined): PbsServer | undefined {
  const { url, granted } = wish;
  const at = { url, granted, scope: world.scope };
  if (wish.type === 'Existing') return { ...at, trust: wish.trust };
  const pins = pinsOf(wish, secret, world);
  return pins.length === 0 ? undefined : { ...at, trust: { by: 'Fingerprint', sha256: pins } };
}

function missing(name: string): Failure {
  return new Failure({
    class: 'Denied',
    reason: 'CredentialsMissing',
    message: `Secret ${name} has no tokenID or no secret. Make it with both: those of an API token of the backup server (user@realm!name, and its value).`,
  });
}

export interface Opened {
  readonly pbs: ProxmoxApi;
  readonly tokenID: string;
}

/** @throws Failure `CredentialsMissing` where somebody else had to give a token, and did not. */
export function opened(world: ServerWorld, wish: ServerWish, secret: Secret | undefined): Opened | undefined {
  const place = placeOf(world, wish, secret);
  const token = secret && tokenIn(secret);
  if (wish.type === 'Existing' && !token) throw missing(wish.secret);
  if (wish.type === 'VirtualMachine') {
    const kept = readKept(secret, world);
    if (kept.found !== 'ours' || kept.vm !== wish.vm) return undefined;
  }
  if (!place || !token) return undefined;
  world.learn(token.secret);
  return { pbs: world.servers.at(place, token), tokenID: token.tokenID };
}

/** For the parts that come after: `undefined` before there is a token. */
export async function serverSession(world: ServerWorld, wish: ServerWish): Promise<ProxmoxApi | undefined> {
  const secret = await world.secrets.read(world.scope.namespace, wish.secret);
  return opened(world, wish, secret)?.pbs;
}
