// SPDX-License-Identifier: GPL-3.0-or-later
import type { Asked, JsonMap, Sequence } from '../exchange.ts';
import { widget } from '../widget.ts';
import { apply as send, core, get, merge, put, remove, widgets } from './paths.ts';

const one = `${widgets}/applied`;

function by(title: string, manager: string, spec: JsonMap, query = ''): Asked {
  return send(title, `${one}?fieldManager=${manager}${query}`, widget('applied', spec));
}

function status(title: string, manager: string, value: JsonMap, query = ''): Asked {
  const body = { apiVersion: 'sample.dev/v1', kind: 'Widget', metadata: { name: 'applied' }, status: value };
  return send(title, `${one}/status?fieldManager=${manager}${query}`, body);
}

function secret(title: string, manager: string, value: JsonMap, query = ''): Asked {
  return send(title, `${core}/secrets/applied?fieldManager=${manager}${query}`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'applied' },
    ...value,
  });
}

const bare: JsonMap = { apiVersion: 'sample.dev/v1', kind: 'Widget', metadata: { name: 'applied' } };

export const applying: Sequence = {
  name: 'server-side apply',
  requests: [
    by('first apply', 'm1', {
      size: 1,
      parts: [
        { name: 'a', value: 1 },
        { name: 'b', sub: ['x'] },
      ],
      tags: ['x', 'y'],
      pair: { a: '1' },
      labels: { k: 'v' },
    }),
    by('the same again', 'm1', {
      size: 1,
      parts: [
        { name: 'a', value: 1 },
        { name: 'b', sub: ['x'] },
      ],
      tags: ['x', 'y'],
      pair: { a: '1' },
      labels: { k: 'v' },
    }),
    by('another manager in conflict', 'm2', {
      size: 2,
      parts: [{ name: 'a', value: 2 }],
      tags: ['z'],
      pair: { b: '1' },
      labels: { k: 'w' },
    }),
    by(
      'another manager by force',
      'm2',
      { size: 2, parts: [{ name: 'a', value: 2 }], tags: ['z'], pair: { b: '1' }, labels: { k: 'w' } },
      '&force=true',
    ),
    by('the first without half of it', 'm1', { size: 1, parts: [{ name: 'b', value: 1 }] }, '&force=true'),
    by('the same value by a third', 'm3', { size: 1 }),
    by('less than what is required', 'm1', { parts: [] }),
    by('two owners, one leaves', 'm1', { size: 1 }),
    status('a status', 'st', {
      phase: 'x',
      conditions: [
        { type: 'Ready', status: 'True', reason: 'R' },
        { type: 'Synced', status: 'True' },
      ],
    }),
    status('a status with one condition less', 'st', {
      phase: 'y',
      conditions: [{ type: 'Ready', status: 'False', reason: 'R' }],
    }),
    status('a status in conflict', 'other', { phase: 'z' }),
    status('a status by force', 'other', { phase: 'z', observedGeneration: 3 }, '&force=true'),
    status('a status that is not valid', 'st', { conditions: [{ type: 'Ready', status: 'Maybe' }] }),
    status('a status with unknown fields', 'st', { bogus: 1 }),
    send('a spec through the status', `${one}/status?fieldManager=st`, {
      ...bare,
      spec: { size: 9 },
      status: { phase: 'z' },
    }),
    merge('a plain write takes a field over', `${one}?fieldManager=u`, { spec: { size: 77, mode: 'Big' } }),
    by('a conflict with a plain write', 'm1', { size: 5 }),
    by('a conflict with two', 'm4', { size: 6, labels: { k: 'q' } }),
    by('by force over a plain write', 'm1', { size: 5 }, '&force=true'),
    send('managed fields in the configuration', `${one}?fieldManager=x`, {
      ...bare,
      metadata: { name: 'applied', managedFields: [{}] },
    }),
    send('no manager', one, bare),
    by('an unknown field', 'x', { size: 1, bogus: 1 }),
    by('an unknown field, strictly', 'x', { size: 1, bogus: 1 }, '&fieldValidation=Strict'),
    by('twice the same key', 'x', { parts: [{ name: 'a' }, { name: 'a' }] }),
    send('another name', `${one}?fieldManager=x`, widget('other', { size: 1 })),
    send('an old version', `${one}?fieldManager=x`, {
      ...widget('applied', { size: 1 }),
      metadata: { name: 'applied', resourceVersion: '1' },
    }),
    send('no apiVersion', `${one}?fieldManager=x`, { kind: 'Widget', metadata: { name: 'applied' } }),
    send('a status of nothing', `${widgets}/nothing/status?fieldManager=x`, {
      ...bare,
      metadata: { name: 'nothing' },
      status: { phase: 'x' },
    }),
    send('finalizers, one by one', `${one}?fieldManager=f1`, {
      ...bare,
      metadata: { name: 'applied', finalizers: ['a.b/one'] },
    }),
    send('finalizers of another', `${one}?fieldManager=f2`, {
      ...bare,
      metadata: { name: 'applied', finalizers: ['a.b/two'], annotations: { by: 'f2' } },
    }),
    send('a finalizer leaves with its manager', `${one}?fieldManager=f1`, bare),
    put('a plain update drops what is owned', one, (earlier) => ({
      ...widget('applied', { size: 8 }),
      metadata: {
        name: 'applied',
        resourceVersion: (earlier('a finalizer leaves with its manager').metadata as JsonMap).resourceVersion ?? '',
      },
    })),
    get('what is left of it', one),
    secret('a secret', 'x', { metadata: { name: 'applied', labels: { a: 'b' } }, data: { a: 'YQ==' } }),
    secret('a secret in conflict', 'y', { metadata: { name: 'applied', labels: { a: 'c' } }, data: { a: 'YWI=' } }),
    secret('a secret beside', 'y', { data: { b: 'YWI=' } }),
    secret('a key of a secret withdrawn', 'y', {}),
    remove('delete the secret', `${core}/secrets/applied`),
    remove('delete it', one),
  ],
};
