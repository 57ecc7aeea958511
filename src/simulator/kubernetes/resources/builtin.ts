// SPDX-License-Identifier: GPL-3.0-or-later
/** How built-in resources are written down, and the columns that all show. */
import type { KubeObject } from '../object.ts';
import type { Schema } from '../schema/structural.ts';
import type { Column, Definition, Hooks } from './definition.ts';
import { allVerbs } from './definition.ts';

export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Unique within a namespace.',
  cell: (o) => o.metadata.name,
};
export const age: Column = {
  name: 'Age',
  type: 'string',
  description: 'Since its creation.',
  cell: (o, now) => since(o.metadata.creationTimestamp, now),
};

/** A span as kubectl prints it: at most two units, fewer the longer it is (apimachinery, pkg/util/duration). */
export function since(time: string | undefined, now: number): string {
  const seconds = Math.floor((now - Date.parse(time ?? '')) / 1000);
  if (Number.isNaN(seconds)) return '<unknown>';
  if (seconds < -1) return '<invalid>';
  return span(Math.max(0, seconds));
}

function two(big: number, unit: string, small: number, smaller: string): string {
  return small === 0 ? `${big}${unit}` : `${big}${unit}${small}${smaller}`;
}

function span(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (hours < 192) return two(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return days < 365 * 8 ? two(years, 'y', days % 365, 'd') : `${years}y`;
}

interface Builtin {
  readonly group?: string;
  readonly version?: string;
  readonly plural: string;
  readonly kind: string;
  readonly singular?: string;
  readonly namespaced?: boolean;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly hasStatus?: boolean;
  readonly counted?: boolean;
  readonly shelf?: string;
  readonly verbs?: readonly string[];
  readonly schema: Schema;
  readonly columns: readonly Column[];
  readonly hooks: Hooks;
}

export function builtin(of: Builtin): Definition {
  const group = of.group ?? '';
  return {
    group,
    version: 'v1',
    singular: '',
    listKind: `${of.kind}List`,
    namespaced: true,
    shortNames: [],
    categories: [],
    custom: false,
    hasStatus: false,
    counted: false,
    shelf: `${group}/${of.plural}`,
    verbs: allVerbs,
    ...of,
  };
}

export function path(object: KubeObject, ...keys: readonly string[]): string {
  let at: unknown = object;
  for (const key of keys) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return typeof at === 'string' || typeof at === 'number' ? String(at) : '';
}
