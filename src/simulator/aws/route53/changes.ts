// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, records, required, text, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { invalidBatch, outcome } from './batch.ts';
import { invalidInput, part } from './body.ts';
import { changeXml, newChange } from './change-log.ts';
import { on } from './permission.ts';
import type { Route53Operations } from './protocol.ts';
import { held, type ProposedChange } from './proposed.ts';
import { commit, keyOf } from './record-shelf.ts';
import { checkShape } from './record-shape.ts';
import { recordMembers, recordOf } from './record-xml.ts';
import { checkNamed, stateOf, trueRecords, zoneNamed } from './shelf.ts';
import type { HostedZone } from './state.ts';

export const changeOperations: Route53Operations = {
  ChangeResourceRecordSets: {
    effect: 'write',
    method: 'POST',
    path: '/hostedzone/{HostedZoneId}/rrset',
    body: {
      ChangeBatch: {
        is: 'structure',
        required: true,
        members: {
          Comment: text({ max: 256 }),
          Changes: {
            is: 'list',
            required: true,
            of: {
              is: 'structure',
              members: {
                Action: required(text({ oneOf: ['CREATE', 'DELETE', 'UPSERT'] })),
                ResourceRecordSet: { is: 'structure', required: true, members: recordMembers },
              },
            },
          },
        },
      },
    },
    authorize: on('route53:ChangeResourceRecordSets', 'hostedzone', 'HostedZoneId', context),
    run: change,
  },
};

function proposed(input: Fields): ProposedChange[] {
  const batch = part(input, 'ChangeBatch') ?? {};
  return records(batch, 'Changes').map((fields) => ({
    action: must(fields, 'Action') as ProposedChange['action'],
    record: recordOf(part(fields, 'ResourceRecordSet') ?? {}),
  }));
}

/** Names are compared without the closing dot (Developer Guide, "Using IAM policy conditions for fine-grained access control"). */
function context(input: Fields): Record<string, readonly string[]> {
  const all = proposed(input);
  const unique = (values: readonly string[]): string[] => [...new Set(values)];
  return {
    'route53:ChangeResourceRecordSetsNormalizedRecordNames': unique(all.map(({ record }) => record.name.slice(0, -1))),
    'route53:ChangeResourceRecordSetsRecordTypes': unique(all.map(({ record }) => record.type)),
    'route53:ChangeResourceRecordSetsActions': unique(all.map(({ action }) => action)),
  };
}

/** API_ChangeResourceRecordSets: all or nothing. */
function change(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const zone = zoneNamed(call, must(input, 'HostedZoneId'));
  const changes = proposed(input);
  if (changes.length === 0)
    throw invalidInput(
      "1 validation error detected: Value '[]' at 'changeBatch.changes' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  waitItsTurn(call, zone);
  checkSize(changes);
  for (const each of changes) checkShape(each);
  for (const { action, record } of changes)
    if (action !== 'DELETE' && record.healthCheckID !== undefined) checkNamed(call, record.healthCheckID);
  const after = outcome(call, { zone, changes, before: trueRecords(stateOf(call), zone.id) });
  const batch = part(input, 'ChangeBatch') ?? {};
  const made = newChange(call, may(batch, 'Comment'));
  const touched = new Map(changes.map(({ record }) => [keyOf(record), record]));
  for (const record of touched.values()) {
    const kept = held(after, record);
    commit(call, zone.id, { record: kept ?? record, insyncAt: made.insyncAt, gone: kept === undefined });
  }
  stateOf(call).busyUntil.set(zone.id, call.now + call.world.route53Times.batch);
  return { xml: { ChangeInfo: changeXml(call, made) } };
}

/** API_ChangeResourceRecordSets, "Errors": a zone takes one batch at a time. */
function waitItsTurn(call: Call, { id }: HostedZone): void {
  if (call.now < (stateOf(call).busyUntil.get(id) ?? 0))
    throw new AwsError(
      'PriorRequestNotComplete',
      'The request was rejected because Route 53 was still processing a prior request.',
    );
}

/** Developer Guide, "Quotas", "ChangeResourceRecordSets requests": what is upserted counts twice. */
function checkSize(changes: readonly ProposedChange[]): void {
  const times = ({ action }: ProposedChange): number => (action === 'UPSERT' ? 2 : 1);
  const elements = changes.reduce((sum, each) => sum + times(each) * Math.max(1, each.record.values.length), 0);
  const characters = changes.reduce((sum, each) => sum + times(each) * each.record.values.join('').length, 0);
  if (elements > 1000) throw invalidBatch(['Number of records limit of 1000 exceeded.']);
  if (characters > 32_000) throw invalidBatch(['Number of characters limit of 32000 exceeded.']);
}
