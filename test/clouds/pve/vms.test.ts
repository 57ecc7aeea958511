// SPDX-License-Identifier: GPL-3.0-or-later
/** Machines, storage entries and jobs: what is sent, and what is read back of Proxmox VE's own way of writing it. */
import { expect, test } from '@jest/globals';
import {
  addJobRequest,
  backupJobs,
  changeJobRequest,
  guestsWithoutJob,
  type BackupJob,
} from '../../../src/clouds/pve/backup-jobs.ts';
import { storageEntry } from '../../../src/clouds/pve/storage-entries.ts';
import { changeRequest, createRequest, listedVms, powerOf, vmAt } from '../../../src/clouds/pve/vms.ts';
import { isosOn, isoID } from '../../../src/clouds/pve/volumes.ts';
import { scripted } from '../proxmox/scripted.ts';

const uuid = '6f9619ff-8b86-d011-b42d-00cf4fc964ff';

test('A machine is made with its marks, its empty disks before its CDs, protected.', () => {
  const { action, values } = createRequest({
    node: 'node1',
    vmid: 104,
    name: 'pbs-main',
    cores: 2,
    memoryMiB: 4096,
    tags: ['hybridcloud', 'hybridcloud-0a1b'],
    description: 'made by hybrid-cloud-operator',
    uuid,
    storage: 'local-lvm',
    diskGiB: 50,
    cacheDiskGiB: 64,
    bridge: 'vmbr0',
    vlan: 20,
    cds: ['local:iso/pbs.iso', 'local:iso/answer.iso'],
  });
  expect(action).toBe('POST /nodes/{id}/qemu');
  expect(values).toMatchObject({
    vmid: 104,
    memory: '4096',
    scsi0: 'local-lvm:50,discard=on,ssd=1,iothread=1',
    scsi1: 'local-lvm:64,discard=on,ssd=1,iothread=1',
    ide2: 'local:iso/pbs.iso,media=cdrom',
    ide3: 'local:iso/answer.iso,media=cdrom',
    boot: 'order=ide2;scsi0',
    net0: 'virtio,bridge=vmbr0,tag=20',
    smbios1: `uuid=${uuid}`,
    tags: 'hybridcloud;hybridcloud-0a1b',
    protection: true,
  });
});

test('A configuration is read back as Proxmox VE writes it.', async () => {
  const { pve } = scripted({
    body: {
      data: {
        name: 'pbs-main',
        tags: 'a;b',
        memory: '4096',
        cores: 2,
        protection: 1,
        onboot: '1',
        lock: 'create',
        smbios1: `uuid=${uuid.toUpperCase()}`,
        description: 'mark\n',
        scsi0: 'local-lvm:vm-104-disk-0,discard=on,size=50G',
        ide2: 'none,media=cdrom',
        scsihw: 'virtio-scsi-single',
        net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
        digest: 'd1',
      },
    },
  });
  expect(await vmAt(pve, { node: 'node1', vmid: 104 })).toEqual({
    name: 'pbs-main',
    tags: ['a', 'b'],
    description: 'mark',
    uuid,
    protection: true,
    onboot: true,
    lock: 'create',
    cores: 2,
    memoryMiB: 4096,
    drives: [
      { slot: 'scsi0', volume: 'local-lvm:vm-104-disk-0', cdrom: false, size: '50G' },
      { slot: 'ide2', volume: 'none', cdrom: true },
    ],
    networks: { net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0' },
    digest: 'd1',
  });
});

test('Only machines are listed, containers and what has no number not; whether one runs is asked of its node.', async () => {
  const { pve } = scripted(
    {
      body: {
        data: [
          { type: 'qemu', vmid: 104, node: 'node1', name: 'pbs', tags: 'X;y', template: 0 },
          { type: 'lxc', vmid: 105, node: 'node1' },
          { type: 'qemu', node: 'node1' },
        ],
      },
    },
    { body: { data: { status: 'stopped' } } },
  );
  expect(await listedVms(pve)).toEqual([{ vmid: 104, node: 'node1', name: 'pbs', tags: ['x', 'y'] }]);
  expect(await powerOf(pve, { node: 'node1', vmid: 104 })).toEqual({ running: false, uptime: 0 });
});

test('A change names the state that it was thought for.', () => {
  expect(changeRequest({ node: 'node1', vmid: 104 }, { set: { name: 'pbs' }, digest: 'd1' }).values).toEqual({
    name: 'pbs',
    digest: 'd1',
  });
});

test('ISOs are listed by volume; their id is made of storage and file.', async () => {
  const { pve } = scripted({ body: { data: [{ volid: 'local:iso/a.iso', size: 7, format: 'iso' }] } });
  expect(await isosOn(pve, { node: 'node1', storage: 'local' })).toEqual([{ volid: isoID('local', 'a.iso'), size: 7 }]);
});

test('A storage entry tells its key by fingerprint alone, and has the usual port.', async () => {
  const { pve } = scripted({
    body: {
      data: {
        storage: 'pbs-main',
        type: 'pbs',
        server: '192.0.2.20',
        datastore: 'vm',
        username: 'pve@pbs!a',
        'encryption-key': 1,
        digest: 'd',
      },
    },
  });
  expect(await storageEntry(pve, 'pbs-main')).toEqual({
    id: 'pbs-main',
    type: 'pbs',
    server: '192.0.2.20',
    port: 8007,
    datastore: 'vm',
    namespace: '',
    username: 'pve@pbs!a',
    fingerprint: '',
    encryptionKey: '1',
    disabled: false,
    content: '',
    prune: '',
    digest: 'd',
  });
});

const job: BackupJob = {
  id: 'nightly',
  enabled: true,
  schedule: '02:00',
  storage: 'pbs-main',
  mode: 'snapshot',
  select: { type: 'All', exclude: [900] },
  comment: 'ours',
};

test('A job is written as text and read back the same, however it selects.', async () => {
  const selections: BackupJob['select'][] = [
    { type: 'All', exclude: [900, 901] },
    { type: 'All', exclude: [] },
    { type: 'IDs', ids: [100, 101] },
    { type: 'Pool', pool: 'lab' },
  ];
  for (const select of selections) {
    const { values } = addJobRequest({ ...job, select });
    const { pve } = scripted({
      body: { data: [{ ...values, all: values['all'] ? 1 : 0, enabled: '1', 'next-run': 5 }] },
    });
    expect(await backupJobs(pve)).toEqual([{ ...job, select, strays: [], nextRun: 5 }]);
  }
});

test('Fleecing is written as text and read back from an object; what would let a job save less than it says is told.', async () => {
  const request = addJobRequest({ ...job, fleecing: 'local-lvm' });
  expect(request.values['fleecing']).toBe('enabled=1,storage=local-lvm');
  const one = { id: 'a', all: 1, schedule: '1' };
  const fleecing = { enabled: '1', storage: 'local-lvm' };
  const { pve } = scripted({
    body: {
      data: [
        { ...one, fleecing, node: 'node1' },
        { ...one, fleecing: 'enabled=0,storage=x', 'prune-backups': {} },
      ],
    },
  });
  expect(await backupJobs(pve)).toMatchObject([
    { fleecing: 'local-lvm', strays: ['node'] },
    { strays: ['prune-backups'] },
  ]);
});

test('How a job finds changes and whom it mails is written and read back; a word that nobody knows is none.', async () => {
  const more = {
    changeDetection: 'metadata',
    notifications: { mode: 'legacy-sendmail', mailTo: ['a@x.example', 'root'], mailOn: 'failure' },
  } as const;
  const { values } = addJobRequest({ ...job, ...more });
  expect(values).toMatchObject({
    'pbs-change-detection-mode': 'metadata',
    'notification-mode': 'legacy-sendmail',
    mailto: 'a@x.example,root',
    mailnotification: 'failure',
  });
  const odd = { id: 'odd', mailto: 'b;a', 'pbs-change-detection-mode': 'x', 'notification-mode': 'y' };
  const { pve } = scripted({ body: { data: [{ ...values, all: 1 }, odd] } });
  const [same, other] = await backupJobs(pve);
  expect(same).toMatchObject(more);
  expect(other).toMatchObject({ notifications: { mailTo: ['a', 'b'] } });
  expect(other).not.toHaveProperty('changeDetection');
  const quiet = { ...job, notifications: { mode: 'auto', mailTo: [], mailOn: 'always' } } as const;
  expect(changeJobRequest(quiet, { ...job, ...more }).values).toMatchObject({ delete: 'mailto' });
  expect(changeJobRequest(quiet, quiet).values).not.toHaveProperty('delete');
  expect(changeJobRequest(job, { ...job, ...more }).values).not.toHaveProperty('delete');
});

test('A job that selects otherwise takes away what it selected by, and only that.', () => {
  const now: BackupJob = { ...job, select: { type: 'IDs', ids: [100] } };
  expect(changeJobRequest(now, job).values).toMatchObject({ vmid: '100', delete: 'all,exclude' });
  expect(changeJobRequest(job, job).values).not.toHaveProperty('delete');
  expect(changeJobRequest(job, { ...job, fleecing: 'local', strays: ['node'] }).values['delete']).toBe('fleecing,node');
  expect(changeJobRequest({ ...job, select: { type: 'All', exclude: [] } }, job).values).toMatchObject({
    all: true,
    delete: 'exclude',
  });
});

test('Guests that no job names have number, name and type.', async () => {
  const { pve } = scripted({
    body: {
      data: [
        { vmid: 105, name: 'db', type: 'qemu' },
        { vmid: '106', type: 'lxc' },
      ],
    },
  });
  expect(await guestsWithoutJob(pve)).toEqual([
    { vmid: 105, name: 'db', type: 'qemu' },
    { vmid: 106, name: '', type: 'lxc' },
  ]);
});
