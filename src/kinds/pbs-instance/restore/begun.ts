// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What the status tells of tests: those that were announced or are under way, and how the others ended. It says which guest a task is of, and
 * never whose anything is. Pure.
 */
import type { RestoreStatus } from '../../../api/pbs-instance/restore-tests.ts';
import { milliseconds, rfc3339 } from '../../../core/time.ts';
import type { BegunTest, EndedTest, RestoreSeen } from './seen.ts';
import type { RestoreCopy } from './steps.ts';

export interface LastTold {
  readonly restoreTests?: RestoreStatus | undefined;
  readonly begun?: readonly { readonly at: string; readonly step: string }[] | undefined;
}

function announced({ at, step }: NonNullable<LastTold['begun']>[number]): readonly BegunTest[] {
  if (!step.includes('"RestoreCopy"')) return [];
  try {
    const { guest, name, snapshotAt, copy } = JSON.parse(step) as Partial<RestoreCopy>;
    if (typeof guest !== 'number' || typeof snapshotAt !== 'number' || typeof copy?.vmid !== 'number') return [];
    return [{ guest, name: name ?? '', snapshotAt, copy, at: milliseconds(at) }];
  } catch {
    // somebody wrote it
    return [];
  }
}

export function begunTests({ begun = [], restoreTests }: LastTold): readonly BegunTest[] {
  const shown = (restoreTests?.running ?? []).map(
    ({ id: guest, name = '', copyID: vmid, node, snapshotTime, task }): BegunTest => ({
      guest,
      name,
      snapshotAt: milliseconds(snapshotTime),
      copy: { node, vmid },
      at: 0,
      task,
    }),
  );
  const known = new Set(shown.map(({ copy }) => `${copy.node}/${copy.vmid}`));
  const more = begun.flatMap(announced).filter(({ copy }) => !known.has(`${copy.node}/${copy.vmid}`));
  return [...shown, ...more];
}

function triesOf({ result, tries }: EndedTest, before: EndedTest | undefined): Pick<EndedTest, 'tries'> {
  if (result !== 'NotDone') return {};
  return { tries: tries ?? (before?.tries ?? 0) + 1 };
}

/** The last test of each guest. */
export function testsOf({ restoreTests }: LastTold, { ended }: Pick<RestoreSeen, 'ended'>): readonly EndedTest[] {
  const before = (restoreTests?.guests ?? []).map(
    ({ id: guest, name = '', time, snapshotTime, seconds, result, message, tries }): EndedTest => ({
      guest,
      name,
      snapshotAt: milliseconds(snapshotTime),
      at: milliseconds(time),
      seconds,
      result,
      ...(message === undefined ? {} : { message }),
      ...(tries === undefined ? {} : { tries }),
    }),
  );
  const newest = new Map<number, EndedTest>();
  // in the whole seconds of the status, so that what it tells is not taken for another one
  const all = [...before, ...ended.map((one) => ({ ...one, at: milliseconds(rfc3339(one.at)) }))];
  for (const one of all) {
    const known = newest.get(one.guest);
    if ((known?.at ?? -1) < one.at) newest.set(one.guest, { ...one, ...triesOf(one, known) });
  }
  return [...newest.values()];
}
