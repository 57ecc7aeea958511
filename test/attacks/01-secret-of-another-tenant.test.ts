// SPDX-License-Identifier: GPL-3.0-or-later
/** Attack 1: a reference that shall lead to the Secret of another tenant. */
import { afterEach, expect, test } from '@jest/globals';
import { parseBackupTarget } from '../../src/api/backup-target.ts';
import { backupTargets, secrets, target, worlds, type Worlds } from '../operator/worlds.ts';

let world: Worlds | undefined;
afterEach(async () => {
  await world?.end();
  world = undefined;
});

const elsewhere = [
  'team-b/aws',
  '../team-b/aws',
  '..',
  '../../team-b/secrets/aws',
  'team-b%2Faws',
  'aws?namespace=team-b',
];
const refusedWith = (name: string) => {
  const { spec } = target({ aws: { region: 'ap-northeast-2', credentialsSecretRef: { name } } }) as { spec: unknown };
  return parseBackupTarget(spec);
};

test.each(elsewhere)('a reference to the Secret %s is refused.', (name) => {
  expect(refusedWith('aws')).toMatchObject({ ok: true });
  expect(refusedWith(name)).toMatchObject({ ok: false, message: expect.stringContaining('credentialsSecretRef.name') });
});

test('a reference that names a namespace reads in its own all the same, and nothing of another namespace is asked for.', async () => {
  world = worlds();
  const { accessKeyID, secretAccessKey } = world.aws.account('123456789012').rootKey;
  const data = Object.fromEntries(
    Object.entries({ accessKeyID, secretAccessKey }).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  world.kubernetes.install([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-b' } }]);
  await world.admin.create(secrets, { namespace: 'team-b' }, { metadata: { name: 'aws', namespace: 'team-b' }, data });
  const running = world.operator();
  const credentialsSecretRef = { name: 'aws', namespace: 'team-b' };
  const spec = { aws: { region: 'ap-northeast-2', credentialsSecretRef } };
  await world.admin.create(backupTargets, { namespace: 'default' }, target(spec));
  await world.until(() => world?.condition('Ready')?.reason === 'CredentialsMissing', 20);
  const asked = running.records.filter(({ call }) => call.service === 'kubernetes' && call.action.endsWith(' secrets'));
  const namespaces = asked.map(({ call }) => call.parameters.find(({ name }) => name === 'namespace')?.value);
  expect(new Set(namespaces)).toEqual(new Set(['default']));
  expect(running.records.filter(({ call }) => call.service !== 'kubernetes')).toEqual([]);
});
