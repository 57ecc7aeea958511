// SPDX-License-Identifier: GPL-3.0-or-later
/** Where the recorded server (core API 1.20, CRD server 1.36) and the simulator may differ, and why. */
import type { Json, Recorded } from './exchange.ts';

export interface Difference {
  readonly sequence: string;
  /** Titles of requests; absent: all of the sequence. */
  readonly titles?: readonly string[];
  readonly reason: string;
  /** Applied to both answers before they are compared. */
  readonly level: (recorded: Recorded) => Recorded;
}

export function withBody(change: (body: Json) => Json): Difference['level'] {
  return (recorded) => ({ ...recorded, answer: { ...recorded.answer, body: change(recorded.answer.body) } });
}

function without(key: string, body: Json): Json {
  if (Array.isArray(body)) return body.map((item) => without(key, item));
  if (typeof body !== 'object' || body === null) return body;
  const entries = Object.entries(body).filter(([name]) => name !== key);
  return Object.fromEntries(entries.map(([name, value]) => [name, without(key, value)]));
}

function cutMessage(from: RegExp): Difference['level'] {
  return withBody((body) =>
    typeof body === 'object' && body !== null && 'message' in body
      ? { ...body, message: JSON.stringify(body.message).replace(from, '…') }
      : body,
  );
}

export const differences: readonly Difference[] = [
  {
    sequence: 'leases and events',
    reason:
      "Core 1.20 keeps owners of single fields of an event's involvedObject, in the names of the version that was written; the simulator keeps them in core/v1 names and, as later servers do, of the reference as a whole. Nobody applies events.",
    level: withBody((body) => without('managedFields', body)),
  },
  {
    sequence: 'namespaces, secrets and config maps',
    titles: ['may I'],
    reason: 'Reviews are not stored; the simulator does not count owners of their fields.',
    level: withBody((body) => without('managedFields', body)),
  },
  {
    sequence: 'custom objects',
    titles: ['a syntax error'],
    reason: "The words after `json parse error:` are Go's decoder's.",
    level: cutMessage(/json parse error: .*$/s),
  },
  {
    sequence: 'custom resource definitions',
    titles: ['its resources'],
    reason: 'A hash that only the storage migrator reads.',
    level: withBody((body) => without('storageVersionHash', body)),
  },
  {
    sequence: 'custom resource definitions',
    titles: ['the definition', 'as a table'],
    reason: "The API server's own controllers own the status under the name of its binary.",
    level: withBody((body) => without('managedFields', body)),
  },
  {
    sequence: 'custom resource definitions',
    titles: [
      'a rule that is no expression',
      'a rule of a field that is not there',
      'a rule with a function that is not there',
    ],
    reason: "Place and words of a compiler's complaint are those of Go's CEL library.",
    level: withBody(
      (body) =>
        JSON.parse(JSON.stringify(body).replaceAll(/compilation failed: .*?"(?=[,}])/g, 'compilation failed"')) as Json,
    ),
  },
];

export function levelled(sequence: string, recorded: Recorded): Recorded {
  return differences
    .filter((one) => one.sequence === sequence && (one.titles?.includes(recorded.title) ?? true))
    .reduce((at, one) => one.level(at), recorded);
}
