// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { manifestOf } from './manifests.ts';
import { conditionOf, isReady, makeStage } from '../stage.ts';

test('While an access key that was asked for may still come, the status says that it is waited for, and until when.', async () => {
  const stage = makeStage();
  stage.aws.faults.add({ kind: 'requestLost', service: 'iam', action: 'CreateAccessKey', nth: 1 });
  const { name, spec } = manifestOf();
  await stage.apply({ name, spec });
  const messages = new Set<string>();
  let until = '';
  await stage.until(name, (object) => {
    const [ready, synced] = [conditionOf(object, 'Ready'), conditionOf(object, 'Synced')];
    if (synced?.reason === 'OutcomeOpen') {
      expect(ready).toMatchObject({ status: 'False', reason: 'NoAccessKey' });
      messages.add(`${ready?.message} / ${synced.message}`);
      until = /until (\S+Z)/.exec(synced.message)?.[1] ?? '';
    }
    return isReady(object);
  });
  // one message for all the looks of these six minutes
  expect([...messages]).toEqual([expect.stringMatching(/There is no access key yet. An earlier request \(key:/)]);
  const { keys } = stage.aws.account('123456789012').users()[0] ?? { keys: [] };
  expect(keys).toHaveLength(1);
  expect(keys[0]?.createdAt).toBeGreaterThanOrEqual(Date.parse(until));
});
