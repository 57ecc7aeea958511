// SPDX-License-Identifier: GPL-3.0-or-later
/** What the files hold: objects of ours, what they need, and what this operator has no business with. */
import { kinds, type Registered } from '../../kinds/index.ts';
import { CommandError } from '../command/exit-status.ts';
import { suggestion } from '../command/nearest.ts';
import { printable } from '../command/printable.ts';
import type { YamlDocument } from './yaml-documents.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface Placed {
  readonly manifest: Manifest;
  readonly file: string;
  readonly line: number;
  readonly lineOf: YamlDocument['lineOf'];
}

export interface OwnManifest extends Placed {
  readonly registered: Registered;
  readonly namespace: string;
}

export interface Manifests {
  readonly own: readonly OwnManifest[];
  readonly secrets: readonly (Placed & { readonly namespace: string })[];
  readonly namespaces: readonly Placed[];
  readonly skipped: readonly Placed[];
}

const mostObjects = 5000;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function placeOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${printable(file, 200)}:${line}`;
}

/** Lists, as `kubectl get -o yaml` prints them, are what they hold. */
function items(document: YamlDocument): YamlDocument[] {
  const { value } = document;
  if (!isRecord(value) || value['kind'] !== 'List' || !Array.isArray(value['items'])) return [document];
  return value['items'].map((item: unknown, index) => {
    const at = ['items', index];
    return { ...document, value: item, line: document.lineOf(at), lineOf: (path) => document.lineOf([...at, ...path]) };
  });
}

function placed(document: YamlDocument): Placed {
  const { value } = document;
  const wrong = (why: string) => new CommandError(`${placeOf(document)}: ${why}`);
  if (!isRecord(value)) throw wrong('this is no Kubernetes object: it needs apiVersion, kind and metadata');
  for (const field of ['apiVersion', 'kind']) {
    if (typeof value[field] !== 'string' || value[field] === '') throw wrong(`${field} is not set: set it`);
  }
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {};
  if (metadata['namespace'] !== undefined && typeof metadata['namespace'] !== 'string')
    throw wrong('metadata.namespace must be a string');
  const name = typeof metadata['name'] === 'string' ? metadata['name'] : '';
  const manifest = { ...value, metadata: { ...metadata, name } } as unknown as Manifest;
  const { file, line, lineOf } = document;
  return { manifest, file, line, lineOf };
}

/** One of ours; `undefined` for what belongs to somebody else. */
function registeredFor({ manifest, ...at }: Placed): Registered | undefined {
  const { apiVersion, kind } = manifest;
  const [group = ''] = apiVersion.split('/');
  const found = kinds.find(({ api }) => api.kind === kind && apiVersion === `${api.group}/${api.version}`);
  if (found || !kinds.some(({ api }) => api.group === group)) return found;
  const near = suggestion(
    kind,
    kinds.map(({ api }) => api.kind),
  );
  // the words of kubectl's RESTMapper
  const why = `no matches for kind "${printable(kind)}" in version "${printable(apiVersion)}"${near}`;
  throw new CommandError(`${placeOf(at)}: ${why} (there is ${kinds.map(known).join(', ')})`);
}

function known({ api }: Registered): string {
  return `${api.kind} in ${api.group}/${api.version}`;
}

function refuseTwins(own: readonly OwnManifest[]): void {
  const seen = new Map<string, OwnManifest>();
  for (const one of own) {
    const { kind, metadata } = one.manifest;
    const name = `${kind} ${one.namespace}/${metadata.name}`;
    const first = seen.get(name);
    if (first)
      throw new CommandError(
        `${placeOf(one)}: ${printable(name)} is given twice, first at ${placeOf(first)}: keep one`,
      );
    seen.set(name, one);
  }
}

/** @throws CommandError `FILE:LINE: what is wrong`. */
export function sortManifests(documents: readonly YamlDocument[], defaultNamespace: string): Manifests {
  const own: OwnManifest[] = [];
  const secrets: (Placed & { namespace: string })[] = [];
  const namespaces: Placed[] = [];
  const skipped: Placed[] = [];
  const all = documents.flatMap(items);
  if (all.length > mostObjects) throw new CommandError(`more than ${mostObjects} objects: plan them in parts`);
  for (const one of all.map(placed)) {
    const { apiVersion, kind, metadata } = one.manifest;
    const registered = registeredFor(one);
    const namespace = metadata.namespace ?? defaultNamespace;
    // what is not ours may be without a name, as a kustomization is
    if (registered && metadata.name === '')
      throw new CommandError(`${placeOf(one)}: metadata.name is not set: a plan needs the name`);
    if (registered) own.push({ ...one, registered, namespace });
    else if (apiVersion === 'v1' && kind === 'Secret') secrets.push({ ...one, namespace });
    else if (apiVersion === 'v1' && kind === 'Namespace') namespaces.push(one);
    else skipped.push(one);
  }
  refuseTwins(own);
  return { own, secrets, namespaces, skipped };
}
