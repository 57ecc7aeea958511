// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { putUserPolicy } from '../../../src/clouds/aws/iam/user-requests.ts';
import { administrator } from './rotating.ts';
import { manifestOf, userName } from './manifests.ts';
import { account, conditionOf, isReady, makeStage, type Stage } from '../stage.ts';

const manifest = manifestOf();
const { name } = manifest;
const theirs = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }],
});
const policies = ({ aws }: Stage) =>
  aws
    .account(account)
    .users()
    .find((one) => one.name === userName)?.policies;
const reason = (stage: Stage) => conditionOf(stage.object(name), 'Stalled')?.reason;

test('A policy that somebody else gave the user is neither replaced nor deleted when user.policyName comes to name it.', async () => {
  const stage = makeStage();
  await stage.apply(manifest);
  await stage.until(name, isReady);
  const before = policies(stage);
  await administrator(stage).send(putUserPolicy(userName, 'Queue', theirs));
  await stage.clock.advance(60_000);
  await stage.apply(manifestOf({ user: { policyName: 'Queue' } }));
  await stage.until(name, () => reason(stage) === 'PolicyNameTaken');
  expect(policies(stage)).toEqual({ ...before, Queue: theirs });
  await stage.remove(name);
  await stage.until(name, () => reason(stage) === 'UserInUse');
  expect(conditionOf(stage.object(name), 'Stalled')?.message).toContain('policy Queue');
  expect(policies(stage)).toMatchObject({ Queue: theirs });
});

test('One that is alone is ours, and set right, however somebody edited it.', async () => {
  const stage = makeStage();
  await stage.apply(manifest);
  await stage.until(name, isReady);
  const before = policies(stage);
  const [policyName] = Object.keys(before ?? {});
  await administrator(stage).send(putUserPolicy(userName, policyName ?? '', theirs));
  const began = stage.clock.now();
  await stage.until(name, () => stage.clock.now() - began > 3_600_000);
  expect(policies(stage)).toEqual(before);
});
