// SPDX-License-Identifier: GPL-3.0-or-later
/** Who calls: from an access key to the caller's ARN and the policies that hold now. */
import { visible } from '../kernel/versioned.ts';
import type { Call, Principal } from './call.ts';
import { knownPolicy } from './policy/cache.ts';
import { claimOf, type Claim } from './sigv4/parse.ts';
import { SignatureProblem } from './sigv4/problem.ts';
import { verifySignature } from './sigv4/verify.ts';
import type { AccountState, Credential, Session, User } from './state.ts';

/** undefined: not signed. @throws {SignatureProblem} */
export function authenticate(
  call: Call,
  payload: 'header' | 'computed',
): { principal: Principal; claim: Claim } | undefined {
  const { incoming, world, now } = call;
  const claim = claimOf(incoming);
  if (!claim) return undefined;
  const credential = world.state.credentials.get(claim.accessKeyID);
  if (!credential) throw new SignatureProblem('unknownKey', claim.accessKeyID);
  const account = world.state.accounts.get(credential.account);
  if (!account) throw new SignatureProblem('unknownKey', claim.accessKeyID);
  const principal = credential.session
    ? sessionPrincipal(credential.session, { account, claim, now })
    : keyPrincipal(credential, { account, claim, now });
  verifySignature(incoming, claim, { secret: credential.secret, now, payload });
  if (claim.service !== call.route.service) throw new SignatureProblem('wrongService', claim.service);
  if (claim.region !== call.route.region) throw new SignatureProblem('wrongRegion', claim.region);
  world.state.lastUsed.set(claim.accessKeyID, { at: now, service: claim.service, region: claim.region });
  return { principal, claim };
}

interface At {
  readonly account: AccountState;
  readonly claim: Claim;
  readonly now: number;
}

/** A key is honoured when its user, as visible now, has it and it is active: new keys take a while [IAM User Guide, "Changes that I make are not always immediately visible"]. */
function keyPrincipal(credential: Credential, { account, claim, now }: At): Principal {
  const accessKeyID = claim.accessKeyID;
  if (claim.token !== undefined) throw new SignatureProblem('badToken');
  if (credential.user === undefined) {
    const arn = `arn:aws:iam::${account.id}:root`;
    return { kind: 'root', account: account.id, arn, id: account.id, accessKeyID, policies: [], tags: [] };
  }
  const user = visible(account.users.get(credential.user), now);
  const key = user?.keys.find(({ id }) => id === accessKeyID);
  if (!user || key?.status !== 'Active') throw new SignatureProblem('unknownKey', accessKeyID);
  return {
    kind: 'user',
    account: account.id,
    arn: `arn:aws:iam::${account.id}:user${user.path}${user.name}`,
    id: user.id,
    name: user.name,
    accessKeyID,
    policies: user.policies.map(({ document }) => knownPolicy(document, 'identity')),
    ...boundaryOf(account, user),
    tags: user.tags,
  };
}

/** IAM User Guide, "Permissions boundaries for IAM entities". */
function boundaryOf(account: AccountState, { boundary }: User): Pick<Principal, 'limit'> {
  const policy = boundary === undefined ? undefined : account.managedPolicies?.get(boundary);
  return policy ? { limit: knownPolicy(policy.document, 'identity') } : {};
}

function sessionPrincipal(session: Session, { account, claim, now }: At): Principal {
  if (claim.token !== session.token) throw new SignatureProblem('badToken');
  if (now >= session.expiresAt) throw new SignatureProblem('expiredToken');
  const seen = visible(account.roles.get(session.role), now);
  // a role that is gone, or was made anew, leaves its sessions without permissions
  const role = seen?.id === session.roleID ? seen : { name: session.role, path: '/', policies: [], tags: [] };
  return {
    kind: 'role',
    account: account.id,
    arn: `arn:aws:sts::${account.id}:assumed-role/${role.name}/${session.name}`,
    roleArn: `arn:aws:iam::${account.id}:role${role.path}${role.name}`,
    id: `${session.roleID}:${session.name}`,
    accessKeyID: claim.accessKeyID,
    policies: role.policies.map(({ document }) => knownPolicy(document, 'identity')),
    ...(session.policy === undefined ? {} : { limit: knownPolicy(session.policy, 'identity') }),
    tags: role.tags,
  };
}
