// SPDX-License-Identifier: GPL-3.0-or-later
/** The writes to Route 53, as data. */
import type * as Route53 from '@aws-sdk/client-route-53';
import type { Tags } from '../../../core/owner-mark.ts';
import type { CheckSettings, HealthCheck } from './health-check.ts';
import { configFor } from './health-check-readings.ts';
import { recordSetFor } from './record-readings.ts';
import { write, type AwsRequest } from '../request.ts';
import type { RecordChange } from './route53.ts';
import { toTagList } from '../tags.ts';

/**
 * All changes of one name, its owner mark among them: done together or not at all. AWS takes deletions and creations of the same name in
 * one batch, which is the only way to another routing policy; what it is between them nobody ever is answered.
 */
export function changeRecords(zone: string, changes: readonly RecordChange[]): AwsRequest {
  return write('route53', 'ChangeResourceRecordSets', {
    HostedZoneId: zone,
    ChangeBatch: {
      Changes: changes.map(({ action, record }) => ({ Action: action, ResourceRecordSet: recordSetFor(record) })),
    },
  } satisfies Route53.ChangeResourceRecordSetsCommandInput);
}

/**
 * A second one of the same reference and settings is answered with the first one's check. The reference of a deleted check is refused for
 * days, as is one with other settings. Tags cannot be given along: until they are on, the reference says whose it is.
 */
export function createHealthCheck(reference: string, settings: CheckSettings): AwsRequest {
  return write('route53', 'CreateHealthCheck', {
    CallerReference: reference,
    HealthCheckConfig: configFor(settings),
  } satisfies Route53.CreateHealthCheckCommandInput);
}

const resettable = ['FullyQualifiedDomainName', 'Regions', 'ResourcePath', 'ChildHealthChecks'] as const;
/** AWS takes none of these in an update (API reference, UpdateHealthCheck has no such members). */
const fixed = new Set(['Type', 'RequestInterval', 'MeasureLatency']);

/** Everything that can be changed, as it shall be. Refused when somebody changed it after `version` was read. */
export function updateHealthCheck({ id, version, settings: have }: HealthCheck, want: CheckSettings): AwsRequest {
  const [before, config] = [configFor(have), configFor(want)];
  const reset = resettable.filter((element) => before[element] !== undefined && config[element] === undefined);
  return write('route53', 'UpdateHealthCheck', {
    HealthCheckId: id,
    HealthCheckVersion: version,
    ...Object.fromEntries(Object.entries(config).filter(([name]) => !fixed.has(name))),
    ...(reset.length === 0 ? {} : { ResetElements: reset }),
  } satisfies Route53.UpdateHealthCheckCommandInput);
}

/** AWS deletes it though records still use it, and then nobody knows what they answer: first they have to go. */
export function deleteHealthCheck(id: string): AwsRequest {
  return write('route53', 'DeleteHealthCheck', { HealthCheckId: id } satisfies Route53.DeleteHealthCheckCommandInput);
}

/** @param remove Keys of tags to take off. */
export function tagHealthCheck(id: string, tags: Tags, remove: readonly string[] = []): AwsRequest {
  return write('route53', 'ChangeTagsForResource', {
    ResourceType: 'healthcheck',
    ResourceId: id,
    ...(Object.keys(tags).length === 0 ? {} : { AddTags: toTagList(tags) }),
    ...(remove.length === 0 ? {} : { RemoveTagKeys: [...remove].sort() }),
  } satisfies Route53.ChangeTagsForResourceCommandInput);
}
