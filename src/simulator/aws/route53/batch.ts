// SPDX-License-Identifier: GPL-3.0-or-later
/** What a batch makes of a zone, judged change by change in the order given (octodns/octodns#507: a creation before the deletion that it needs is refused). */
import type { Call } from '../call.ts';
import { aliasProblem } from './alias-rules.ts';
import { AwsError } from '../errors.ts';
import { groupProblem, ttlProblem } from './group-rules.ts';
import { at, enter, held, indexed, leave, type ProposedChange, type Records } from './proposed.ts';
import { keyOf } from './record-shelf.ts';
import type { HostedZone, RecordSet } from './state.ts';
import { valueProblem } from './values.ts';
import { nameProblem, apexProblem } from './zone-rules.ts';

export interface Batch {
  readonly zone: HostedZone;
  readonly changes: readonly ProposedChange[];
  readonly before: readonly RecordSet[];
}

/** All that is wrong in one reply, as a list in brackets. */
export function invalidBatch(messages: readonly string[]): AwsError {
  return new AwsError('InvalidChangeBatch', `[${messages.join(', ')}]`);
}

/** The zone's records by key after the batch. @throws {AwsError} InvalidChangeBatch with everything that is wrong */
export function outcome(call: Call, { zone, changes, before }: Batch): Records {
  const records = indexed(before);
  const problems = repeated(changes);
  for (const [i, change] of changes.entries()) {
    const settled = { zone, there: without(records, changes.slice(i + 1)), record: change.record };
    const problem =
      change.action === 'DELETE'
        ? removalProblem(records, change.record)
        : (additionProblem(zone, records, change) ?? aliasProblem(call, settled));
    if (problem !== undefined) problems.push(problem);
    else if (change.action === 'DELETE') leave(records, change.record);
    else enter(records, change.record);
  }
  problems.push(...afterwards({ zone, changes }, records));
  if (problems.length > 0) throw invalidBatch([...new Set(problems)]);
  return records;
}

/** What a later change of the batch creates or replaces is not there yet, even when it is (octodns/octodns#366). */
function without(records: Records, later: readonly ProposedChange[]): (name: string) => readonly RecordSet[] {
  return (name) => {
    const coming = new Set(later.flatMap(({ action, record }) => (action === 'DELETE' ? [] : [keyOf(record)])));
    return at(records, name).filter((record) => !coming.has(keyOf(record)));
  };
}

/** What is judged on the outcome: it does not depend on the order. */
function afterwards({ zone, changes }: Pick<Batch, 'zone' | 'changes'>, records: Records): string[] {
  const added = changes.flatMap(({ action, record }) => (action === 'DELETE' ? [] : (held(records, record) ?? [])));
  const problems = added.flatMap((record) => ttlProblem(records, record) ?? []);
  return [...problems, ...(apexProblem(zone, records) ?? [])];
}

/** The service's own words, for example in kubernetes-sigs/external-dns#1411 and hashicorp/terraform-provider-aws#2335. */
export function named({ name, type, setIdentifier }: RecordSet): string {
  return `[name='${name}', type='${type}'${setIdentifier === undefined ? '' : `, set-identifier='${setIdentifier}'`}]`;
}

function additionProblem(zone: HostedZone, records: Records, { action, record }: ProposedChange): string | undefined {
  if (action === 'CREATE' && held(records, record))
    return `Tried to create resource record set ${named(record)} but it already exists`;
  return valueProblem(record) ?? nameProblem(zone, records, record) ?? groupProblem(records, record);
}

function removalProblem(records: Records, record: RecordSet): string | undefined {
  const there = held(records, record);
  if (!there) return `Tried to delete resource record set ${named(record)} but it was not found`;
  return same(there, record)
    ? undefined
    : `Tried to delete resource record set ${named(record)} but the values provided do not match the current values`;
}

/** The order of the values does not count. */
export function same(a: RecordSet, b: RecordSet): boolean {
  const flat = (record: RecordSet): string => JSON.stringify({ ...record, values: record.values.toSorted() });
  return flat(a) === flat(b);
}

/** One record set is created or replaced once, deleted once, and deleted before it is created again. */
function repeated(changes: readonly ProposedChange[]): string[] {
  const seen = new Map<string, string>();
  const problems: string[] = [];
  for (const { action, record } of changes) {
    const key = keyOf(record);
    const before = seen.get(key);
    if (before !== undefined && !(before === 'DELETE' && action !== 'DELETE'))
      problems.push(
        `The request contains an invalid set of changes for a resource record set '${record.type} ${record.name}'`,
      );
    seen.set(key, action);
  }
  return problems;
}
