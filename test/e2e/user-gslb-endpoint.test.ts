// SPDX-License-Identifier: GPL-3.0-or-later
/** The second runbook's name, by a person with kubectl on a real API server, under the shipped rights: answered, failed over, and taken away. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { exampleZone, seedZone } from '../../src/cli/simulate/seed-zone.ts';
import { realClock } from '../../src/simulator/kernel/clock.ts';
import { until } from './kube-world.ts';
import { realServer } from './server.ts';
import { hasKubectl, userWorld, type UserWorld } from './user/world.ts';

const started = process.env['E2E_KUBECONFIG']
  ? { skipped: 'it needs the user `operator` of ../shared/kube' }
  : hasKubectl
    ? await realServer()
    : { skipped: 'kubectl is not on this machine' };
const server = 'skipped' in started ? undefined : started;
const title = 'skipped' in started ? `skipped: ${started.skipped}` : 'A user of GslbEndpoint with kubectl';
let world: UserWorld;

const example = parse(readFileSync('examples/05-gslb-failover.yaml', 'utf8')) as { spec: object };
const name = `gslb.${exampleZone}`;
const seoul = '3.36.122.217';
const london = '20.117.241.211';

const answered = () =>
  world.aws.route53
    .answer({ name, type: 'A', client: '' })
    .answers.map(({ value }) => value)
    .join();
const records = () =>
  world.aws.route53
    .records(world.aws.route53.zones()[0]?.id ?? '')
    .filter(({ type }) => type !== 'SOA' && type !== 'NS')
    .map(({ type, setIdentifier = '' }) => `${type} ${setIdentifier}`.trim())
    .sort();
const lookNow = () =>
  world.kubectl('annotate', '--overwrite', 'gslb', 'gslb', `hybridcloud.dev/reconcile-at=${new Date().toISOString()}`);

beforeAll(async () => {
  if (!server) return;
  world = await userWorld(server.kubeconfig);
  await seedZone({ aws: world.aws, clock: realClock(), account: world.account.id, name: exampleZone });
  await world.leading();
}, 120_000);

afterAll(async () => {
  await world?.close();
  await server?.stop();
}, 60_000);

(server ? describe : describe.skip)(title, () => {
  test('applies the example, with an HAProxy configuration beside it, and waits until the name is answered.', async () => {
    await world.grant('identity');
    const haproxy = { configMapName: 'gslb-haproxy', balance: 'roundrobin' };
    await world.apply({ ...example, spec: { ...example.spec, haproxy } });
    for (const condition of ['Ready', 'Synced'])
      await world.kubectl('wait', `--for=condition=${condition}`, 'gslb/gslb', '--timeout=25s');
    expect(records()).toEqual(['A london', 'A seoul', 'TXT']);
    expect(answered()).toBe(seoul);
  }, 90_000);

  test('reads what it is, by name and by column, and what the fields mean.', async () => {
    const table = await world.kubectl('get', 'gslb');
    expect(table.split('\n')[0]).toMatch(/^NAME +READY +SYNCED +REASON +POLICY +FQDN +HEALTHY +SERVING +AGE$/);
    expect(table).toMatch(/gslb +True +True +Available +Failover +gslb\.seojun\.shop +2\/2 +seoul/);
    expect(await world.kubectl('describe', 'gslb', 'gslb')).toMatch(/CreateRecords/);
    expect(await world.kubectl('explain', 'gslbendpoint.spec.record.ttlSeconds')).toContain('<integer>');
    expect(await world.kubectl('get', 'configmap', 'gslb-haproxy', '-o', 'jsonpath={.data}')).toContain(seoul);
  }, 30_000);

  test('is told by an event when the name fails over, and by whom it is answered now.', async () => {
    world.aws.route53.health.tell(seoul, false, 'Failure: Connection refused.');
    await until(() => answered() === london, 60_000);
    await lookNow();
    await until(
      async () => (await world.kubectl('events', '--for', 'gslbendpoint/gslb')).includes('FailedOver'),
      90_000,
    );
    expect(await world.kubectl('get', 'gslb', 'gslb')).toMatch(/1\/2 +london/);
  }, 180_000);

  test('deletes it, and zone and checks are as they were before.', async () => {
    await world.kubectl('delete', 'gslb', 'gslb', '--timeout=25s');
    expect([records(), world.aws.route53.checks()]).toEqual([[], []]);
    expect(await world.kubectl('get', 'configmaps', '-o', 'name')).not.toContain('gslb-haproxy');
  }, 120_000);
});
