// SPDX-License-Identifier: GPL-3.0-or-later
/** The whole operator on simulated worlds: what a user sees, and what it costs. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { annotate, backupTargets, namespace, place, putSecret, target, worlds, type Worlds } from './worlds.ts';

let world: Worlds;
afterEach(() => world.end());

const account = () => world.aws.account('123456789012');
const isReady = () => world.condition('Ready')?.status === 'True';

describe('One BackupTarget', () => {
  test('becomes Ready with its Secret, and everything of it goes when it is deleted.', async () => {
    world = worlds();
    world.operator();
    world.kubernetes.install([target({ deletionPolicy: 'Delete' })]);
    await world.until(isReady);
    expect(world.condition('Synced')).toMatchObject({ status: 'True' });
    expect(
      account()
        .buckets()
        .map(({ name }) => name),
    ).toEqual(['iksan-vm-backups']); // prettier-ignore
    expect(account().users()[0]?.keys).toHaveLength(1);
    const secret = world.kubernetes.objects('secrets', 'default')[0] as unknown as { data: Record<string, string> };
    const delivered = Buffer.from(secret.data['secretAccessKey'] ?? '', 'base64').toString();
    expect(delivered).toBe(account().users()[0]?.keys[0]?.secret);
    await annotate(world, { 'hybridcloud.dev/confirm-data-loss': 'iksan-vm-backups' });
    await world.admin.remove(backupTargets, place);
    await world.until(() => world.get() === undefined, 900);
    expect(account().buckets()).toEqual([]);
    expect(account().users()).toEqual([]);
    expect(world.kubernetes.objects('secrets', 'default')).toEqual([]);
  });

  test('has its first status within a second, however slow the cloud is.', async () => {
    world = worlds({ aws: { latencyMs: 8000 } });
    const { operator } = world.operator();
    await world.until(() => operator.phase === 'leading');
    world.kubernetes.install([target()]);
    await world.until(() => world.condition('Ready') !== undefined, 1);
    expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'Looking' });
  });

  test('at rest for an hour: no write but the canary and its status, and few reads.', async () => {
    world = worlds();
    const running = world.operator();
    world.kubernetes.install([target()]);
    await world.until(isReady);
    await world.pass(60);
    running.records.length = 0;
    await world.pass(3600);
    const counts = new Map<string, number>();
    for (const { call } of running.records) {
      if (call.lease) continue;
      const name = `${call.effect} ${call.service}:${call.action}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const writes = [...counts].filter(([name]) => name.startsWith('write'));
    const least = 3600 / 300 - 1;
    expect(writes.map(([name]) => name).sort()).toEqual([
      'write kubernetes:patch backuptargets/status',
      'write s3:DeleteObject',
      'write s3:PutObject',
    ]);
    for (const [, count] of writes) {
      expect(count).toBeGreaterThanOrEqual(least);
      expect(count).toBeLessThanOrEqual(least + 2);
    }
    expect(counts.get('read s3:ListBuckets')).toBeLessThanOrEqual(7);
    expect(counts.get('read iam:GetAccountAuthorizationDetails')).toBeLessThanOrEqual(7);
    expect(counts.get('read kubernetes:list backuptargets') ?? 0).toBeLessThanOrEqual(2);
  });

  test('that is paused is not looked at and says so once; without the annotation it goes on.', async () => {
    world = worlds();
    const running = world.operator();
    world.kubernetes.install([target()]);
    await world.until(isReady);
    await annotate(world, { 'hybridcloud.dev/paused': 'true' });
    await world.until(() => world.condition('Reconciling')?.reason === 'Paused', 5);
    expect(world.condition('Ready')).toMatchObject({ status: 'True', reason: 'Paused' });
    expect(world.condition('Synced')).toMatchObject({ status: 'Unknown', reason: 'Paused' });
    running.records.length = 0;
    await world.pass(1200);
    const calls = running.records.filter(({ call }) => !call.lease && !call.action.startsWith('watch'));
    expect(calls.map(({ call }) => call.action).filter((action) => /patch|Put|List|Get/.test(action))).toEqual([]);
    await annotate(world, { 'hybridcloud.dev/paused': null });
    await world.until(() => world.condition('Ready')?.reason === 'Available', 5);
    expect(world.condition('Synced')).toMatchObject({ status: 'True' });
  });

  test('is looked at once more when reconcile-at changes, and not when only its status was written.', async () => {
    world = worlds();
    const running = world.operator();
    world.kubernetes.install([target()]);
    await world.until(isReady);
    await world.pass(30);
    const looks = () => running.records.filter(({ call }) => call.action === 'get secrets').length;
    const before = looks();
    await world.pass(60);
    expect(looks()).toBe(before);
    await annotate(world, { 'hybridcloud.dev/reconcile-at': '2026-01-05T10:00:00Z' });
    await world.pass(2);
    expect(looks()).toBe(before + 1);
  });
});

describe('Credentials', () => {
  const spec = { aws: { region: 'ap-northeast-2', credentialsSecretRef: { name: 'aws' } } };
  const right = () => {
    const { accessKeyID, secretAccessKey } = account().rootKey;
    return { accessKeyID, secretAccessKey };
  };

  test('that are missing, then wrong, then right: a clear condition each time, and Ready within 10 s of the cure.', async () => {
    world = worlds();
    world.operator();
    world.kubernetes.install([target(spec)]);
    await world.until(() => world.condition('Stalled')?.status === 'True', 5);
    expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'CredentialsMissing' });
    expect(world.condition('Ready')?.message).toContain('Create it with the keys accessKeyID and secretAccessKey');
    await putSecret(world, 'aws', { ...right(), secretAccessKey: 'a'.repeat(40) });
    await world.until(
      () => world.condition('Ready')?.message.includes('does not belong to the access key') ?? false,
      10,
    );
    await putSecret(world, 'aws', right());
    await world.until(isReady, 10);
  });

  test('of another account than the guard says: nothing is done, and the condition says why.', async () => {
    world = worlds();
    const running = world.operator();
    const aws = { ...spec.aws, accountID: '999999999999' };
    await putSecret(world, 'aws', right());
    world.kubernetes.install([target({ aws })]);
    await world.until(() => world.condition('Ready')?.reason === 'WrongAccount', 5);
    expect(running.records.filter(({ call }) => call.service !== 'kubernetes' && call.effect === 'write')).toEqual([]);
  });

  test('of the operator itself are refused to a namespace without a grant, and taken as soon as it is granted.', async () => {
    world = worlds({ grants: { elsewhere: 'identity' } });
    world.operator();
    world.kubernetes.install([target()]);
    await world.until(() => world.condition('Ready')?.reason === 'NotPermitted', 5);
    const configMaps = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
    const at = { namespace, name: 'hybrid-cloud-operator-grants' };
    await world.admin.patch(configMaps, at, { type: 'merge', body: { data: { default: 'identity' } } });
    await world.until(isReady, 10);
  });
});

test('A CRD that is missing at the start is named in one line, and work begins when it appears.', async () => {
  world = worlds({ crds: false });
  const { operator, lines } = world.operator();
  await world.pass(60);
  expect(operator.phase).toBe('starting');
  expect(operator.ready()).toContain('backuptargets.hybridcloud.dev');
  const told = lines.filter((line) => line.includes('apply the CRDs'));
  // one line each, however often it was tried
  const kinds = told.map((line) => /"what":"(\w+)/.exec(line)?.[1]);
  expect(kinds).toHaveLength(4);
  expect(new Set(kinds)).toEqual(new Set(['backuptargets', 'gslbendpoints', 'pbsinstances', 'sitevpns']));
  world.installCRDs();
  world.kubernetes.install([target()]);
  await world.until(isReady, 60);
  expect(operator.ready()).toBeUndefined();
});

test('The API server restarts without its watches and history: what happened in between is done.', async () => {
  world = worlds();
  world.operator();
  world.kubernetes.install([target()]);
  await world.until(isReady);
  world.kubernetes.faults.request({ kind: 'error', status: 503, count: 20 });
  world.kubernetes.faults.cut();
  world.kubernetes.install([target({}, 'second')]);
  world.kubernetes.compact();
  await world.until(() => world.condition('Ready', 'second')?.status === 'True', 180);
});

test('No canary of any secret is in a log line, an event, a status or a metric.', async () => {
  world = worlds();
  const running = world.operator();
  const canary = 'CANARY+secret/with=signs&more0123456789';
  const { accessKeyID, secretAccessKey } = account().rootKey;
  await putSecret(world, 'aws', { accessKeyID, secretAccessKey: canary, sessionToken: `${canary}-token` });
  world.kubernetes.install([
    target({ aws: { region: 'ap-northeast-2', credentialsSecretRef: { name: 'aws' } } }),
    target({}, 'other'),
  ]);
  await world.until(
    () => world.condition('Ready', 'other')?.status === 'True' && world.condition('Ready') !== undefined,
  );
  const delivered = account().users()[0]?.keys[0]?.secret ?? '?';
  const shown = [
    running.lines.join(''),
    (await running.metrics.text()).text,
    JSON.stringify(world.kubernetes.objects('events')),
    JSON.stringify(world.kubernetes.objects('backuptargets')),
    JSON.stringify(running.records),
  ].join('\n');
  for (const secret of [canary, secretAccessKey, delivered, 'service-account-token']) {
    const bytes = Buffer.from(secret);
    const forms = [
      secret,
      encodeURIComponent(secret),
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex'),
    ];
    for (const form of forms) expect(shown.includes(form)).toBe(false);
  }
});
