// SPDX-License-Identifier: GPL-3.0-or-later
import type { Earlier, JsonMap, Sequence } from '../exchange.ts';
import { widget } from '../widget.ts';
import { get, merge, post, remove, table, widgets } from './paths.ts';

function version(earlier: Earlier, title: string): string {
  return (earlier(title).metadata as { resourceVersion: string }).resourceVersion;
}

function labelled(name: string, labels: JsonMap, size = 1): JsonMap {
  return { ...widget(name, { size }), metadata: { name, labels } };
}

export const listsAndWatches: Sequence = {
  name: 'lists and watches',
  requests: [
    get('an empty list', widgets),
    post('a', widgets, labelled('a', { color: 'red', tier: '1' })),
    post('b', widgets, labelled('b', { color: 'blue' })),
    post('c', widgets, labelled('c', { tier: '2' })),
    get('all', widgets),
    get('page one', `${widgets}?limit=2`),
    get(
      'page two',
      (earlier) => `${widgets}?limit=2&continue=${(earlier('page one').metadata as { continue: string }).continue}`,
    ),
    get('a page with a selector', `${widgets}?limit=1&labelSelector=color`),
    get('equal', `${widgets}?labelSelector=color%3Dred`),
    get('not equal', `${widgets}?labelSelector=color!%3Dred`),
    get('in', `${widgets}?labelSelector=color%20in%20(red,blue),tier`),
    get('not in', `${widgets}?labelSelector=color%20notin%20(red)`),
    get('not there', `${widgets}?labelSelector=!color`),
    get('by name', `${widgets}?fieldSelector=metadata.name%3Db`),
    get('as a table', widgets, { accept: table }),
    get('as a table of whole objects', `${widgets}?includeObject=Object&limit=1`, { accept: table }),
    get('exactly then', (earlier) => `${widgets}?resourceVersion=${version(earlier, 'a')}&resourceVersionMatch=Exact`),
    get(
      'not older than',
      (earlier) => `${widgets}?resourceVersion=${version(earlier, 'a')}&resourceVersionMatch=NotOlderThan`,
    ),
    get('a limit that is none', `${widgets}?limit=x`),
    get('a selector that is none', `${widgets}?labelSelector=a===b`),
    get('a field that is none', `${widgets}?fieldSelector=spec.x%3D1`),
    get('from the future', `${widgets}?resourceVersion=99999999`),
    get('watch from nonsense', `${widgets}?watch=1&resourceVersion=abc&timeoutSeconds=1`),
    get('watch from long ago', `${widgets}?watch=1&resourceVersion=1&timeoutSeconds=1`),
    get('watch from the start', `${widgets}?watch=1&timeoutSeconds=1`),
    get(
      'watch with initial events',
      `${widgets}?watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    ),
    get(
      'watch from a version',
      (earlier) => `${widgets}?watch=1&timeoutSeconds=1&resourceVersion=${version(earlier, 'a')}`,
    ),
    get(
      'watch while things happen',
      (earlier) => `${widgets}?watch=1&timeoutSeconds=2&resourceVersion=${version(earlier, 'all')}`,
      {
        during: [
          merge('a becomes blue', `${widgets}/a`, { metadata: { labels: { color: 'blue' } } }),
          merge('nothing becomes of b', `${widgets}/b`, { metadata: { labels: { color: 'blue' } } }),
          merge('the status of c', `${widgets}/c/status`, { status: { phase: 'Up' } }),
          merge('c is held', `${widgets}/c`, { metadata: { finalizers: ['a.b/c'] } }),
          remove('c is deleted', `${widgets}/c`),
          merge('c is let go', `${widgets}/c`, { metadata: { finalizers: null } }),
          post('d', widgets, labelled('d', {})),
          remove('d is deleted', `${widgets}/d`),
        ],
      },
    ),
    get('watch a selection', `${widgets}?watch=1&timeoutSeconds=2&labelSelector=color%3Dred`, {
      during: [
        merge('a enters', `${widgets}/a`, { metadata: { labels: { color: 'red' } } }),
        merge('a changes within', `${widgets}/a`, { spec: { size: 5 } }),
        merge('a leaves', `${widgets}/a`, { metadata: { labels: { color: 'green' } } }),
        merge('a changes outside', `${widgets}/a`, { spec: { size: 6 } }),
      ],
    }),
    get('watch as tables', `${widgets}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Da`, {
      accept: table,
      during: [merge('a grows', `${widgets}/a`, { spec: { size: 7 } })],
    }),
    get('watch one object', `${widgets}/a?watch=1&timeoutSeconds=1`),
    remove('all gone', widgets),
  ],
};
