// SPDX-License-Identifier: GPL-3.0-or-later
/** The condition `RestoreProven`. Ready is not moved by it: a backup that cannot be restored stops none of the next ones. Pure. */
import type { Verdict } from '../../../core/conditions.ts';
import { testsOf, type LastTold } from './begun.ts';
import { guestText, planRestore } from './plan.ts';
import type { EndedTest, RestoreSeen } from './seen.ts';
import type { RestoreWish } from './wish.ts';

const type = 'RestoreProven';
const mostNamed = 3;

function whichOf(tests: readonly EndedTest[]): string {
  const some = tests.slice(0, mostNamed).map((test) => `${guestText(test)}: ${test.message ?? 'no reason was given'}`);
  const more = tests.length - some.length;
  return `${some.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

export function restoreVerdict(wish: RestoreWish, seen: RestoreSeen, last: LastTold): Verdict {
  const tests = testsOf(last, seen).toSorted((a, b) => a.guest - b.guest);
  const of = (result: EndedTest['result']) => tests.filter((one) => one.result === result);
  const [failed, notDone] = [of('Failed'), of('NotDone')];
  if (failed.length > 0)
    return {
      type,
      status: 'False',
      reason: 'RestoreFailed',
      message: `The backup could not be restored: ${whichOf(failed)}. Save it again now, verify the datastore, and look at the log of the task qmrestore in Proxmox VE; with its next backup it is tested again.`,
    };
  const { hold } = planRestore(wish, seen, last);
  if (hold?.why === 'Blocked') return { type, status: 'Unknown', reason: hold.reason, message: hold.message };
  if (notDone.length > 0)
    return {
      type,
      status: 'Unknown',
      reason: 'RestoreTestNotDone',
      message: `A test came to no end, which says nothing of the backup: ${whichOf(notDone)}. Mend that; it is tried again within minutes, then hours.`,
    };
  if (tests.length === 0)
    return {
      type,
      status: 'Unknown',
      reason: 'NoRestoreTestYet',
      message: 'Nothing was restored for a test yet; the first one begins once a guest has a good backup',
    };
  return {
    type,
    status: 'True',
    reason: 'RestoresWork',
    message: 'The last restore test of each guest that was tested went well',
  };
}
