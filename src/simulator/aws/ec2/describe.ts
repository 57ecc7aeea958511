// SPDX-License-Identifier: GPL-3.0-or-later
/** Ids, filters and pages of `Describe…`. Source: EC2 API reference, "Query requests", and the filters of each action. */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { matchesPattern } from '../policy/match.ts';
import { may, must, records, texts, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import type { Tag } from '../tag.ts';
import { allSeen, notFound, wellFormed, type Kind, type Things } from './entities.ts';

/** What a filter compares with, by its name; `tag:…` and `tag-key` are there for all. */
export type Filters<T> = Readonly<Record<string, (thing: T) => readonly (string | undefined)[]>>;

/** @throws {AwsError} `Invalid…ID.NotFound` when one of the ids is not there; InvalidParameterValue for an unknown filter. */
export function select<K extends Kind>(
  call: Call,
  input: Fields,
  { kind, ids, filters }: { kind: K; ids: string; filters: Filters<Things[K]> },
): Things[K][] {
  return sift(allSeen(call, kind), input, { kind, ids, filters });
}

/** The same, of a list that is not all there is. */
export function sift<T extends { readonly id: string; readonly tags: readonly Tag[] }>(
  all: readonly T[],
  input: Fields,
  { kind, ids, filters }: { kind: Kind; ids: string; filters: Filters<T> },
): T[] {
  const wanted = texts(input, ids);
  for (const id of wanted) wellFormed(kind, id);
  const missing = wanted.filter((id) => !all.some((thing) => thing.id === id));
  if (missing.length > 0) throw notFound(kind, missing);
  const given = records(input, 'Filter');
  // EC2 User Guide, "Filtering resources": at most 50 filters, and at most 200 values in one request
  if (given.length > 50 || given.flatMap((filter) => texts(filter, 'Value')).length > 200)
    throw new AwsError('FilterLimitExceeded', 'The maximum number of filters or of filter values has been exceeded.');
  const tests = given.map((filter) => test(filter, filters));
  return all.filter((thing) => (wanted.length === 0 || wanted.includes(thing.id)) && tests.every((is) => is(thing)));
}

function test<T extends { readonly tags: readonly Tag[] }>(filter: Fields, known: Filters<T>): (thing: T) => boolean {
  const name = must(filter, 'Name');
  const values = texts(filter, 'Value');
  const read = reader(name, known);
  if (!read) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  // one of the values suffices; * and ? stand for any characters, and case counts
  return (thing) =>
    read(thing).some((given) => given !== undefined && values.some((value) => matchesPattern(value, given)));
}

function reader<T extends { readonly tags: readonly Tag[] }>(
  name: string,
  known: Filters<T>,
): Filters<T>[string] | undefined {
  if (name === 'tag-key') return ({ tags }) => tags.map(([key]) => key);
  if (name.startsWith('tag:'))
    return ({ tags }) => tags.filter(([key]) => key === name.slice(4)).map(([, value]) => value);
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

/** @throws {AwsError} InvalidParameterCombination: MaxResults together with ids. */
export function page<T>(
  list: readonly T[],
  input: Fields,
  ids: string,
): { part: readonly T[]; more: { nextToken?: Xml } } {
  const size = may(input, 'MaxResults');
  if (size === undefined) return { part: list, more: {} };
  if (texts(input, ids).length > 0)
    throw new AwsError(
      'InvalidParameterCombination',
      `The parameter ${ids} cannot be used with the parameter MaxResults`,
    );
  const from = start(may(input, 'NextToken'));
  const end = from + Number(size);
  const more = end < list.length ? { nextToken: Buffer.from(String(end)).toString('base64') } : {};
  return { part: list.slice(from, end), more };
}

/** @throws {AwsError} InvalidNextToken (EC2 API reference, "Error codes"). */
function start(token: string | undefined): number {
  const from = Buffer.from(token ?? '', 'base64').toString();
  if (token !== undefined && !/^[1-9]\d*$/.test(from))
    throw new AwsError('InvalidNextToken', 'The specified NextToken is not valid.');
  return Number(from || 0);
}
