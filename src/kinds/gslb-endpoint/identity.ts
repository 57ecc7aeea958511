// SPDX-License-Identifier: GPL-3.0-or-later
import type { CheckSettings } from '../../clouds/aws/route53/health-check.ts';
import type { RecordChange } from '../../clouds/aws/route53/route53.ts';
import { certificateIdentity } from './certificate/requests.ts';
import { siteIdentity } from './sites/requests.ts';
import { isOfCertificate, isOfHaproxy, isOfSite, type GslbStep } from './steps.ts';

/** Which checks they are, by role: what a plan makes has no id before. */
function settingsIdentity(settings: CheckSettings): object {
  return settings.type === 'Calculated' ? { ...settings, children: settings.children.length } : settings;
}

function changeIdentity({ action, record: { healthCheckID, ...record } }: RecordChange): object {
  return { action, ...record, checked: healthCheckID !== undefined };
}

/** See `Kind.identity`. The endpoint of a check stands in the target, and so does the id of what is deleted. */
export function identity(step: GslbStep): unknown {
  const { do: verb, effect, target } = step;
  const own = { do: verb, effect, target };
  // which HAProxy has accepted it is no part of what is published
  if (isOfHaproxy(step)) return { ...own, ...('digest' in step ? { digest: step.digest } : {}) };
  if (isOfSite(step)) return siteIdentity(step);
  if (isOfCertificate(step)) return certificateIdentity(step);
  switch (step.do) {
    case 'CreateHealthCheck':
    case 'UpdateHealthCheck':
      return { ...own, settings: settingsIdentity(step.settings) };
    case 'TagHealthCheck':
    case 'ReleaseHealthCheck':
      return { ...own, tags: step.tags };
    case 'DeleteHealthCheck':
      return own;
    default:
      return { ...own, zone: step.zone, changes: step.changes.map(changeIdentity) };
  }
}
