// SPDX-License-Identifier: GPL-3.0-or-later
/** What tests and demos hold of a Proxmox Backup Server. */
import { loopbackCertificate } from '../kernel/certificate.ts';
import { discloseSecret } from '../kernel/disclosure.ts';
import { fingerprintOf } from './pbs/server.ts';
import type { Datastore, PbsServer, Snapshot } from './pbs/state.ts';
import { chunkKey } from './pbs/store/layout.ts';
import { targetOf } from './pbs/s3.ts';
import { putObject } from './s3/client.ts';
import type { Task } from './state.ts';
import { newSecret } from './task.ts';
import type { World } from './world.ts';

export interface PbsToken {
  readonly id: string;
  readonly secret: string;
  readonly authorization: string;
}

export interface PbsView {
  readonly id: string;
  readonly url: string;
  /** Lower case, with colons. */
  readonly fingerprint: string;
  readonly version: string;
  readonly instanceID: string;
  readonly state: PbsServer;
  /** Default Admin on `/`, for a token of `operator@pbs`. */
  token(given?: {
    readonly user?: string;
    readonly name?: string;
    readonly roles?: readonly (readonly [path: string, role: string, propagate?: boolean])[];
  }): PbsToken;
  datastore(name: string): Datastore | undefined;
  snapshots(store: string): readonly Snapshot[];
  tasks(): readonly Task[];
  tellTasks(type: string, exit: string, times?: number): void;
  /** Another certificate, as a renewal brings it. */
  renewCertificate(): void;
  /** apt full-upgrade, and a reboot. */
  upgrade(version: string): void;
  /** Its clock goes wrong by so much. */
  skew(ms: number): void;
  /** A file system without room: `/mnt/datastore/cache`, or `/`. */
  fill(path: string, full?: boolean): void;
  /** Of one that no guest boots. */
  power(on: boolean): void;
  moveTo(address: string): void;
  /** Bytes of the snapshot's first chunk turn in the store; only a verification will see it. */
  rot(store: string, snapshot: Snapshot): Promise<void>;
  /** A datastore, token or user that an administrator removes. */
  readonly remove: { token(id: string): void; datastore(name: string): void };
}

function makeToken(world: World, server: PbsServer, given: Parameters<PbsView['token']>[0] = {}): PbsToken {
  const { user = 'operator@pbs', name = 'operator', roles = [['/', 'Admin']] } = given;
  const { users, acl } = server.access;
  const record = users.get(user) ?? {
    id: user,
    password: undefined,
    enabled: true,
    expire: 0,
    comment: '',
    tokens: new Map(),
  };
  users.set(user, record);
  const secret = discloseSecret(newSecret(world.state));
  record.tokens.set(name, { id: name, secret, privsep: true, expire: 0, comment: '' });
  const id = `${user}!${name}`;
  for (const [path, role, propagate = true] of roles)
    for (const who of user === 'root@pam' ? [id] : [user, id]) acl.push({ path, who, role, propagate });
  return { id, secret, authorization: `PBSAPIToken=${id}:${secret}` };
}

export function pbsView(world: World, id: string): PbsView {
  const server = (): PbsServer => {
    const found = world.state.servers.get(id);
    if (!found) throw new TypeError(`There is no server ${id} any more.`);
    return found;
  };
  return {
    id,
    get url() {
      return `https://${server().address}:8007`;
    },
    get fingerprint() {
      return fingerprintOf(server());
    },
    get version() {
      return server().version;
    },
    get instanceID() {
      return server().instanceID;
    },
    get state() {
      return server();
    },
    token: (given) => makeToken(world, server(), given),
    datastore: (name) => server().datastores.get(name),
    snapshots: (store) => [...(server().datastores.get(store)?.snapshots.values() ?? [])],
    tasks: () => server().tasks,
    tellTasks: (type, exit, times = 1) => world.state.fates.push({ product: 'pbs', type, exit, times }),
    renewCertificate: () => {
      server().certificate = loopbackCertificate(world.clock.now());
    },
    upgrade: (version) => {
      server().version = version;
    },
    skew: (ms) => {
      server().skewMs = ms;
    },
    fill: (path, full = true) => {
      if (full) server().full.add(path);
      else server().full.delete(path);
    },
    power: (on) => {
      server().standalone = { running: on };
    },
    moveTo: (address) => {
      server().address = address;
    },
    rot: async (name, snapshot) => {
      const store = server().datastores.get(name);
      const [digest] = snapshot.files.flatMap(({ chunks }) => chunks);
      if (!store?.backend || digest === undefined) throw new TypeError('There is no chunk in S3.');
      await putObject(targetOf(world, server(), { ...store.backend, name }), chunkKey(name, digest), {
        body: new Uint8Array(16),
      });
    },
    remove: {
      token: (token) => {
        const [user = '', name = ''] = token.split('!');
        server().access.users.get(user)?.tokens.delete(name);
      },
      datastore: (name) => void server().datastores.delete(name),
    },
  };
}
