// SPDX-License-Identifier: GPL-3.0-or-later
/** Events: one shelf, two faces (core/v1 and events.k8s.io/v1, which renames fields and asks for more). */
import { invalidValue, required } from '../causes.ts';
import type { Json, JsonObject, KubeObject } from '../object.ts';
import { isObject } from '../object.ts';
import type { Cause } from '../status.ts';
import { builtin, path, since } from './builtin.ts';
import type { Column } from './definition.ts';
import { instant, kind, object, text, whole } from './metadata.ts';

const micro = { type: 'string', format: 'micro-time', nullable: true };
const reference = object(
  { kind: text, namespace: text, name: text, uid: text, apiVersion: text, resourceVersion: text, fieldPath: text },
  { 'x-kubernetes-map-type': 'atomic' },
);
const source = object({ component: text, host: text });
const series = object({ count: whole, lastObservedTime: micro });
const shared = {
  reason: text,
  type: text,
  eventTime: micro,
  action: text,
  related: reference,
  series,
  reportingInstance: text,
};

/** core name → events.k8s.io name */
const renamed = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
] as const;

function rename(event: KubeObject, apiVersion: string, pairs: readonly (readonly [string, string])[]): KubeObject {
  const next: Record<string, Json> = { ...(event as unknown as Record<string, Json>), apiVersion };
  for (const [from, to] of pairs) {
    const value = next[from];
    delete next[from];
    if (value !== undefined) next[to] = value;
  }
  return next as unknown as KubeObject;
}

function asNew(event: KubeObject): KubeObject {
  const next = rename(event, 'events.k8s.io/v1', renamed) as unknown as Record<string, Json>;
  for (const empty of ['reportingController', 'reportingInstance']) if (next[empty] === '') delete next[empty];
  return next as unknown as KubeObject;
}

function asCore(event: KubeObject): KubeObject {
  return rename(
    event,
    'v1',
    renamed.map(([old, now]) => [now, old] as const),
  );
}

/** Fields that Go writes even when empty. */
const always: JsonObject = {
  involvedObject: {},
  source: {},
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: null,
  reportingComponent: '',
  reportingInstance: '',
};

function filled(event: KubeObject): KubeObject {
  return { ...always, ...event };
}

function ofNamespace(next: KubeObject): Cause[] {
  const about = isObject(next.involvedObject) ? next.involvedObject : {};
  const namespace = next.metadata.namespace;
  // Objects without a namespace report into `default`.
  if (about.namespace === undefined || about.namespace === '') {
    if (namespace === 'default') return [];
    return [invalidValue('involvedObject.namespace', '', 'does not match event.namespace')];
  }
  return about.namespace === namespace
    ? []
    : [invalidValue('involvedObject.namespace', about.namespace, 'does not match event.namespace')];
}

/** events.k8s.io/v1 asks for who, what and when; core/v1 never did. */
function newCauses(next: KubeObject, old: KubeObject | undefined): Cause[] {
  if (old) return [];
  const causes = ofNamespace(next);
  if (next.eventTime === null || next.eventTime === undefined) causes.push(required('eventTime'));
  if (next.type !== 'Normal' && next.type !== 'Warning')
    causes.push(invalidValue('type', '', `has invalid value: ${path(next, 'type')}`));
  if (next.eventTime === null || next.eventTime === undefined) return causes;
  if (path(next, 'reportingComponent') === '') causes.push(required('reportingController'));
  if (path(next, 'reportingInstance') === '') causes.push(required('reportingInstance'));
  if (path(next, 'action') === '') causes.push(required('action'));
  if (path(next, 'reason') === '') causes.push(required('reason'));
  return causes;
}

function seen(event: KubeObject, ...fields: readonly string[]): string | undefined {
  return fields.map((field) => path(event, field)).find((time) => time !== '');
}

function reporter(event: KubeObject): string {
  const [who, where] =
    path(event, 'source', 'component') === ''
      ? [path(event, 'reportingComponent'), path(event, 'reportingInstance')]
      : [path(event, 'source', 'component'), path(event, 'source', 'host')];
  return where === '' ? who : `${who}, ${where}`;
}

/** The first one of a series is not in its count. */
function times(event: KubeObject): number {
  if (isObject(event.series) && typeof event.series.count === 'number') return event.series.count + 1;
  return typeof event.count === 'number' ? event.count : 1;
}

const columns: readonly Column[] = [
  { name: 'Last Seen', type: 'string', cell: (o, now) => since(seen(o, 'lastTimestamp', 'eventTime'), now) },
  { name: 'Type', type: 'string', cell: (o) => path(o, 'type') },
  { name: 'Reason', type: 'string', cell: (o) => path(o, 'reason') },
  {
    name: 'Object',
    type: 'string',
    cell: (o) => `${path(o, 'involvedObject', 'kind').toLowerCase()}/${path(o, 'involvedObject', 'name')}`,
  },
  { name: 'Subobject', type: 'string', priority: 1, cell: (o) => path(o, 'involvedObject', 'fieldPath') },
  {
    name: 'Source',
    type: 'string',
    priority: 1,
    cell: reporter,
  },
  { name: 'Message', type: 'string', cell: (o) => path(o, 'message').trim() },
  {
    name: 'First Seen',
    type: 'string',
    priority: 1,
    cell: (o, now) => since(seen(o, 'firstTimestamp', 'eventTime'), now),
  },
  { name: 'Count', type: 'string', priority: 1, cell: times },
  { name: 'Name', type: 'string', format: 'name', priority: 1, cell: (o) => o.metadata.name },
];

/** Rows are shown from the new face's objects too. */
function ofCore(column: Column): Column {
  const { cell } = column;
  return typeof cell === 'string' ? column : { ...column, cell: (o, now) => cell(asCore(o), now) };
}

const fields = Object.fromEntries([
  ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
    (name) => [`involvedObject.${name}`, (o: KubeObject) => path(o, 'involvedObject', name)] as const,
  ),
  ['reason', (o: KubeObject) => path(o, 'reason')],
  ['source', (o: KubeObject) => path(o, 'source', 'component')],
  ['type', (o: KubeObject) => path(o, 'type')],
]);

const newFields = Object.fromEntries(
  Object.entries(fields).map(([name, read]) => [name.replace('involvedObject.', 'regarding.'), read]),
);

export const events = [
  builtin({
    plural: 'events',
    kind: 'Event',
    shortNames: ['ev'],
    schema: kind('What happened to an object.', {
      ...shared,
      involvedObject: reference,
      message: text,
      source,
      firstTimestamp: instant,
      lastTimestamp: instant,
      count: whole,
      reportingComponent: text,
    }),
    columns,
    hooks: { prepare: filled, always, validate: (next, old) => (old ? [] : ofNamespace(next)), fields, names: 'path' },
  }),
  builtin({
    group: 'events.k8s.io',
    plural: 'events',
    kind: 'Event',
    shortNames: ['ev'],
    shelf: '/events',
    schema: kind('What happened to an object.', {
      ...shared,
      regarding: reference,
      note: text,
      deprecatedSource: source,
      deprecatedFirstTimestamp: instant,
      deprecatedLastTimestamp: instant,
      deprecatedCount: whole,
      reportingController: text,
    }),
    columns: columns.map(ofCore),
    hooks: {
      prepare: filled,
      always,
      validate: newCauses,
      fields: newFields,
      read: asNew,
      write: asCore,
      names: 'path',
    },
  }),
];
