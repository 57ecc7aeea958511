// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Events are core/v1 ones: `kubectl describe` and `kubectl get events` of every version show their count and age ("x12 over 1h"),
 * which events.k8s.io/v1 shows only in part. Both are the same objects in the API server.
 */
import { createHash } from 'node:crypto';
import type { KubeObject, Note } from '../core/objects.ts';
import { oneLine } from '../core/one-line.ts';
import { fieldManager } from './own-object.ts';

/** What happened to one object in the same words, over and over: one Event object with a count. */
export interface Series {
  readonly object: KubeObject;
  readonly note: Note;
  /** Of the Event object: for a warning the same for the same words, also after a restart. */
  readonly eventName: string;
  readonly firstAt: number;
  lastAt: number;
  count: number;
  /** Whether the API server has it. */
  exists: boolean;
  /** Not written again before this moment. */
  quietUntil: number;
  queued: boolean;
}

/** The API's limits are 1 kB for an Event's note and 128 characters for reason and action. */
const longest = { message: 1000, reason: 128, action: 128 };

export function cleaned(note: Note): Note {
  const message = oneLine(note.message);
  const cut = message.length > longest.message ? `${message.slice(0, longest.message)}…` : message;
  return {
    type: note.type,
    reason: note.reason.slice(0, longest.reason),
    action: note.action.slice(0, longest.action),
    message: cut,
  };
}

export function seriesKey(object: KubeObject, note: Note): string {
  return JSON.stringify([object.metadata.uid, note.type, note.reason, note.action, note.message]);
}

/**
 * Names of Events are DNS subdomains of at most 253 characters. Their times have whole seconds, so within one the API server's order of
 * names decides what kubectl shows first: what was done is named by the millisecond, as client-go does. A warning is named by its words
 * alone: the operator after us finds it and counts on.
 */
export function eventName(object: KubeObject, { type }: Note, { key, at }: { key: string; at: number }): string {
  const digest = createHash('sha256').update(key).digest('hex');
  const name = object.metadata.name.slice(0, 230).replace(/[.-]+$/, '');
  const unique = type === 'Warning' ? digest.slice(0, 16) : at.toString(16).padStart(11, '0') + digest.slice(0, 5);
  return `${name}.${unique}`;
}

const seconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** The Event object; `eventTime` stays empty, as it does for every core/v1 event with a count. */
export function eventOf(series: Series, instance: string): object {
  const { object, note } = series;
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return {
    metadata: { name: series.eventName, namespace },
    involvedObject: { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid, resourceVersion },
    type: note.type,
    reason: note.reason,
    action: note.action,
    message: note.message,
    source: { component: fieldManager },
    reportingComponent: fieldManager,
    reportingInstance: instance,
    count: series.count,
    firstTimestamp: seconds(series.firstAt),
    lastTimestamp: seconds(series.lastAt),
  };
}

/** What a repetition changes. */
export function repetitionOf(series: Series): object {
  return { count: series.count, lastTimestamp: seconds(series.lastAt) };
}
