// SPDX-License-Identifier: GPL-3.0-or-later
/** What a served resource is, built in or defined by a CRD. */
import type { JsonObject, KubeObject } from '../object.ts';
import type { Schema } from '../schema/structural.ts';
import type { Cause, Named } from '../status.ts';

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  /** A JSONPath for custom resources, a function for built-in ones. */
  readonly cell: string | ((object: KubeObject, now: number) => string | number | null);
}

export interface Definition extends Named {
  readonly version: string;
  readonly singular: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Defined by a CRD: other decoder, other messages, other patch types. */
  readonly custom: boolean;
  readonly hasStatus: boolean;
  /** Whether `metadata.generation` counts changes of the spec. */
  readonly counted: boolean;
  /** Objects of several versions of one resource share a shelf. */
  readonly shelf: string;
  readonly schema: Schema;
  readonly columns: readonly Column[];
  readonly verbs: readonly string[];
  readonly hooks: Hooks;
}

export interface Hooks {
  /** Fills in what the server fills in at creation and update. */
  readonly prepare?: (next: KubeObject, old: KubeObject | undefined) => KubeObject;
  readonly validate?: (next: KubeObject, old: KubeObject | undefined) => readonly Cause[];
  /** Set after ownership of fields is counted, so that nobody owns it. */
  readonly finish?: (next: KubeObject) => KubeObject;
  /** What Go writes even when empty; nobody owns it for being there. */
  readonly always?: JsonObject;
  /** Field selectors beyond metadata.name and metadata.namespace. */
  readonly fields?: Readonly<Record<string, (object: KubeObject) => string>>;
  /** From the shelf to this version, and back. */
  readonly read?: (stored: KubeObject) => KubeObject;
  readonly write?: (received: KubeObject) => KubeObject;
  /** Names are DNS labels rather than subdomains, or free of rules but for path characters. */
  readonly names?: 'label' | 'subdomain' | 'path';
}

export const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;

export function apiVersionOf(definition: { readonly group: string; readonly version: string }): string {
  return definition.group === '' ? definition.version : `${definition.group}/${definition.version}`;
}
