// SPDX-License-Identifier: GPL-3.0-or-later
/** The server itself: version, ping, status, certificate, identity, disks (proxmox-backup, api2/node). */
import { X509Certificate } from 'node:crypto';
import { powerOff, powerOn } from '../machine/boot.ts';
import { disksOf } from '../pve/guests/drives.ts';
import type { Guest } from '../state.ts';
import { start, must, text, type PbsCall } from './call.ts';
import { bad, PbsError } from './errors.ts';
import { atLeast, fingerprintOf } from './server.ts';
import type { PbsServer } from './state.ts';
import type { World } from '../world.ts';

export function ping(): unknown {
  return { pong: true };
}

/** `4.2.3` is version 4.2, release 3. */
export function version({ server }: PbsCall): unknown {
  const [major = '4', minor = '0', release = '0'] = server.version.split('.');
  return { version: `${major}.${minor}`, release, repoid: 'c0ffee1234567890' };
}

const gib = 1024 ** 3;

export function nodeStatus({ world, server }: PbsCall): unknown {
  const used = Math.floor(server.rootSize / 10);
  const release = '6.17.2-1-pve';
  return {
    info: { fingerprint: fingerprintOf(server) },
    uptime: Math.floor((world.clock.now() - server.installedAt) / 1000),
    root: { total: server.rootSize, used, avail: server.rootSize - used },
    memory: { total: 4 * gib, used: gib, free: 3 * gib },
    swap: { total: gib, used: 0, free: gib },
    cpu: 0.02,
    cpuinfo: { cpus: 2, model: 'QEMU Virtual CPU', sockets: 1 },
    wait: 0,
    loadavg: [0.1, 0.1, 0.1],
    'boot-info': { mode: 'legacy-bios', secureboot: false },
    'current-kernel': { sysname: 'Linux', release, version: `#1 SMP PMX ${release}`, machine: 'x86_64' },
    kversion: `Linux ${release}`,
  };
}

/** Local time as if it were UTC (api2/node/time.rs); calendar events are in UTC here, whatever the answer file says: see ../calendar.ts. */
export function showTime({ world }: PbsCall): unknown {
  const time = Math.floor(world.clock.now() / 1000);
  return { timezone: 'UTC', time, localtime: time };
}

export function certificates({ server }: PbsCall): unknown {
  const { cert } = server.certificate;
  const shown = new X509Certificate(cert);
  return [
    {
      filename: 'proxy.pem',
      fingerprint: fingerprintOf(server),
      pem: cert,
      issuer: shown.issuer,
      subject: shown.subject,
      san: ['localhost', '127.0.0.1'],
      notbefore: Math.floor(Date.parse(shown.validFrom) / 1000),
      notafter: Math.floor(Date.parse(shown.validTo) / 1000),
      'public-key-type': 'prime256v1',
    },
  ];
}

/** Since 4.1.10. */
export function identity({ server }: PbsCall): unknown {
  if (!atLeast(server, '4.1.10')) throw new PbsError(404, `Path '/nodes/localhost/identity' not found.`, true);
  return { 'pbs-instance-id': server.instanceID };
}

interface BlockDevice {
  readonly name: string;
  readonly size: number;
  readonly used: 'lvm' | 'filesystem' | 'unused';
}

function guestOf({ state }: World, { id }: PbsServer): Guest | undefined {
  const holds = (guest: Guest) => disksOf(guest).some(({ drive }) => state.pve.volumes.get(drive.file)?.server === id);
  return [...state.pve.guests.values()].find(holds);
}

/** sda is what it is installed on; the others are its guest's. */
export function devicesOf(world: World, server: PbsServer): readonly BlockDevice[] {
  const { state } = world;
  const guest = guestOf(world, server);
  const sizes = guest
    ? disksOf(guest).map(({ drive }) => state.pve.volumes.get(drive.file)?.size ?? 0)
    : [server.rootSize, 128 * 1024 ** 3];
  return sizes.map((size, at) => {
    const name = `sd${String.fromCharCode(97 + at)}`;
    const mounted = server.mounts.some(({ device }) => device === name);
    return { name, size, used: at === 0 ? 'lvm' : mounted ? 'filesystem' : 'unused' };
  });
}

export function listDisks({ world, server }: PbsCall): unknown {
  return devicesOf(world, server).map(({ name, size, used }) => ({
    name,
    devpath: `/dev/${name}`,
    'disk-type': 'ssd',
    used,
    size,
    gpt: used !== 'unused',
    rpm: 0,
    status: 'unknown',
    model: 'QEMU_HARDDISK',
    vendor: 'QEMU    ',
    serial: `drive-scsi${name.charCodeAt(2) - 97}`,
  }));
}

export function listDirectories({ server }: PbsCall): unknown {
  return server.mounts.map(({ name, path, device, filesystem }) => ({
    name,
    path,
    device: `/dev/disk/by-uuid/${device}`,
    filesystem,
    options: 'defaults',
    unitfile: `/etc/systemd/system/mnt-datastore-${name}.mount`,
    removable: false,
  }));
}

/** api2/node/status.rs, reboot_or_shutdown: it answers, and is gone. */
export function changePower({ world, server, params }: PbsCall): null {
  const guest = guestOf(world, server);
  const off = must(params, 'command') === 'shutdown';
  if (server.standalone) server.standalone.running = !off;
  if (!guest) return null;
  powerOff(world, guest, world.clock.now());
  if (!off) powerOn(world, guest, world.clock.now());
  return null;
}

/** api2/node/disks/directory.rs, create_datastore_disk. */
export function createDirectory(call: PbsCall): unknown {
  const { world, server, params } = call;
  const [name, disk] = [must(params, 'name'), must(params, 'disk')];
  const device = devicesOf(world, server).find((one) => one.name === disk);
  if (!device) throw bad(`unable to find disk '${disk}'`);
  if (device.used !== 'unused') throw bad(`disk '${disk}' is already in use.`);
  const path = `/mnt/datastore/${name}`;
  if (server.mounts.some((mount) => mount.path === path)) throw bad(`path "${path}" already exists`);
  const effect = {
    kind: 'directory',
    with: { name, disk, size: device.size, filesystem: text(params, 'filesystem') ?? 'ext4' },
  };
  return start(call, { type: 'dircreate', id: name, ms: 'formatDisk', effect }).upid;
}
