// SPDX-License-Identifier: GPL-3.0-or-later
/** What the engine throws or answers holds no secret, wherever one looks in it: message, stack, cause, hidden members. */
import { expect, test } from '@jest/globals';
import { account, isReady, makeStage, type Stage } from '../kinds/stage.ts';
import { manifestOf } from '../kinds/backup-target/manifests.ts';
import { everythingIn, search } from './search.ts';

const faults = [
  { kind: 'answerLost', service: 'iam', action: 'CreateAccessKey', nth: 1 },
  { kind: 'reset', service: 'iam', action: 'CreateAccessKey', nth: 1 },
  { kind: 'errorAfter', service: 'iam', action: 'CreateAccessKey', nth: 1 },
  { kind: 'throttle', service: 'iam', action: 'CreateAccessKey', nth: 1 },
  { kind: 'requestLost', service: 's3', action: 'PutObject', nth: 1 },
  { kind: 'error', service: 's3', action: 'PutObject', nth: 1, code: 'AccessDenied', status: 403 },
  { kind: 'error', service: 'sts', action: 'GetCallerIdentity', nth: 1 },
  { kind: 'requestLost', service: 'sts', action: 'GetCallerIdentity', nth: 1 },
  { kind: 'reset', service: 's3', action: 'GetBucketPolicy', nth: 1 },
] as const;

function secretsOf({ aws }: Stage): Record<string, string> {
  const { rootKey } = aws.account(account);
  const keys = aws
    .account(account)
    .users()
    .flatMap((user) => user.keys);
  return {
    root: rootKey.secretAccessKey,
    token: 'admin-token',
    ...Object.fromEntries(keys.map((key) => [key.id, key.secret])),
  };
}

test.each(faults)('After $kind at $action of $service no error holds a secret.', async (fault) => {
  const stage = makeStage();
  stage.aws.faults.add(fault);
  const { name, spec } = manifestOf();
  const secrets: Record<string, string> = {};
  await stage.apply({ name, spec });
  await stage.until(name, (object) => {
    Object.assign(secrets, secretsOf(stage));
    return isReady(object);
  });
  const errors = [
    ...stage.outputs.outcomes.flatMap((outcome) => (outcome.next === 'retry' ? [outcome.error] : [])),
    ...stage.outputs.steps.flatMap(({ error }) => (error === undefined ? [] : [error])),
  ];
  expect(Object.keys(secrets).length).toBeGreaterThan(2);
  const shown = [
    ...errors.map((error) => ['error', everythingIn(error)] as const),
    ...stage.outputs.outcomes.map((outcome) => ['outcome', everythingIn(outcome)] as const),
    ...stage.outputs.steps.map(({ step }) => ['step', everythingIn(step)] as const),
    ...stage.outputs.notes.map((note) => ['event', everythingIn(note)] as const),
    ...stage.outputs.records.map((record) => ['record of a call', everythingIn(record)] as const),
  ];
  expect(search(shown, secrets)).toEqual([]);
});

test('A secret in the cause of a cause, in a hidden member or in bytes is found.', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG';
  const hidden = Object.defineProperty(new Error('outer'), 'response', {
    enumerable: false,
    value: { body: Buffer.from(secret) },
  });
  for (const error of [new Error('outer', { cause: new Error('inner', { cause: secret }) }), hidden])
    expect(search([['error', everythingIn(error)]], { secret })).toContainEqual({
      where: 'error',
      canary: 'secret',
      form: 'plain',
    });
});
