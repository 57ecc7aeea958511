// SPDX-License-Identifier: GPL-3.0-or-later
/** What tests and demos hold of a PVE: the truth that no permission dims, and what others do to it. */
import { discloseSecret } from '../kernel/disclosure.ts';
import { powerOff, powerOn } from './machine/boot.ts';
import { freeVolume, realise } from './pve/guests/drives.ts';
import type { BackupJob, Guest, Phase, StorageRecord, StorageSecrets, Task, Volume } from './state.ts';
import { endTask, newID, newSecret, newTask } from './task.ts';
import type { World } from './world.ts';

export interface Grant {
  readonly path: string;
  /** A built-in role, or the privileges themselves. */
  readonly role?: string;
  readonly privileges?: readonly string[];
  /** Default true. */
  readonly propagate?: boolean;
}

export interface NewToken {
  /** Default `operator@pve`. */
  readonly user?: string;
  /** Default `operator`. */
  readonly name?: string;
  /** Default true: the grants are then given to both. */
  readonly privsep?: boolean;
  /** Default Administrator on `/`. */
  readonly grants?: readonly Grant[];
}

export interface NewGuest {
  readonly vmid: number;
  readonly node?: string;
  readonly kind?: Guest['kind'];
  readonly name?: string;
  readonly pool?: string;
  /** Options as they stand in the file: `{ scsi0: 'local-lvm:8', tags: 'x' }`. Default one disk of 8 GiB. */
  readonly config?: Readonly<Record<string, string>>;
  readonly running?: boolean;
}

export interface PveView {
  readonly url: string;
  readonly version: World['version'];
  /** apt dist-upgrade, with the services restarted. */
  upgrade(version: World['version']): void;
  readonly fingerprint: string;
  /** An API token for the header `PVEAPIToken=<id>=<secret>`. */
  token(given?: NewToken): { readonly id: string; readonly secret: string; readonly authorization: string };
  /** A user that logs in by password. */
  user(id: string, password: string, grants?: readonly Grant[]): void;
  /** More that they, or their token, may. */
  grant(who: string, given: Grant): void;
  /** Takes away what they, or their token, may at a path. */
  revoke(who: string, path: string): void;
  /** Somebody else's guest, there at once. */
  makeGuest(given: NewGuest): Guest;
  removeGuest(vmid: number): void;
  guest(vmid: number): Guest | undefined;
  guests(): readonly Guest[];
  /** Where it is between switched on and up, and why it waits. */
  phase(vmid: number): Phase | undefined;
  /** Nobody asked Proxmox VE for it, and no task tells of it: its process was killed, or crashed. */
  power(vmid: number, on: boolean): void;
  /** Puts a lock on it as vzdump, a migration or a snapshot does; undefined takes it away. */
  lock(vmid: number, lock: string | undefined): void;
  /** What becomes of its next backups. */
  tellBackups(vmid: number, backups: 'fail' | 'empty' | 'corrupt' | 'warn', times?: number): void;
  /** How the next tasks of this type end: an error, or `WARNINGS: 1`. */
  tellTasks(type: string, exit: string, times?: number): void;
  addIso(storage: string, filename: string, bytes: Uint8Array): string;
  addPool(id: string): void;
  addStorage(storage: {
    readonly id: string;
    readonly type: string;
    readonly content: string;
    readonly total: number;
  }): void;
  volumes(): readonly Volume[];
  storages(): readonly StorageRecord[];
  secrets(storage: string): StorageSecrets | undefined;
  jobs(): readonly BackupJob[];
  tasks(): readonly Task[];
  /** pvescheduler.service, on every node: without it no job begins. */
  scheduler(runs: boolean): void;
  /** What ran on it is gone, its guests are off until it is back. */
  nodeDown(node: string): void;
  nodeUp(node: string): void;
}

function grant(world: World, who: string, { path, role, privileges, propagate = true }: Grant): void {
  const { access } = world.state.pve;
  const named = role ?? `told-${access.roles.size + 1}`;
  if (privileges) access.roles.set(named, privileges);
  access.acl.push({ path, who, role: named, propagate });
}

function userOf(world: World, id: string): NonNullable<ReturnType<typeof world.state.pve.access.users.get>> {
  const { users } = world.state.pve.access;
  const known = users.get(id) ?? { id, password: undefined, enabled: true, expire: 0, comment: '', tokens: new Map() };
  users.set(id, known);
  return known;
}

function makeToken(world: World, given: NewToken): ReturnType<PveView['token']> {
  const {
    user = 'operator@pve',
    name = 'operator',
    privsep = true,
    grants = [{ path: '/', role: 'Administrator' }],
  } = given;
  const secret = discloseSecret(newSecret(world.state));
  userOf(world, user).tokens.set(name, { id: name, secret, privsep, expire: 0, comment: '' });
  const id = `${user}!${name}`;
  for (const one of grants) {
    if (user !== 'root@pam') grant(world, user, one);
    if (privsep) grant(world, id, one);
  }
  return { id, secret, authorization: `PVEAPIToken=${id}=${secret}` };
}

function configOf(world: World, { vmid, kind = 'qemu', name, config: asked }: NewGuest): Record<string, string> {
  const named = name === undefined ? {} : { [kind === 'qemu' ? 'name' : 'hostname']: name };
  const config: Record<string, string> = { smbios1: `uuid=${newID(world.state)}`, ...named };
  const wanted = asked ?? (kind === 'qemu' ? { scsi0: 'local-lvm:8' } : {});
  for (const [option, value] of Object.entries(wanted))
    config[option] = /^[^,]*:\d+(\.\d+)?(,|$)/.test(value) ? realise(world, vmid, value).printed : value;
  return config;
}

function makeGuest(world: World, given: NewGuest): Guest {
  const { vmid, kind = 'qemu', pool = '', running = false } = given;
  const { pve } = world.state;
  const now = world.clock.now();
  const guest: Guest = {
    vmid,
    node: given.node ?? [...pve.nodes.keys()][0] ?? '',
    kind,
    config: configOf(world, given),
    pending: {},
    running,
    startedAt: now,
    pool,
    phase: running ? { is: 'up', since: now } : { is: 'off' },
    createdAt: now,
    fate: undefined,
  };
  pve.guests.set(vmid, guest);
  return guest;
}

function removeGuest(world: World, vmid: number): void {
  const mine = [...world.state.pve.volumes.values()].filter((volume) => volume.vmid === vmid);
  for (const { volid } of mine) freeVolume(world, volid);
  world.state.pve.guests.delete(vmid);
}

function loseNode(world: World, node: string): void {
  const { pve } = world.state;
  const known = pve.nodes.get(node);
  if (known) known.online = false;
  // pvestatd and task index know of them only that they stopped
  for (const task of pve.tasks)
    if (task.node === node && task.exit === undefined) endTask(task, 'unexpected status', world.clock.now());
  for (const guest of pve.guests.values()) if (guest.node === node) powerOff(world, guest, world.clock.now());
}

/** Guests are started a moment later, each by a task of root's (PVE::API2::Nodes, startall). */
function bringUp(world: World, node: string): void {
  const { pve } = world.state;
  const now = world.clock.now();
  pve.nodes.set(node, { bootedAt: now, online: true });
  for (const guest of pve.guests.values()) {
    if (guest.node !== node || guest.config['onboot'] !== '1') continue;
    powerOn(world, guest, now);
    const effect = { kind: 'start', with: { vmid: guest.vmid } };
    const what = { product: 'pve', node, type: 'qmstart', id: String(guest.vmid), authid: 'root@pam', effect } as const;
    const task = newTask(world.state, { ...what, now: now + 1000, ms: 0 });
    endTask(task, 'OK', now + 1000);
    pve.tasks.push(task);
  }
}

export function pveView(world: World, at: { readonly url: string; readonly fingerprint: () => string }): PveView {
  const guestOf = (vmid: number): Guest => {
    const guest = world.state.pve.guests.get(vmid);
    if (!guest) throw new TypeError(`There is no guest ${vmid}.`);
    return guest;
  };
  return {
    url: at.url,
    get version() {
      return world.version;
    },
    upgrade: (version) => {
      world.version = version;
    },
    get fingerprint() {
      return at.fingerprint();
    },
    token: (given = {}) => makeToken(world, given),
    user: (id, password, grants = []) => {
      userOf(world, id).password = discloseSecret(password);
      for (const one of grants) grant(world, id, one);
    },
    grant: (who, given) => grant(world, who, given),
    revoke: (who, path) => {
      const { access } = world.state.pve;
      access.acl = access.acl.filter((entry) => entry.who !== who || entry.path !== path);
    },
    makeGuest: (given) => makeGuest(world, given),
    removeGuest: (vmid) => removeGuest(world, vmid),
    guest: (vmid) => world.state.pve.guests.get(vmid),
    guests: () => [...world.state.pve.guests.values()],
    phase: (vmid) => world.state.pve.guests.get(vmid)?.phase,
    power: (vmid, on) => (on ? powerOn : powerOff)(world, guestOf(vmid), world.clock.now()),
    lock: (vmid, lock) => {
      const { config } = guestOf(vmid);
      if (lock === undefined) delete config['lock'];
      else config['lock'] = lock;
    },
    tellBackups: (vmid, backups, times = 1) => {
      guestOf(vmid).fate = { backups, times };
    },
    tellTasks: (type, exit, times = 1) => world.state.fates.push({ product: 'pve', type, exit, times }),
    addIso: (storage, filename, bytes) => {
      const volid = `${storage}:iso/${filename}`;
      const kept = {
        volid,
        storage,
        vmid: undefined,
        content: 'iso',
        size: bytes.length,
        ctime: world.clock.now(),
        bytes,
        server: undefined,
      } as const;
      world.state.pve.volumes.set(volid, { ...kept });
      return volid;
    },
    addPool: (id) => void world.state.pve.pools.set(id, ''),
    addStorage: ({ id, type, content, total }) =>
      void world.state.pve.storages.set(id, { id, type, options: { content }, total }),
    volumes: () => [...world.state.pve.volumes.values()],
    storages: () => [...world.state.pve.storages.values()],
    secrets: (storage) => world.state.pve.secrets.get(storage),
    jobs: () => [...world.state.pve.jobs.values()],
    tasks: () => world.state.pve.tasks,
    scheduler: (runs) => {
      world.state.pve.schedulerStopped = !runs;
    },
    nodeDown: (node) => loseNode(world, node),
    nodeUp: (node) => bringUp(world, node),
  };
}
