// SPDX-License-Identifier: GPL-3.0-or-later
/** The user and token by which Proxmox VE backs up, and all that they may. Pure. */
import type { Grant } from '../../../clouds/pbs/access.ts';
import { annotations } from '../../../api/annotations.ts';
import type { Hold } from '../../../core/plan.ts';
import { ownerComment } from './owner-comment.ts';
import { blocked } from './part.ts';
import type { OnServer, WiringSeen } from './seen.ts';
import type { WiringStep } from './steps.ts';
import { levelsOf, aclPathOf, tokenIDOf, type WiringWish } from './wish.ts';

/** It may add backups, and read and restore its own; it may delete none: whoever breaks into a node cannot either. */
const role = 'DatastoreBackup';

function userHold({ account, adopt }: WiringWish, { server }: WiringSeen): Hold | undefined {
  const { ownership } = server?.user ?? {};
  if (ownership === undefined || ownership === 'mine') return undefined;
  if (ownership === 'nobodys' && adopt.includes(account.user)) return undefined;
  const whose = ownership === 'nobodys' ? 'was not made by this object' : `belongs to ${ownership.other}`;
  const cure =
    ownership === 'nobodys'
      ? `Remove it, or take it over: annotate this object with ${annotations.adopt}: ${account.user}.`
      : 'Give this object another name, or remove that user when its owner is gone.';
  return blocked('NotOurs', `User ${account.user} on the backup server ${whose}; it is not touched. ${cure}`, {
    kind: 'BackupUser',
    id: account.user,
  });
}

function secretHold({ tokenSecret }: WiringWish, { token }: WiringSeen): Hold | undefined {
  if (token.found !== 'foreign') return undefined;
  return blocked(
    'SecretNotOurs',
    `Secret ${tokenSecret}, where the token for Proxmox VE has to be kept, was not made by this object; it was not changed. Delete it, or give this object another name.`,
    { kind: 'Secret', id: tokenSecret },
  );
}

export function accountHold(wish: WiringWish, seen: WiringSeen): Hold | undefined {
  return userHold(wish, seen) ?? secretHold(wish, seen);
}

function namespaceSteps(wish: WiringWish, { namespaces }: OnServer): WiringStep[] {
  const { datastore } = wish;
  return levelsOf(wish)
    .filter((level) => !namespaces.includes(level))
    .map((level) => ({
      part: 'wiring',
      do: 'AddBackupNamespace',
      effect: 'create',
      target: `namespace ${level} of datastore ${datastore}`,
      datastore,
      namespace: level,
    }));
}

function userSteps({ account }: WiringWish, { server, owner }: WiringSeen): WiringStep[] {
  const { user } = account;
  const [target, comment] = [`user ${user} of the backup server`, ownerComment(owner)];
  const there = server?.user;
  if (!there) return [{ part: 'wiring', do: 'AddBackupUser', effect: 'create', target, user, comment }];
  if (there.enabled && there.ownership === 'mine') return [];
  const taken = there.ownership === 'mine' ? {} : ({ needs: 'approval' } as const);
  return [{ part: 'wiring', do: 'ChangeBackupUser', effect: 'update', target, user, comment, ...taken }];
}

function tokenSteps(wish: WiringWish, { server, token }: WiringSeen): WiringStep[] {
  const { account, tokenSecret } = wish;
  const renew = server?.tokens.includes(account.token) ?? false;
  if (renew && token.found === 'ours' && token.works) return [];
  return [
    {
      part: 'wiring',
      do: 'MakeBackupToken',
      effect: renew ? 'update' : 'create',
      target: `token ${tokenIDOf(account)} of the backup server`,
      account,
      tokenSecret,
      renew,
      path: aclPathOf(wish),
    },
  ];
}

const sameGrant = (a: Grant, b: Grant) =>
  a.path === b.path && a.who === b.who && a.role === b.role && a.propagate === b.propagate;

/** A token may what its user may, too: so both. Below a namespace there may be others: so it is inherited. */
export function wantedGrants(wish: WiringWish): readonly Grant[] {
  const path = aclPathOf(wish);
  return [wish.account.user, tokenIDOf(wish.account)].map((who) => ({ path, who, role, propagate: true }));
}

export function revocation(grant: Grant): WiringStep {
  const target = `${grant.role} of ${grant.who} on ${grant.path}`;
  return { part: 'wiring', do: 'RevokeGrant', effect: 'delete', target, grant };
}

/** What somebody gave beyond that is taken away: it is why a stolen token destroys nothing. */
function grantSteps(wish: WiringWish, { grants }: OnServer): WiringStep[] {
  const wanted = wantedGrants(wish);
  const missing = wanted.filter((one) => !grants.some((have) => sameGrant(one, have)));
  // giving a role anew with another `propagate` replaces it (api2/access/acl.rs)
  const surplus = grants.filter(
    (have) =>
      !wanted.some(({ path, who, role: given }) => have.path === path && have.who === who && have.role === given),
  );
  return [
    ...missing.map((grant): WiringStep => {
      const target = `${grant.role} of ${grant.who} on ${grant.path}`;
      return { part: 'wiring', do: 'GrantBackup', effect: 'create', target, grant };
    }),
    ...surplus.map(revocation),
  ];
}

export function accountSteps(wish: WiringWish, seen: WiringSeen): readonly WiringStep[] {
  const { server } = seen;
  if (!server) return [];
  return [
    ...namespaceSteps(wish, server),
    ...userSteps(wish, seen),
    ...tokenSteps(wish, seen),
    ...grantSteps(wish, server),
  ];
}
