// SPDX-License-Identifier: GPL-3.0-or-later
import type { JsonMap, Sequence } from '../exchange.ts';
import { configMaps, core, get, leases, merge, post, put, remove, secrets, table } from './paths.ts';

const strategic = { type: 'application/strategic-merge-patch+json' };

export const coreObjects: Sequence = {
  name: 'namespaces, secrets and config maps',
  requests: [
    get('the namespace', '/api/v1/namespaces/contract'),
    post('a namespace with dots', '/api/v1/namespaces', { metadata: { name: 'n.1' } }),
    post('a namespace without a name', '/api/v1/namespaces', { metadata: {} }),
    post('a secret', secrets, { metadata: { name: 's' }, stringData: { a: 'b' }, data: { c: 'ZA==' } }),
    post('the same again', secrets, { metadata: { name: 's' } }),
    post('a key that is none', secrets, { metadata: { name: 'x' }, data: { 'a b': 'YQ==' } }),
    post('a typed secret', secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'typed', labels: { l: '1' } },
      type: 'sample.dev/key',
      data: { a: 'YQ==' },
    }),
    put('another type', `${secrets}/typed`, { metadata: { name: 'typed' }, type: 'x/y', data: { a: 'YQ==' } }),
    put('without a version', `${secrets}/typed`, {
      metadata: { name: 'typed' },
      type: 'sample.dev/key',
      data: { b: 'YQ==' },
    }),
    put('from an old version', `${secrets}/typed`, {
      metadata: { name: 'typed', resourceVersion: '1' },
      type: 'sample.dev/key',
    }),
    merge('add a key', `${secrets}/typed`, { data: { c: 'YQ==' }, stringData: { d: 'x' } }),
    merge(
      'add a key strategically',
      `${secrets}/typed`,
      { data: { b: null, e: 'YQ==' }, metadata: { finalizers: ['a.b/c'] } },
      strategic,
    ),
    merge('add a finalizer strategically', `${secrets}/typed`, { metadata: { finalizers: ['d.e/f'] } }, strategic),
    merge(
      'take one off strategically',
      `${secrets}/typed`,
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a.b/c', 'd.e/f'] } },
      strategic,
    ),
    post('an immutable secret', secrets, { metadata: { name: 'frozen' }, immutable: true, data: { a: 'YQ==' } }),
    put('a change of the immutable', `${secrets}/frozen`, { metadata: { name: 'frozen' }, data: { a: 'YWI=' } }),
    get('by type', `${secrets}?fieldSelector=type%3Dsample.dev/key`),
    get('by name', `${secrets}?fieldSelector=metadata.name%3Ds`),
    get('by a field that is none', `${secrets}?fieldSelector=data%3Dx`),
    get('as a table', secrets, { accept: table }),
    get('not there', `${secrets}/nope`),
    post('into no namespace', '/api/v1/namespaces/nope/secrets', { metadata: { name: 's' } }),
    remove('with the right uid', `${secrets}/s`, (earlier) => ({
      preconditions: { uid: (earlier('a secret').metadata as JsonMap).uid ?? '' },
    })),
    remove('all secrets', secrets),
    post('a config map', configMaps, {
      metadata: { generateName: 'generated-' },
      data: { a: 'b' },
      binaryData: { b: 'YQ==' },
    }),
    post('a config map without a name', configMaps, { metadata: {}, data: { a: 'b' } }),
    post('a config map, to be owned', configMaps, { metadata: { name: 'owner' } }),
    get('config maps as a table', configMaps, { accept: table }),
    remove('all config maps', configMaps),
    get('no such subresource', `${configMaps}/owner/status`),
    get('no such resource', '/api/v1/nothings'),
    post('create on an object', `${secrets}/x`, {}),
    put('update of a collection', secrets, {}),
    get('a cluster-wide list', '/api/v1/secrets?fieldSelector=metadata.namespace%3Dcontract'),
    get('all is well', '/readyz'),
    get('may a stranger', '/api', { token: 'operator-token' }),
    post(
      'may I',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      { spec: { resourceAttributes: { verb: 'get', resource: 'secrets' } } },
      { token: 'operator-token' },
    ),
    get('somewhere else', '/foo', { token: 'operator-token' }),
  ],
};

const lease = `${leases}/l`;
const about = { kind: 'Widget', namespace: 'contract', name: 'a', apiVersion: 'sample.dev/v1' };
const newEvents = '/apis/events.k8s.io/v1/namespaces/contract/events';

export const leasesAndEvents: Sequence = {
  name: 'leases and events',
  requests: [
    post('a lease', leases, {
      metadata: { name: 'l' },
      spec: {
        holderIdentity: 'a',
        leaseDurationSeconds: 15,
        renewTime: '2026-01-01T00:00:00.000000Z',
        acquireTime: '2026-01-01T00:00:00.000000Z',
        leaseTransitions: 0,
      },
    }),
    post('a second one of that name', leases, { metadata: { name: 'l' }, spec: {} }),
    put('renew', lease, (earlier) => ({
      ...earlier('a lease'),
      spec: { ...(earlier('a lease').spec as JsonMap), renewTime: '2026-01-01T00:00:05.000000Z' },
    })),
    put('renew from an old version', lease, (earlier) => ({ ...earlier('a lease'), spec: { holderIdentity: 'b' } })),
    merge('take over', lease, { spec: { holderIdentity: 'b', leaseTransitions: 1 } }),
    post('numbers out of range', leases, {
      metadata: { name: 'bad' },
      spec: { leaseDurationSeconds: 0, leaseTransitions: -1 },
    }),
    put('made by put', `${leases}/put`, {
      metadata: { name: 'put' },
      spec: { holderIdentity: 'a', leaseDurationSeconds: 15 },
    }),
    get('leases as a table', leases, { accept: table }),
    remove('no lease any more', lease),
    remove('nor that', `${leases}/put`),
    post('an event', `${core}/events`, {
      metadata: { name: 'e1' },
      involvedObject: about,
      reason: 'R',
      message: 'm',
      type: 'Normal',
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      count: 1,
      source: { component: 'c' },
    }),
    get('its new face', `${newEvents}/e1`),
    post('an event of the new kind', newEvents, {
      metadata: { name: 'e2' },
      eventTime: '2026-01-01T00:00:00.000001Z',
      regarding: about,
      reason: 'R',
      note: 'm',
      type: 'Normal',
      action: 'A',
      reportingController: 'x.y/z',
      reportingInstance: 'i',
    }),
    get('its old face', `${core}/events/e2`),
    post('a new event that says too little', newEvents, {
      metadata: { name: 'e3' },
      regarding: about,
      note: 'm',
      type: 'Odd',
    }),
    post('an event of another namespace', `${core}/events`, {
      metadata: { name: 'e4' },
      involvedObject: { ...about, namespace: 'other' },
    }),
    merge('count it up', `${core}/events/e1`, { count: 2, lastTimestamp: '2026-01-01T00:00:09Z' }),
    merge('a series', `${newEvents}/e2`, { series: { count: 2, lastObservedTime: '2026-01-01T00:00:09.000000Z' } }),
    get('events of an object', `${core}/events?fieldSelector=involvedObject.name%3Da,involvedObject.kind%3DWidget`),
    get('events of nobody', `${core}/events?fieldSelector=involvedObject.name%3Dnobody`),
    get('events as a table', `${core}/events`, { accept: table }),
    remove('no events any more', `${core}/events`),
  ],
};
