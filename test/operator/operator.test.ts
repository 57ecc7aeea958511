// SPDX-License-Identifier: GPL-3.0-or-later
import { afterEach, expect, test } from '@jest/globals';
import { backupTargets, target, worlds, type Worlds } from './worlds.ts';

let world: Worlds;
afterEach(() => world.end());

const vm = { namespace: 'default', name: 'vm-backups' };

test('A BackupTarget becomes Ready with its Secret, and everything of it goes when it is deleted.', async () => {
  world = worlds();
  const { kubernetes, aws, until, condition, admin } = world;
  world.operator();
  kubernetes.install([target({ deletionPolicy: 'Delete' })]);
  await until(() => condition('Ready')?.status === 'True');
  expect(condition('Synced')).toMatchObject({ status: 'True' });
  const account = aws.account('123456789012');
  expect(account.buckets().map(({ name }) => name)).toEqual(['iksan-vm-backups']);
  expect(account.users()[0]?.keys).toHaveLength(1);
  const secret = kubernetes.objects('secrets', 'default')[0] as unknown as { data: Record<string, string> };
  expect(Buffer.from(secret.data['secretAccessKey'] ?? '', 'base64').toString()).toBe(
    account.users()[0]?.keys[0]?.secret,
  );
  await admin.patch(backupTargets, vm, {
    type: 'merge',
    body: { metadata: { annotations: { 'hybridcloud.dev/confirm-data-loss': 'iksan-vm-backups' } } },
  });
  await admin.remove(backupTargets, vm);
  await until(() => world.get() === undefined, 900);
  expect(account.buckets()).toEqual([]);
  expect(account.users()).toEqual([]);
});
