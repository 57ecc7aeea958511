// SPDX-License-Identifier: GPL-3.0-or-later
/** The condition `Permissions`: what the tokens may not do and should, with the commands that grant it. Asked while something is being made. */
import type { Verdict } from '../../core/conditions.ts';
import type { Hold } from '../../core/plan.ts';
import type { Needed } from '../../clouds/pve/permissions.ts';
import { machineNeeds } from './machine/needs.ts';
import type { Observed } from './observed.ts';
import { machineWish, wiringWish } from './of-spec.ts';
import { blocked } from './plan/part.ts';
import { restoreWish } from './restore-of.ts';
import { restoreNeeds } from './restore/needs.ts';
import { insideOf } from './server/seen.ts';
import { pveNeeds, pveumCommands, type NeededFor } from './wiring/needs.ts';
import type { PbsDesired } from './wish.ts';

const type = 'Permissions';

/** Of Proxmox VE, for all that the spec wants. */
export function needsOf(desired: PbsDesired): readonly NeededFor[] {
  const machine = machineWish(desired);
  const made = machine ? machineNeeds(machine) : [];
  const wiring = pveNeeds(wiringWish(desired, { fingerprint: '' }));
  const tests = restoreWish(desired);
  const copies = tests ? restoreNeeds(tests) : [];
  return [
    ...made.map((one) => ({ ...one, why: 'to make the VM', propagate: true })),
    ...wiring,
    ...copies.map((one) => ({ ...one, why: 'to restore guests for a test', propagate: true })),
  ];
}

const words = (lacking: readonly Needed[]) =>
  lacking.map(({ path, anyOf }) => `${anyOf.join(' or ')} on ${path}`).join(', ');

/** @param desired `undefined` rights are those of a path that the spec has no more. */
function told(desired: PbsDesired, { tokenID, lacking = [] }: Observed): string {
  const needs = needsOf(desired).filter((one) =>
    lacking.some(({ path, anyOf }) => path === one.path && anyOf.join() === one.anyOf.join()),
  );
  const commands = pveumCommands(needs, tokenID).map((one) => `\`${one}\``);
  return `The token ${tokenID} lacks in Proxmox VE: ${words(lacking)}. On a node run ${commands.join(', ')}`;
}

/** Nothing is begun that would stop half way. */
export function permissionsHold(desired: PbsDesired, observed: Observed): Hold | undefined {
  if ((observed.lacking ?? []).length === 0) return undefined;
  return blocked('PermissionsMissing', `${told(desired, observed)}.`, { kind: 'Token', id: observed.tokenID });
}

export function permissionsVerdict(desired: PbsDesired, observed: Observed): Verdict {
  const { lacking, server } = observed;
  const inside = server && insideOf(server);
  if (lacking === undefined) {
    const before = desired.last.conditions?.find((one) => one.type === type);
    if (before) return { type, status: before.status, reason: before.reason, message: before.message };
    return { type, status: 'Unknown', reason: 'NotAsked', message: 'Asked when something is to be made' };
  }
  if (lacking.length > 0) return { type, status: 'False', reason: 'Missing', message: told(desired, observed) };
  if (inside && inside.lacking.length > 0) {
    const what = inside.lacking.map(({ on, privilege }) => `${privilege} on ${on}`).join(', ');
    const message = `The token ${inside.tokenID} lacks on the backup server: ${what}`;
    return { type, status: 'False', reason: 'Missing', message };
  }
  const message = `The token ${observed.tokenID} may do all that this object needs`;
  return { type, status: 'True', reason: 'Allowed', message };
}
