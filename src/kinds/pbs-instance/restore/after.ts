// SPDX-License-Identifier: GPL-3.0-or-later
/** Restore tests once a step is done or something happened by itself; the same object when that already shows. Pure. */
import type { Event } from '../../../core/step.ts';
import type { VmPlace } from '../../../clouds/pve/vms.ts';
import type { RestoreSeen } from './seen.ts';
import type { RestoreStep } from './steps.ts';

const same = (a: VmPlace, b: VmPlace) => a.vmid === b.vmid && a.node === b.node;

export function afterRestore(seen: RestoreSeen, step: RestoreStep): RestoreSeen {
  if (step.do === 'DestroyCopy') {
    const copies = seen.copies.filter(({ place }) => !same(place, step.copy));
    return copies.length === seen.copies.length ? seen : { ...seen, copies };
  }
  const { guest, name, snapshotAt, copy } = step;
  const begun = seen.running.some((one) => one.told && same(one.copy, copy));
  // over already, and destroyed
  const over = seen.ended.some((one) => one.told && one.guest === guest && one.snapshotAt === snapshotAt);
  if (begun || over) return seen;
  const { nextID: _taken, room: _used, ...rest } = seen;
  const test = { guest, name, snapshotAt, copy, at: seen.now, task: `<task of ${copy.vmid}>`, told: true } as const;
  const others = seen.running.filter((one) => !same(one.copy, copy));
  return { ...rest, running: [...others, test] };
}

function restored(seen: RestoreSeen, task: string): RestoreSeen {
  const test = seen.running.find((one) => one.task === task);
  if (!test) {
    const copies = seen.copies.filter(({ leaving }) => leaving !== task);
    return copies.length === seen.copies.length ? seen : { ...seen, copies };
  }
  const { guest, name, snapshotAt, copy } = test;
  return {
    ...seen,
    running: seen.running.filter((one) => one !== test),
    ended: [...seen.ended, { guest, name, snapshotAt, at: seen.now, seconds: 0, result: 'Restored', told: true }],
    copies: [...seen.copies, { place: copy, of: test, is: 'Whole', running: false }],
  };
}

export function afterRestoreEvent(seen: RestoreSeen, event: Event): RestoreSeen {
  if ('seconds' in event) return { ...seen, now: seen.now + event.seconds * 1000 };
  if (event.happens === 'TaskEnded') return restored(seen, event.id);
  if (event.happens !== 'Unlocked') return seen;
  const copies = seen.copies.map((copy) => {
    const { lock: _lock, ...free } = copy;
    return String(copy.place.vmid) === event.id ? free : copy;
  });
  return { ...seen, copies };
}
