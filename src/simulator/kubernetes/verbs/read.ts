// SPDX-License-Identifier: GPL-3.0-or-later
/** GET of one object and of lists, in pages. */
import type { JsonObject, KubeObject } from '../object.ts';
import { isObject } from '../object.ts';
import { fieldSelector, labelSelector, type Matches } from '../protocol/selectors.ts';
import type { Definition } from '../resources/definition.ts';
import { apiVersionOf } from '../resources/definition.ts';
import { badRequest, expired, failure } from '../status.ts';
import { keyOf } from '../store.ts';
import type { World } from '../world.ts';
import type { Answer, Context } from './context.ts';
import { answer, shown } from './context.ts';
import { stored } from './write.ts';

export function getObject(context: Context): Answer {
  return answer(200, shown(context.definition, stored(context)));
}

/** Namespace and selectors together. */
export function selection({ target, query, definition }: Context): Matches {
  const labels = labelSelector(query.get('labelSelector'));
  const fields = fieldSelector(query.get('fieldSelector'), definition);
  return (object) =>
    (target.namespace === '' || object.metadata.namespace === target.namespace) &&
    (target.name === '' || object.metadata.name === target.name) &&
    (labels?.(object) ?? true) &&
    (fields?.(object) ?? true);
}

interface Token {
  readonly rv: number;
  /** The key after which to go on. */
  readonly after: string;
}

function readToken(text: string | null): Token | undefined {
  if (!text) return undefined;
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (isObject(token) && typeof token.rv === 'number' && typeof token.after === 'string')
      return { rv: token.rv, after: token.after };
  } catch {
    // told below
  }
  throw badRequest('continue key is not valid');
}

export function revisionOf(text: string | null): number {
  if (!text) return 0;
  if (!/^\d+$/.test(text))
    throw badRequest(
      `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  return Number(text);
}

function limitOf(query: URLSearchParams): number {
  const limit = query.get('limit') ?? '0';
  if (!/^-?\d+$/.test(limit)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(limit)}: invalid syntax`);
  return Number(limit);
}

/** The revision a list shows: an exact or continued one, a stale one on purpose, or the present. */
function revision({ world, query, definition }: Context, token: Token | undefined): number {
  const { store } = world;
  const given = query.get('resourceVersion');
  const asked = revisionOf(given);
  if (asked > store.revision) throw fromTheFuture(asked, store.revision);
  const at = token?.rv ?? (query.get('resourceVersionMatch') === 'Exact' ? asked : undefined);
  if (at === undefined) return cachedRevision(world, definition, given === null ? undefined : asked);
  if (at > store.compacted || at === store.revision) return at;
  throw token ? tooOldToContinue() : expired('The resourceVersion for the provided list is too old.');
}

/** Only lists "at any version" or "not older than" may come from a cache that lags; a list without a version is always fresh. */
function cachedRevision({ store, stale }: World, { plural }: Definition, asked: number | undefined): number {
  if (!stale || asked === undefined || (stale.resource ?? plural) !== plural) return store.revision;
  return Math.max(asked, store.compacted, store.revision - stale.changes);
}

function fromTheFuture(asked: number, current: number): Error {
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  return failure(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}

function tooOldToContinue(): Error {
  return expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
  );
}

export function listObjects(context: Context): Answer & { readonly items: readonly KubeObject[] } {
  const { world, definition, query } = context;
  const limit = limitOf(query);
  const token = readToken(query.get('continue'));
  const at = revision(context, token);
  const selected = selection(context);
  const all = world.store.listAt(definition.shelf, at).filter(selected);
  const rest = token ? all.filter((object) => keyOf(object) > token.after) : all;
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const metadata: Record<string, string | number> = {
    ...(definition.custom ? { continue: '' } : {}),
    resourceVersion: String(at),
  };
  const last = page.at(-1);
  if (last && page.length < rest.length) {
    metadata.continue = Buffer.from(JSON.stringify({ rv: at, after: keyOf(last) })).toString('base64url');
    // With selectors the API server does not count what is left.
    if (!query.get('labelSelector') && !query.get('fieldSelector'))
      metadata.remainingItemCount = rest.length - page.length;
  }
  const items = page.map((object) => shown(definition, object));
  return { status: 200, body: listBody(context, items, metadata), items };
}

function listBody({ definition }: Context, items: readonly KubeObject[], metadata: JsonObject): JsonObject {
  // Items of built-in lists come without kind and apiVersion, items of custom lists with them.
  const plain = definition.custom ? items : items.map(({ kind, apiVersion, ...rest }) => rest as JsonObject);
  return { kind: definition.listKind, apiVersion: apiVersionOf(definition), metadata, items: plain };
}
