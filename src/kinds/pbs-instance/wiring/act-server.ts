// SPDX-License-Identifier: GPL-3.0-or-later
/** What is done on the backup server; what takes away looks again first. */
import { grantsOf, tokensOf, usersOf, type PbsUser } from '../../../clouds/pbs/access.ts';
import { ownedGroups } from '../../../clouds/pbs/groups.ts';
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import { changed } from '../../changed.ts';
import { ownershipOfComment } from './owner-comment.ts';
import { wiringRequest } from './requests.ts';
import type { WiringStep } from './steps.ts';
import type { WiringWorld } from './world.ts';

type Do<Name extends WiringStep['do']> = Extract<WiringStep, { do: Name }>;

/** @throws Failure: the server went between plan and act. */
export function server({ pbs }: WiringWorld): ProxmoxApi {
  if (!pbs) throw changed('The backup server is not there any more');
  return pbs.api;
}

/** The server itself refuses a second one of the same name. */
export async function make(world: WiringWorld, step: WiringStep): Promise<void> {
  const request = wiringRequest(step);
  if (request) await server(world).write(request.asked);
}

async function userOf(world: WiringWorld, id: string): Promise<PbsUser | undefined> {
  return (await usersOf(server(world))).find((one) => one.id === id);
}

/** Ours, or nobody's: a person has approved the latter. */
export async function changeUser(world: WiringWorld, step: Do<'ChangeBackupUser'>): Promise<void> {
  const live = await userOf(world, step.user);
  const ownership = live && ownershipOfComment(live.comment, world.owner);
  const free = ownership === 'mine' || (ownership === 'nobodys' && step.needs === 'approval');
  if (!free) throw changed(`User ${step.user} of the backup server is not ours any more; it was not touched`);
  await make(world, step);
}

/** `false`: it is gone. @throws Failure where it is somebody else's by now. */
async function isStillOurs(world: WiringWorld, id: string): Promise<boolean> {
  const live = await userOf(world, id);
  if (!live) return false;
  if (ownershipOfComment(live.comment, world.owner) === 'mine') return true;
  throw changed(`User ${id} of the backup server does not carry our mark any more; it was not touched`);
}

export async function removeUser(world: WiringWorld, step: Do<'RemoveBackupUser'>): Promise<void> {
  if (!(await isStillOurs(world, step.user))) return;
  const [token] = await tokensOf(server(world), step.user);
  if (token !== undefined) throw changed(`User ${step.user} of the backup server has a token ${token} by now`);
  await make(world, step);
}

export async function removeToken(world: WiringWorld, step: Do<'RemoveBackupToken'>): Promise<void> {
  const { user, token } = step.account;
  if (!(await isStillOurs(world, user))) return;
  if ((await tokensOf(server(world), user)).includes(token)) await make(world, step);
}

export async function revoke(world: WiringWorld, step: Do<'RevokeGrant'>): Promise<void> {
  const { path, who, role } = step.grant;
  const [user = ''] = who.split('!');
  if (!(await isStillOurs(world, user))) return;
  const live = await grantsOf(server(world));
  if (live.some((one) => one.path === path && one.who === who && one.role === role)) await make(world, step);
}

/** Only of whom a person has seen, and approved. */
export async function changeOwner(world: WiringWorld, step: Do<'ChangeBackupOwner'>): Promise<void> {
  const { at, group, owner } = step;
  const live = (await ownedGroups(server(world), at)).find(({ type, id }) => type === group.type && id === group.id);
  if (!live || live.owner === owner) return;
  if (live.owner !== group.owner) throw changed(`Backups ${group.type}/${group.id} belong to ${live.owner} by now`);
  await make(world, step);
}
