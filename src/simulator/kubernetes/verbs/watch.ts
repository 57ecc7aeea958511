// SPDX-License-Identifier: GPL-3.0-or-later
/** Watches: what was, what has changed since, and then each change as it happens (Kubernetes: "Efficient detection of changes"). */
import type { JsonObject, KubeObject } from '../object.ts';
import { withMetadata } from '../object.ts';
import { isTrue } from '../protocol/request.ts';
import { table, wantsTable } from '../protocol/table.ts';
import { apiVersionOf } from '../resources/definition.ts';
import { type ApiError, expired, failure } from '../status.ts';
import type { Change } from '../store.ts';
import { LineStream, type Watch } from '../watches.ts';
import type { Context } from './context.ts';
import { shown } from './context.ts';
import { revisionOf, selection } from './read.ts';

function event(type: string, object: JsonObject): string {
  return `${JSON.stringify({ type, object })}\n`;
}

/** Prints objects of this watch, as tables where tables were asked for. */
function printer(context: Context): (type: string, object: KubeObject) => string {
  const { definition, request, query, world } = context;
  if (!wantsTable(request.headers.accept)) return (type, object) => event(type, shown(definition, object));
  const include = query.get('includeObject') ?? 'Metadata';
  let first = true;
  return (type, object) => {
    const options = { now: world.clock.now(), include, columns: first };
    first = false;
    return event(
      type,
      table(definition, [shown(definition, object)], { resourceVersion: object.metadata.resourceVersion }, options),
    );
  };
}

/** How a change looks to someone who selects: what leaves the selection is deleted, what enters it is added. */
function seen(
  { type, object, previous }: Change,
  selected: (object: KubeObject) => boolean,
): [string, KubeObject] | undefined {
  const is = type !== 'DELETED' && selected(object);
  const was = previous !== undefined && selected(previous);
  if (is) return [was ? 'MODIFIED' : 'ADDED', object];
  if (!was) return undefined;
  return [
    'DELETED',
    type === 'DELETED' ? object : withMetadata(previous, { resourceVersion: object.metadata.resourceVersion }),
  ];
}

function tooOld(asked: number, compacted: number): ApiError {
  return expired(`too old resource version: ${asked} (${compacted})`);
}

export function watchObjects(context: Context): { readonly stream: LineStream } {
  const { world, definition, query, target, user, request } = context;
  const { store, watches, clock } = world;
  const asked = startOf(query);
  const selected = selection(context);
  const print = printer(context);
  const bookmarks = isTrue(query.get('allowWatchBookmarks'));
  const ended = new AbortController();
  const stream = new LineStream(() => {
    ended.abort();
    watches.remove(watch);
  });
  const bookmark = (revision: number, annotations?: JsonObject): string =>
    event('BOOKMARK', {
      kind: definition.kind,
      apiVersion: apiVersionOf(definition),
      metadata: {
        resourceVersion: String(revision),
        ...(definition.custom ? {} : { creationTimestamp: null }),
        ...(annotations ? { annotations } : {}),
      },
    });
  const watch: Watch = {
    resource: definition.plural,
    group: definition.group,
    namespace: target.namespace,
    shelf: definition.shelf,
    user: user.name,
    stream,
    bookmarks,
    bookmark,
    line: (change) => {
      const found = seen(change, selected);
      return found && print(...found);
    },
    gone: () => event('ERROR', tooOld(asked, store.revision).status),
    told: store.revision,
    silent: false,
  };
  start(context, watch, { asked, print, selected });
  request.signal?.addEventListener('abort', () => stream.end(), { once: true });
  if (request.signal?.aborted) stream.end();
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  if (seconds > 0) void clock.sleep(seconds * 1000, ended.signal).then(() => stream.end());
  return { stream };
}

function startOf(query: URLSearchParams): number {
  try {
    return revisionOf(query.get('resourceVersion'));
  } catch (error) {
    throw failure(500, undefined, (error as Error).message);
  }
}

interface Start {
  readonly asked: number;
  readonly print: (type: string, object: KubeObject) => string;
  readonly selected: (object: KubeObject) => boolean;
}

function start(context: Context, watch: Watch, { asked, print, selected }: Start): void {
  const { world, query, definition } = context;
  const { store, watches } = world;
  const oldest = Math.max(store.compacted, world.since.get(definition.shelf) ?? 0);
  if (asked > 0 && asked <= oldest && asked < store.revision) {
    watch.stream.write(event('ERROR', tooOld(asked, oldest).status));
    watch.stream.end();
    return;
  }
  const initial = isTrue(query.get('sendInitialEvents'));
  if (asked === 0 || initial) {
    for (const object of store.list(definition.shelf)) if (selected(object)) watch.stream.write(print('ADDED', object));
    if (initial && watch.bookmarks) watch.stream.write(initialEnd(watch.bookmark(store.revision)));
  } else catchUp(watch, store.since(definition.shelf, asked));
  watches.add(watch);
}

function catchUp(watch: Watch, changes: readonly Change[]): void {
  for (const change of changes) {
    const line = watch.line(change);
    if (line !== undefined) watch.stream.write(line);
  }
}

/** KEP-3157: the bookmark that ends the initial events carries an annotation. */
function initialEnd(bookmark: string): string {
  const parsed = JSON.parse(bookmark) as { type: string; object: { metadata: JsonObject } };
  const metadata = { ...parsed.object.metadata, annotations: { 'k8s.io/initial-events-end': 'true' } };
  return event('BOOKMARK', { ...parsed.object, metadata });
}
