// SPDX-License-Identifier: GPL-3.0-or-later
/** What the status shows of the device, and what differs there. Pure. */
import type { VpnConnection } from '../../../clouds/aws/ec2/vpn.ts';
import type { Difference } from '../../../core/drift.ts';
import { Failure } from '../../../core/failure.ts';
import type { Facts } from '../../../core/kind.ts';
import { rfc3339 } from '../../../core/time.ts';
import type { Context } from '../plan/part.ts';
import { differences } from './compare.ts';
import { planPush } from './plan.ts';
import { wantedRecords } from './wanted.ts';

type Verdict = NonNullable<Facts['conditions']>[number];

const type = 'DevicePushed';

function verdictOf(context: Context, connection: VpnConnection, url: string): Verdict {
  const { steps, hold } = planPush(context, connection);
  if (hold) return { type, status: 'False', reason: hold.reason, message: hold.message };
  if (steps.length > 0)
    return { type, status: 'False', reason: 'Pushing', message: `OPNsense ${url} is being configured` };
  return { type, status: 'True', reason: 'Pushed', message: `OPNsense ${url} is configured as the spec says` };
}

/** For `status.device`, and the condition; nothing where the spec does not push. */
export function pushFacts(
  context: Context,
  connection: VpnConnection | undefined,
): { readonly fields: { readonly push?: object }; readonly conditions: readonly Verdict[] } {
  const { observed, last } = context;
  const url = observed.push?.url;
  if (url === undefined || !connection) return { fields: {}, conditions: [] };
  const verdict = verdictOf(context, connection, url);
  const state = verdict.status === 'True' ? 'Applied' : verdict.reason === 'Pushing' ? 'Pending' : 'Failed';
  const before = last.device?.push;
  const since = before?.state === state && before.url === url ? before.since : rfc3339(observed.now);
  return {
    fields: { push: { url, state, ...(since === undefined ? {} : { since }) } },
    conditions: [verdict],
  };
}

/** Of what is there already: what is still to be made is no drift. */
export function pushDrift(context: Context, connection: VpnConnection): readonly Difference[] {
  const { push } = context.observed;
  if (push?.found !== 'here' || push.records.length === 0 || !context.spec.device?.push) return [];
  try {
    return wantedRecords(context, connection, push).flatMap((one): Difference[] => {
      const path = `device.push.${one.name}`;
      const found = push.records.find(({ uuid }) => uuid === one.uuid);
      if (!found) return [{ path, want: 'there', have: 'absent' }];
      const key = found.keyed === false ? [{ path: `${path}.key`, want: 'that of AWS', have: 'another key' }] : [];
      return [
        ...key,
        ...differences(one, found).map(({ name, want, have }) => ({ path: `${path}.${name}`, want, have })),
      ];
    });
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
