// SPDX-License-Identifier: GPL-3.0-or-later
/** The first runbook whole, by a person with kubectl on a real API server, under the shipped rights: bucket, VPN, and the backups that land there. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from './kube-world.ts';
import { realServer } from './server.ts';
import { userProxmox, type UserProxmox } from './user/proxmox.ts';
import { userSites, type UserSites } from './user/sites.ts';
import { hasKubectl, team, userWorld, type UserWorld } from './user/world.ts';

const started = process.env['E2E_KUBECONFIG']
  ? { skipped: 'it needs the user `operator` of ../shared/kube' }
  : hasKubectl
    ? await realServer()
    : { skipped: 'kubectl is not on this machine' };
const server = 'skipped' in started ? undefined : started;
const title = 'skipped' in started ? `skipped: ${started.skipped}` : 'A user of PbsInstance with kubectl';
let world: UserWorld;
let proxmox: UserProxmox;
let sites: UserSites;

const lookNow = () =>
  world.kubectl(
    'annotate',
    '--overwrite',
    'pbs',
    'pbs-main',
    `hybridcloud.dev/reconcile-at=${new Date().toISOString()}`,
  );
const exampleText = readFileSync('examples/07-pbs-instance.yaml', 'utf8');
const inBucket = () =>
  (world.account.buckets()[0]?.objects ?? []).filter(({ key }) => key.startsWith('vm-backup-s3/.chunks/')).length;
const events = () => world.kubectl('events', '--for', 'pbsinstance/pbs-main');
/** By the command that the example names. */
const keptKey = async () => {
  const command = /kubectl get (secret \S+ -o jsonpath=)'(.*)' \| base64 -d/.exec(exampleText);
  const data = await world.kubectl('get', ...`${command?.[1]}${command?.[2]}`.split(' '));
  return Buffer.from(data, 'base64').toString();
};
const named = async (what: string) => (await world.kubectl('get', what, '-o', 'name')).split('\n');
const nightly = () => proxmox.world.pve.jobs().find(({ id }) => id === 'nightly')?.options;
const ours = () => proxmox.world.pve.guests().find(({ config }) => config['name'] === 'pbs-main');
let encryptionKey = '';

beforeAll(async () => {
  if (!server) return;
  world = await userWorld(server.kubeconfig);
  proxmox = await userProxmox(world.aws.service, team);
  sites = await userSites(team);
  await world.leading();
}, 120_000);

afterAll(async () => {
  await world?.close();
  await Promise.all([proxmox?.close(), sites?.close()]);
  await server?.stop();
}, 60_000);

(server ? describe : describe.skip)(title, () => {
  test('applies the three examples, and waits until bucket, VPN and backup server are Ready.', async () => {
    await world.grant('identity', ...sites.grants, ...proxmox.grants);
    await world.apply(...sites.secrets, ...proxmox.secrets);
    await world.kubectl('apply', '-f', 'examples/01-backup-target.yaml');
    await world.apply(sites.example('03-site-vpn-opnsense.yaml'), proxmox.example);
    // longer than one kubectl may take here
    await until(async () => /pbs-main +True +True/.test(await world.kubectl('get', 'pbs')), 150_000);
    await world.kubectl('wait', '--for=condition=Ready', 'backuptarget/vm-backups', 'vpn/home', '--timeout=25s');
    expect(ours()).toMatchObject({ running: true, config: { protection: '1' } });
    expect(proxmox.server()?.datastore('vm-backup-s3')).toBeDefined();
  }, 200_000);

  test('reads what it is, by name and by column, what was done, and what the fields mean.', async () => {
    const table = await world.kubectl('get', 'pbs');
    expect(table.split('\n')[0]).toMatch(
      /^NAME +READY +SYNCED +REASON +VM +VERSION +DATASTORE +PROTECTED +LAST BACKUP +AGE$/,
    );
    expect(table).toMatch(/pbs-main +True +True +Available +100 +4\.2\.3 +vm-backup-s3 +0\/2/);
    // the last of some thirty steps
    await until(async () => /AddStorage[^]*AddBackupJob/.test(await events()), 15_000);
    const described = await world.kubectl('describe', 'pbs', 'pbs-main');
    for (const condition of [
      'MachineReady',
      'ServerReady',
      'StoreReady',
      'StorageReady',
      'Permissions',
      'FullyCovered',
    ])
      expect(described).toMatch(new RegExp(`Status: +True\\n +Type: +${condition}\\n`));
    expect(described).toMatch(/Reason: +FirstBackupDue/);
    expect(described).toMatch(/Normal +CreateVm .* Created VM pbs-main on node1\n[^]*Normal +MakeEncryptionKey /);
    expect(await world.kubectl('explain', 'pbsinstance.spec.jobs.schedule')).toContain('02:00');
    expect(await world.kubectl('explain', 'pbs.spec.storage.encryption.secretRef.name')).toContain('<string>');
  }, 40_000);

  test('gets the encryption key in a Secret, and no password or token anywhere else.', async () => {
    expect(await named('secrets')).not.toContain('secret/pbs-main-pbs-root');
    encryptionKey = await keptKey();
    const shown = await world.kubectl('get', 'pbs,events', '-o', 'yaml');
    const { password = '', encryptionKey: used = '' } = proxmox.world.pve.secrets('pbs-main') ?? {};
    expect(JSON.parse(used)).toEqual(JSON.parse(encryptionKey));
    const { data } = JSON.parse(encryptionKey) as { readonly data: string };
    for (const hidden of [data, password, proxmox.server()?.state.access.users.get('root@pam')?.password ?? '']) {
      expect(hidden).not.toBe('');
      expect(shown).not.toContain(hidden);
    }
  }, 30_000);

  test('saves the guests once by hand, and reads that they are protected, by a backup that is in the bucket.', async () => {
    const run = { all: 1, storage: 'pbs-main', mode: 'snapshot', exclude: '100' };
    expect(await proxmox.root.post('/nodes/node1/vzdump', run)).toMatchObject({ status: 200 });
    await until(async () => {
      await proxmox.world.settle();
      return proxmox.server()?.snapshots('vm-backup-s3').length === 2;
    });
    expect(inBucket()).toBeGreaterThan(0);
    await lookNow();
    await world.kubectl('wait', '--for=condition=Protected', 'pbs/pbs-main', '--timeout=25s');
    expect(await world.kubectl('get', 'pbs')).toMatch(/vm-backup-s3 +2\/2 +\d+[sm]\w* +\d+/);
  }, 60_000);

  test('finds a job that somebody changed in Proxmox VE as it was, and is told so.', async () => {
    await proxmox.root.put('/cluster/backup/nightly', { schedule: '04:00', enabled: 0 });
    expect(nightly()).toMatchObject({ schedule: '04:00', enabled: '0' });
    await lookNow();
    await until(() => nightly()?.['schedule'] === '02:00', 20_000);
    expect(nightly()).toMatchObject({ enabled: '1' });
    await until(async () => /DriftCorrected.*jobs\.nightly\.schedule/.test(await events()), 20_000);
  }, 60_000);

  test('deletes it: what leads there goes, and VM, datastore, backups and the encryption key stay.', async () => {
    await world.kubectl('delete', 'pbs', 'pbs-main', '--timeout=25s');
    const { pve } = proxmox.world;
    expect([pve.jobs(), pve.storages().map(({ id }) => id)]).toEqual([[], ['local', 'local-lvm']]);
    expect(ours()).toMatchObject({ running: true, config: { protection: '1' } });
    expect(proxmox.server()?.snapshots('vm-backup-s3')).toHaveLength(2);
    expect([...(proxmox.server()?.state.access.users.keys() ?? [])]).toEqual(['root@pam']);
    expect(inBucket()).toBeGreaterThan(0);
    await until(async () => !(await named('secrets')).some((one) => one.includes('pbs-main-pbs-')), 20_000);
    expect(await keptKey()).toBe(encryptionKey);
    expect(await world.kubectl('get', 'backuptarget', 'vm-backups', '-o', 'yaml')).not.toContain('claimed-by');
  }, 60_000);

  test('has refused nothing to the operator on the way.', () => {
    const { asked } = world.front;
    expect(asked.some(({ resource }) => resource === 'pbsinstances/status')).toBe(true);
    expect(asked.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
  });
});
