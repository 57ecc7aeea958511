// SPDX-License-Identifier: GPL-3.0-or-later
import { codeOf } from '../../clouds/aws/errors.ts';
import { updateHealthCheck } from '../../clouds/aws/route53/requests.ts';
import { ZoneRecords } from '../../clouds/aws/route53/zone-records.ts';
import type { Actions } from '../../core/kind.ts';
import { changed } from '../changed.ts';
import type { Clouds } from './connect.ts';
import { certificateActions } from './certificate/act.ts';
import { haproxyActions } from './haproxy/act.ts';
import { siteActions } from './sites/act.ts';
import { requestOf } from './requests.ts';
import type { GslbStep, RecordStep } from './steps.ts';
import { isOurs, sameSettings } from './wanted-checks.ts';

type Do<Name extends GslbStep['do']> = Extract<GslbStep, { do: Name }>;

/**
 * A batch says what has to be there for it to be done: it needs no look of its own. AWS refuses the whole where a record is another by now,
 * and the owner record is among what has to be as it was.
 */
async function change({ session, scope }: Clouds, step: RecordStep): Promise<void> {
  await new ZoneRecords(session, scope, { id: step.zone }).write(requestOf(step));
}

async function ourCheck({ checks, owner }: Clouds, id: string) {
  const found = await checks.fresh(id);
  if (found && !isOurs(found, owner))
    throw changed(`Health check ${id} does not carry our mark any more; it was not touched`);
  return found;
}

async function updateCheck(clouds: Clouds, { check, settings }: Do<'UpdateHealthCheck'>): Promise<void> {
  const found = await ourCheck(clouds, check.id);
  if (!found) throw changed(`health check ${check.id} is gone`);
  if (!sameSettings(found.settings, settings)) await clouds.checks.write(updateHealthCheck(found, settings));
}

/** One that this process made a moment ago is ours: to look at five hundred of them again would take AWS minutes. */
async function tag(clouds: Clouds, step: Do<'TagHealthCheck' | 'ReleaseHealthCheck'>): Promise<void> {
  const made = step.do === 'TagHealthCheck' && clouds.checks.isNew(step.check, clouds.owner.uid);
  if (!made && !(await ourCheck(clouds, step.check))) return;
  await clouds.checks.write(requestOf(step)).catch((error: unknown) => {
    if (codeOf(error) !== 'NoSuchHealthCheck') throw error;
  });
}

/** A record that somebody made meanwhile may use it: with it gone nobody knows what that would answer. */
async function deleteCheck(clouds: Clouds, { check }: Do<'DeleteHealthCheck'>): Promise<void> {
  await clouds.checks.delete(check, clouds.owner);
}

export const act: Actions<GslbStep, Clouds> = {
  CreateHealthCheck: async ({ checks }, step) => {
    await checks.make(requestOf(step));
  },
  TagHealthCheck: tag,
  UpdateHealthCheck: updateCheck,
  ReleaseHealthCheck: tag,
  DeleteHealthCheck: deleteCheck,
  CreateRecords: change,
  ChangeRecords: change,
  AdoptRecords: change,
  ConfirmRecords: change,
  ReleaseRecords: change,
  DeleteRecords: change,
  DeleteOwnerRecord: change,
  ...certificateActions,
  ...haproxyActions,
  ...siteActions,
};
