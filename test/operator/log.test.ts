// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { guardCrashes } from '../../src/cli/crash.ts';
import { Failure } from '../../src/core/failure.ts';
import { createLog } from '../../src/operator/log.ts';
import { encodings, Redactor } from '../../src/wire/redaction.ts';

const canary = 'CANARY+key/with=signs"and\\more';

function logged() {
  const lines: string[] = [];
  const redactor = new Redactor();
  redactor.learn(canary);
  const log = createLog({
    level: 'debug',
    scrub: (line) => redactor.scrub(line),
    write: (line) => void lines.push(line),
  });
  return { lines, log };
}

test('A line is JSON with a constant message, a level, a time and its fields.', () => {
  const { lines, log } = logged();
  log.warn({ about: 'x' }, 'something');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    about: 'x',
    message: 'something',
  });
});

test.each(encodings(canary))('A secret in the form %s is in no line, whatever field it hides in.', (form) => {
  const { lines, log } = logged();
  log.info({ [form]: 1, deep: { list: [form] }, error: new Error(form) }, form);
  log.child({ child: form }).error({ error: new Failure({ class: 'Denied', reason: 'X', message: form }) }, 'x');
  const text = lines.join('');
  expect(text).toContain('[redacted]');
  for (const one of [form, JSON.stringify(form).slice(1, -1)]) expect(text).not.toContain(one);
});

test('Of an error only name, message and stack are shown: not the request that a library hangs on it.', () => {
  const { lines, log } = logged();
  log.error({ error: Object.assign(new TypeError('bad'), { $response: { headers: { token: 'abcdefgh' } } }) }, 'x');
  expect(lines[0]).not.toContain('abcdefgh');
  expect(JSON.parse(lines[0] ?? '').error).toMatchObject({
    name: 'TypeError',
    message: 'bad',
    stack: expect.any(String),
  });
});

test('A Failure is expected: class, reason, message and its cause, no stack.', () => {
  const { lines, log } = logged();
  const cause = new Error('socket');
  log.error({ error: new Failure({ class: 'Transient', reason: 'Unreachable', message: 'm', cause }) }, 'x');
  expect(JSON.parse(lines[0] ?? '').error).toEqual({
    class: 'Transient',
    reason: 'Unreachable',
    message: 'm',
    cause: 'Error: socket',
  });
});

test.each(['uncaughtException', 'unhandledRejection'])(
  'After an %s there is one scrubbed line, and exit status 1.',
  (event) => {
    const { lines, log } = logged();
    const listeners = new Map<string, (error: unknown) => void>();
    const exits: number[] = [];
    guardCrashes(log, {
      on: (name, listener) => listeners.set(name, listener),
      exit: (status) => void exits.push(status),
    });
    listeners.get(event)?.(new Error(`lost ${canary}`));
    expect(exits).toEqual([1]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('lost [redacted]');
  },
);
