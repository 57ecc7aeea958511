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
const name = `web.${exampleZone}`;
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
  world.kubectl('annotate', '--overwrite', 'gslb', 'web', `hybridcloud.dev/reconcile-at=${new Date().toISOString()}`);

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
      await world.kubectl('wait', `--for=condition=${condition}`, 'gslb/web', '--timeout=25s');
    expect(records()).toEqual(['A london', 'A seoul', 'TXT']);
    expect(answered()).toBe(seoul);
  }, 90_000);

  test('reads what it is, by name and by column, and what the fields mean.', async () => {
    const table = await world.kubectl('get', 'gslb');
    expect(table.split('\n')[0]).toMatch(/^NAME +READY +SYNCED +REASON +POLICY +FQDN +HEALTHY +SERVING +AGE$/);
    expect(table).toMatch(/web +True +True +Available +Failover +web\.seojun\.shop +2\/2 +seoul/);
    expect(await world.kubectl('describe', 'gslb', 'web')).toMatch(/CreateRecords/);
    expect(await world.kubectl('explain', 'gslbendpoint.spec.record.ttlSeconds')).toContain('<integer>');
    expect(await world.kubectl('get', 'configmap', 'gslb-haproxy', '-o', 'jsonpath={.data}')).toContain(seoul);
  }, 30_000);

  test('is told by an event when the name fails over, and by whom it is answered now.', async () => {
    world.aws.route53.health.tell(seoul, false, 'Failure: Connection refused.');
    await until(() => answered() === london, 60_000);
    await lookNow();
    await until(
      async () => (await world.kubectl('events', '--for', 'gslbendpoint/web')).includes('FailedOver'),
      90_000,
    );
    expect(await world.kubectl('get', 'gslb', 'web')).toMatch(/1\/2 +london/);
  }, 180_000);

  test('deletes it, and zone and checks are as they were before.', async () => {
    await world.kubectl('delete', 'gslb', 'web', '--timeout=25s');
    expect([records(), world.aws.route53.checks()]).toEqual([[], []]);
    expect(await world.kubectl('get', 'configmaps', '-o', 'name')).not.toContain('gslb-haproxy');
  }, 120_000);

  const balancing = (region: string) => world.account.balancing(region);
  const regions = ['ap-northeast-2', 'ap-northeast-1'];

  test('applies the second runbook whole: two sites behind load balancers with the certificate, and the name that fails over between them.', async () => {
    await world.kubectl('apply', '-f', 'examples/06-gslb-four-clouds.yaml');
    const path = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}';
    const all = async (type: string) =>
      (await world.kubectl('get', 'gslb', '-o', path.replace('Ready', type))) === 'True True True';
    await until(async () => (await all('Ready')) && (await all('Synced')), 400_000);
    expect(await world.kubectl('get', 'gslb', 'gslb', '-o', 'jsonpath={.status.sites[*].phase}')).toBe(
      'Serving Serving',
    );
    for (const region of regions) {
      const { loadBalancers, listeners, targetGroups } = balancing(region);
      expect(loadBalancers).toHaveLength(1);
      expect(new Set(listeners.map(({ port }) => port))).toEqual(new Set([80, 443]));
      expect(targetGroups.map(({ targets }) => targets.map(({ health }) => health.state))).toEqual([['healthy']]);
    }
    const sets = (type: string) =>
      world.aws.route53
        .records(world.aws.route53.zones()[0]?.id ?? '')
        .filter((one) => one.type === type && one.name.startsWith('gslb.'))
        .map(({ setIdentifier }) => setIdentifier);
    expect(new Set(sets('A'))).toEqual(new Set(['Seoul-Active', 'Tokyo-Active']));
    const ask = { name: `gslb.${exampleZone}`, type: 'A', client: '' } as const;
    expect(world.aws.route53.answer(ask).answers.length).toBeGreaterThan(0);
  }, 450_000);

  test('deletes all of it.', async () => {
    await world.kubectl('delete', '-f', 'examples/06-gslb-four-clouds.yaml', '--wait=false');
    await until(async () => (await world.kubectl('get', 'gslb', '-o', 'name')) === '', 400_000);
    expect([records(), world.aws.route53.checks()]).toEqual([[], []]);
    for (const region of regions) {
      const { instances, images, snapshots } = world.account.machines(region);
      expect([balancing(region).loadBalancers, images, snapshots]).toEqual([[], [], []]);
      expect(instances.filter(({ state }) => state === 'running')).toEqual([]);
    }
  }, 450_000);
});
