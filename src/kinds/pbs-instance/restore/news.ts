// SPDX-License-Identifier: GPL-3.0-or-later
/** Tests that ended from one status to the next: an event each. Pure. */
import type { RestoreStatus } from '../../../api/pbs-instance/restore-tests.ts';
import type { News } from '../../../core/kind.ts';
import { guestText } from './plan.ts';

interface Told {
  readonly restoreTests?: RestoreStatus | undefined;
}

type Tested = NonNullable<RestoreStatus['guests']>[number];

function newsOf({ id, name = '', seconds, result, message = '', snapshotTime }: Tested): News {
  const what = `the backup of ${guestText({ guest: id, name })} from ${snapshotTime}`;
  if (result === 'Restored')
    return { type: 'Normal', reason: 'RestoreTestPassed', message: `Restored ${what} for a test in ${seconds} s` };
  if (result === 'Failed')
    return {
      type: 'Warning',
      reason: 'RestoreFailed',
      message: `Could not restore ${what}: ${message}. Save the guest again now, and verify the datastore.`,
    };
  return {
    type: 'Warning',
    reason: 'RestoreTestNotDone',
    message: `The test of ${what} came to no end, which says nothing of the backup: ${message}. Mend that; it is tried again.`,
  };
}

export function restoreNews(before: Told, now: Told): readonly News[] {
  const known = new Map((before.restoreTests?.guests ?? []).map(({ id, time }) => [id, time]));
  return (now.restoreTests?.guests ?? []).filter(({ id, time }) => known.get(id) !== time).map(newsOf);
}
