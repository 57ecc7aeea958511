// SPDX-License-Identifier: GPL-3.0-or-later
import type { Earlier, JsonMap, Sequence } from '../exchange.ts';
import { widget } from '../widget.ts';
import { get, merge, patch, post, put, remove, table, widgets } from './paths.ts';

const one = `${widgets}/one`;

function metadata(earlier: Earlier, title: string): JsonMap {
  return earlier(title).metadata as JsonMap;
}

export const customObjects: Sequence = {
  name: 'custom objects',
  requests: [
    post(
      'create',
      `${widgets}?fieldManager=me`,
      widget(
        'one',
        {
          size: 1,
          parts: [{ name: 'p' }],
          tags: ['t'],
          free: { a: { b: 1 } },
          pair: { a: '1' },
          labels: { l: '1' },
          name: 'abc',
        },
        { status: { phase: 'ignored' } },
      ),
    ),
    post('create again', widgets, widget('one', { size: 1 })),
    post('create with a generated name', widgets, {
      ...widget('', { size: 2 }),
      metadata: { generateName: 'generated-', labels: { made: 'so' } },
    }),
    get('read', one),
    get('read what is not there', `${widgets}/nope`),
    get('read as a table', one, { accept: table }),
    put('update without a version', one, widget('one', { size: 2 })),
    put('update under another name', one, widget('two', { size: 2 })),
    put('update what is not there', `${widgets}/nope`, widget('nope', { size: 2 })),
    put('update from an old version', one, {
      ...widget('one', { size: 2 }),
      metadata: { name: 'one', resourceVersion: '1' },
    }),
    put('update', one, (earlier) => ({
      ...widget('one', { size: 2, name: 'abc', tags: ['t', 'u'] }),
      metadata: { ...metadata(earlier, 'read'), annotations: { note: 'x' } },
    })),
    put('update of another uid', one, (earlier) => ({
      ...widget('one', { size: 2 }),
      metadata: { name: 'one', uid: 'x', resourceVersion: metadata(earlier, 'update').resourceVersion ?? '' },
    })),
    merge('change what is immutable', one, { spec: { name: 'xyz' } }),
    merge('merge patch', `${one}?fieldManager=patcher`, {
      spec: { size: 3, tags: null },
      metadata: { labels: { a: 'b' } },
    }),
    merge('a patch that changes nothing', one, { spec: { size: 3 } }),
    merge('a patch from an old version', one, { metadata: { resourceVersion: '1' }, spec: { size: 4 } }),
    merge('a patch of what is not there', `${widgets}/nope`, { spec: {} }),
    merge('a patch of the status', `${one}/status?fieldManager=ctl`, {
      status: { phase: 'Up', conditions: [{ type: 'Ready', status: 'True' }] },
      spec: { size: 44 },
    }),
    merge('a patch of the status through the object', one, { status: { phase: 'Down' } }),
    merge('a status that is not valid', `${one}/status`, {
      status: { conditions: [{ type: 'Ready', status: 'Maybe' }] },
    }),
    put('an update of the status', `${one}/status`, (earlier) => ({
      ...earlier('a patch of the status'),
      metadata: { ...metadata(earlier, 'a patch of the status'), labels: { not: 'written' } },
      status: { phase: 'Put' },
    })),
    get('read the status', `${one}/status`),
    patch('json patch', one, [
      { op: 'test', path: '/spec/size', value: 3 },
      { op: 'add', path: '/spec/tags', value: ['z'] },
      { op: 'add', path: '/spec/tags/-', value: 'y' },
      { op: 'remove', path: '/metadata/labels/a' },
      { op: 'copy', from: '/spec/size', path: '/spec/min' },
    ]),
    patch('a json patch whose test fails', one, [{ op: 'test', path: '/spec/size', value: 9 }]),
    patch('a json patch to nowhere', one, [{ op: 'replace', path: '/spec/zz/y', value: 9 }]),
    merge('a strategic merge patch', one, { spec: { size: 3 } }, { type: 'application/strategic-merge-patch+json' }),
    merge('a patch of no known form', one, { spec: {} }, { type: 'application/foo' }),
    merge('a dry run', `${one}?dryRun=All`, { spec: { size: 9 } }),
    get('what a dry run left', one),
    remove('delete with a wrong uid', one, { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'x' } }),
    remove('delete with a wrong version', one, {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      preconditions: { resourceVersion: '1' },
    }),
    merge('a bad finalizer', one, { metadata: { finalizers: ['a b'] } }),
    merge('a finalizer', one, { metadata: { finalizers: ['a.b/c', 'd.e/f'] } }),
    remove('delete while finalizers hold', one),
    remove('delete once more', one),
    merge('a new finalizer while being deleted', one, { metadata: { finalizers: ['a.b/c', 'd.e/f', 'g.h/i'] } }),
    merge('the spec while being deleted', one, { spec: { note: 'still' } }),
    merge('one finalizer off', one, { metadata: { finalizers: ['d.e/f'] } }),
    post('create while the old one is going', widgets, widget('one', { size: 1 })),
    merge('the last finalizer off', one, { metadata: { finalizers: [] } }),
    get('read what is gone', one),
    post('create anew', widgets, widget('one', { size: 1 })),
    remove('delete', `${one}?propagationPolicy=Background`),
    remove('delete what is gone', one),
    remove('delete all with a label', `${widgets}?labelSelector=made%3Dso`),
    get('list what is left', widgets),
    get('no such resource', `/apis/sample.dev/v1/namespaces/contract/wodgets`),
    get('no such group', '/apis/nosuch.dev/v1/things'),
    post('a syntax error', widgets, undefined, { text: '{bad' }),
    get('a stranger reads', one, { token: 'operator-token' }),
    get('a stranger lists', widgets, { token: 'operator-token' }),
    merge('a stranger patches a status', `${one}/status`, {}, { token: 'operator-token' }),
    get('nobody lists', widgets, { token: 'no-such-token' }),
  ],
};
