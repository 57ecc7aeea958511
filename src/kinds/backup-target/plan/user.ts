// SPDX-License-Identifier: GPL-3.0-or-later
import type { BackupTargetSpec } from '../../../api/backup-target.ts';
import type { Hold } from '../../../core/plan.ts';
import type { FoundUser, Observed } from '../observed.ts';
import type { UserStep } from '../steps.ts';
import { blocked, type Part } from './part.ts';
import { isOurPolicy, isTheirPolicy, wantedUserPolicy } from './wanted.ts';
import type { Words } from './words.ts';

function strangerHold(
  { user: { name, policyName } }: BackupTargetSpec,
  user: FoundUser,
  words: Words,
): Hold | undefined {
  const by = { kind: 'User', id: name };
  const ownership = words.ownershipOf(user.tags);
  const adopting = words.adopting(user.tags, name);
  if (typeof ownership === 'object' && !adopting)
    return blocked(
      'OwnedByOther',
      `IAM user ${name} belongs to ${ownership.other}; it was not changed. Choose another user name, or delete that object first; if it is gone already, annotate this object with hybridcloud.dev/take-over: ${ownership.uid}.`,
      by,
    );
  if (ownership === 'nobodys' && !adopting)
    return blocked(
      'NotOurs',
      `IAM user ${name} exists and was not made by this object; it was not changed. To take it over, annotate this object with hybridcloud.dev/adopt: ${name}; else choose another name.`,
      by,
    );
  if (!isTheirPolicy(user.policies, policyName)) return undefined;
  return blocked(
    'PolicyNameTaken',
    `User ${name} has a policy ${policyName}, which was not made by this object; it was not changed. Set user.policyName to another name, or take that policy away from the user.`,
    by,
  );
}

export function planUser(spec: BackupTargetSpec, observed: Observed, words: Words): Part<UserStep> {
  const { name, policyName } = spec.user;
  const on = { user: name, target: `user ${name}` } as const;
  const document = wantedUserPolicy(spec, observed.partition, observed.account, policiesOf(observed));
  const policy: UserStep = { do: 'SetUserPolicy', effect: 'update', ...on, policyName, document };
  const { user } = observed;
  if (!user)
    return {
      steps: [
        {
          do: 'CreateUser',
          effect: 'create',
          ...on,
          tags: words.mark,
          ...boundaryIn(observed),
          once: `user:${name}`,
          repeatable: true,
        },
        policy,
      ],
    };
  const hold = strangerHold(spec, user, words);
  if (hold) return { steps: [], hold };
  const adopting = words.adopting(user.tags, name);
  const steps: UserStep[] = [];
  if (adopting) steps.push({ do: 'AdoptUser', effect: 'update', ...on, tags: words.mark, needs: 'approval' });
  steps.push(...boundarySteps(on, observed));
  const have = user.policies[policyName];
  if (have === undefined || words.canonical(parsed(have)) !== words.canonical(JSON.parse(document))) steps.push(policy);
  for (const [other, text] of Object.entries(user.policies).sort(([a], [b]) => (a < b ? -1 : 1))) {
    // the name of the policy was changed in the spec: the old one goes once the new one is there
    if (other !== policyName && isOurPolicy(text))
      steps.push({ do: 'RemoveUserPolicy', effect: 'delete', ...on, policyName: other });
  }
  return { steps };
}

function policiesOf({ user }: Observed): Readonly<Record<string, string>> {
  return user?.policies ?? {};
}

function boundaryIn({ boundary }: Observed): { readonly boundary?: string } {
  return boundary === undefined ? {} : { boundary };
}

/** Before the policy: the operator may have the right to set policies of bounded users only. */
function boundarySteps(
  on: { readonly user: string; readonly target: string },
  { user, boundary }: Observed,
): UserStep[] {
  if (boundary === undefined || user?.boundary === boundary) return [];
  return [{ do: 'SetUserBoundary', effect: 'update', ...on, boundary }];
}

function parsed(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    return document;
  }
}
