// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.ignoreFields` of a PbsInstance: what is left to somebody else, e.g. to who sizes VMs, or to the owner of the nights. */
import { ignoreFieldsOf } from '../ignored.ts';

/** How long backups are kept, which guests a job saves, and whether it is switched on, is not among them; nor is any mark. */
export const ignorable = [
  'server.vm.cores',
  'server.vm.memory',
  'datastore.gcSchedule',
  'datastore.prune.schedule',
  'datastore.verify.schedule',
  'jobs.schedule',
] as const;

export const ignoreFields = ignoreFieldsOf({
  paths: ignorable,
  never: 'what protects backups',
  description: `Settings that the operator neither changes nor reports as drift: somebody else looks after them. What it makes begins as the spec says. Any of ${ignorable.join(', ')}; jobs.schedule is that of every job. What the backups are worth is judged all the same. Default: none. Example: [server.vm.cores, server.vm.memory].`,
});
