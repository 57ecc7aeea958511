// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What an object made is looked for in the account that it was made in. Seen with credentials of another account all of it seems gone: a deletion
 * would be over at once, and leave a key that works, or a connection that is paid for.
 */
import { annotations } from '../api/annotations.ts';
import { Failure } from '../core/failure.ts';

interface Known {
  readonly annotations: Readonly<Record<string, string>>;
  readonly last: { readonly accountID?: string | undefined };
}

/** @throws Failure when the status remembers another account, and nobody said that what is there may stay. */
export function mustBeSameAccount({ annotations: given, last: { accountID } }: Known, account: string): void {
  if (accountID === undefined || accountID === account || given[annotations.leaveAccount]?.trim() === accountID) return;
  throw new Failure({
    class: 'Denied',
    reason: 'WrongAccount',
    message: `The credentials are of account ${account}, and what this object made is in account ${accountID}; nothing was done. Give it credentials of account ${accountID} again; or, to leave there what is there, and paid for, annotate this object with ${annotations.leaveAccount}: "${accountID}".`,
  });
}

/** For `status.accountID`. @param ours Whether something of this object was seen just now. */
export function accountFact(
  { accountID }: Known['last'],
  { account, ours }: { readonly account: string; readonly ours: boolean },
): { readonly accountID?: string } {
  const known = ours ? account : accountID;
  return known === undefined ? {} : { accountID: known };
}
