// SPDX-License-Identifier: GPL-3.0-or-later
/** What each part reaches, of all that there is. */
import type { ProxmoxApi } from '../../clouds/proxmox/proxmox-api.ts';
import { showsCertificate } from '../../clouds/pve/scan.ts';
import type { Clouds } from './connect.ts';
import { answersAt } from './machine/answers-at.ts';
import type { MachineWorld } from './machine/world.ts';
import { serverURL, serverWish, storeWish } from './of-spec.ts';
import { forgetRootPassword, rootPassword } from './root-password.ts';
import { placeOf, serverSession } from './server/session.ts';
import type { RestoreWorld } from './restore/world.ts';
import type { ServerClouds } from './server/act.ts';
import type { ServerWorld } from './server/world.ts';
import type { StoreClouds } from './store/act.ts';
import type { WiringWorld } from './wiring/world.ts';
import type { WorthWorld } from './worth/world.ts';

/** Nobody types it: the last password that root gets is thrown away. */
const passwordBytes = 24;

function kept({ desired }: Clouds): MachineWorld['last'] {
  const { id: vmid, node } = desired.last.vm ?? {};
  return vmid === undefined || node === undefined ? undefined : { vmid, node };
}

export function machineWorld(clouds: Clouds): MachineWorld {
  const { outside, object, owner, pve, pveTokenID, scope, reach, desired } = clouds;
  const last = kept(clouds);
  const { port } = new URL(serverURL(desired.spec));
  return {
    pve,
    tokenID: pveTokenID,
    owner,
    object,
    secrets: outside.secrets,
    now: () => outside.clock.now(),
    random: (size) => outside.randomBytes(size),
    learnSecret: (secret) => outside.learnSecret(secret),
    answers: (host) => answersAt(outside.pbs, { url: `https://${host}:${port}`, scope, granted: reach.granted }),
    ...(last ? { last } : {}),
  };
}

function serverWorld(clouds: Clouds): ServerWorld {
  const { outside, object, scope, pve, desired } = clouds;
  const { hostname, port } = new URL(serverURL(desired.spec));
  const seen = { node: desired.spec.proxmox.node, server: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443) };
  return {
    servers: outside.pbs,
    secrets: outside.secrets,
    object,
    scope,
    now: () => outside.clock.now(),
    learn: (secret) => outside.learnSecret(secret),
    random: () => Buffer.from(outside.randomBytes(passwordBytes)).toString('base64url'),
    rootPassword: () => rootPassword(clouds),
    forgetRootPassword: () => forgetRootPassword(clouds),
    seenByHost: (fingerprint) => showsCertificate(pve, { ...seen, fingerprint }),
  };
}

export function serverClouds(clouds: Clouds): ServerClouds {
  return { world: serverWorld(clouds), wish: serverWish(clouds.desired, clouds.owner, clouds.reach) };
}

/** As the operator; `undefined` before there is a token. */
export function pbsOf(clouds: Clouds): Promise<ProxmoxApi | undefined> {
  const { world, wish } = serverClouds(clouds);
  return serverSession(world, wish);
}

/** @param pbs Absent: there is no server yet, or it is gone and what was on it with it. */
export async function wiringWorld(clouds: Clouds, pbs: ProxmoxApi | undefined): Promise<WiringWorld> {
  const { outside, object, owner, pve, scope } = clouds;
  const { world, wish } = serverClouds(clouds);
  const place = pbs && placeOf(world, wish, await outside.secrets.read(scope.namespace, wish.secret));
  return {
    pve,
    ...(place ? { pbs: { api: pbs, as: (token) => outside.pbs.at(place, token) } } : {}),
    secrets: outside.secrets,
    object,
    owner,
    clock: outside.clock,
    randomBytes: (size) => outside.randomBytes(size),
    learnSecret: (secret) => outside.learnSecret(secret),
  };
}

export function restoreWorld({ outside, pve, pveTokenID, owner }: Clouds): RestoreWorld {
  return { pve, tokenID: pveTokenID, owner, now: () => outside.clock.now() };
}

export function worthWorld({ outside, pve }: Clouds, pbs: ProxmoxApi): WorthWorld {
  return { pve, pbs, now: () => outside.clock.now() };
}

/** @param pbs Absent: there is no server yet, or none any more. */
export function storeClouds(clouds: Clouds, pbs: ProxmoxApi | undefined): StoreClouds {
  const { outside, scope, desired } = clouds;
  const { namespace, name, uid } = desired;
  const world = {
    ...(pbs ? { pbs } : {}),
    secrets: outside.secrets,
    namespace: scope.namespace,
    claimant: { kind: scope.kind, namespace, name, uid },
    objects: outside.objects,
    siblings: (kind: string) => outside.siblings(kind),
    now: () => outside.clock.now(),
    learn: (secret: string) => outside.learnSecret(secret),
  };
  return { world, wish: storeWish(desired) };
}
