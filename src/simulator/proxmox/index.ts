// SPDX-License-Identifier: GPL-3.0-or-later
/** Proxmox VE and the Proxmox Backup Servers beside and in it: give `service` to a client as its transport, or serve them over HTTPS. */
import { X509Certificate } from 'node:crypto';
import type { CallLogEntry } from '../kernel/call-log.ts';
import { loopbackCertificate } from '../kernel/certificate.ts';
import type { SimClock } from '../kernel/clock.ts';
import { discloseSecret } from '../kernel/disclosure.ts';
import { FaultRules } from '../kernel/faults.ts';
import type { SimRequest, SimService } from '../kernel/service.ts';
import { fromJson, toJson, type Json } from '../kernel/snapshot.ts';
import { answer, settled, type Front, type ProxmoxResponse } from './front.ts';
import { dueOf } from './machine/progress.ts';
import { serverAt } from './machine/reach.ts';
import { newServer } from './pbs/server.ts';
import { serveAs, type ServedProduct } from './serve.ts';
import { nextDue } from './settle.ts';
import type { ProxmoxState } from './proxmox-state.ts';
import type { Task, TaskEnding } from './state.ts';
import { running } from './task.ts';
import { pveView, type PveView } from './told.ts';
import { pbsView, type PbsView } from './told-pbs.ts';
import { defaultTimes, type PveVersion, type S3Request, type Times, type World } from './world.ts';

export type { TaskEnding } from './state.ts';

export interface ProxmoxOptions {
  readonly clock: SimClock;
  /** Of PVE; default 9.2. */
  readonly version?: PveVersion;
  /** Default `192.168.0.10`; it answers at port 8006. */
  readonly address?: string;
  /** Default `node1`. */
  readonly nodes?: readonly string[];
  readonly times?: Partial<Times>;
  /** Where every PBS finds S3: `createAws(…).service`, or anything that speaks it. */
  readonly s3?: SimService;
  /** SHA-256 of the certificate that S3 at a host has, where no public authority signed it; lower case, with colons. */
  readonly s3Certificate?: World['s3Certificate'];
  /** What PVE's download-url brings; undefined is 404. */
  readonly download?: (url: string) => Uint8Array | undefined;
  /** 401 three seconds late and PBS's 403 half a second, as in life; default false. */
  readonly delays?: boolean;
  /** Identifiers and secrets follow from it; default 1. */
  readonly seed?: number;
  /** What the site's DNS says: names of servers, and where they lead. Default: nothing. */
  readonly names?: Readonly<Record<string, string>>;
  /** Of `pve`, or of a server by its id; default: made on the spot, another one each time. */
  readonly certificate?: World['certificate'];
}

export interface NewPbs {
  /** Default `192.168.0.30`; it answers at port 8007. */
  readonly address?: string;
  readonly hostname?: string;
  /** Default 4.2.3. */
  readonly version?: string;
  readonly rootPassword?: string;
}

export interface ServedPbs extends ServedProduct {
  readonly fingerprint: string;
  /** PEM. */
  readonly certificate: string;
}

export interface ProxmoxWorld {
  /** PVE at `https://<address>:8006`, every PBS at `https://<its address>:8007`. Answers bear `reason`, PVE's errors. */
  readonly service: (request: SimRequest) => Promise<ProxmoxResponse>;
  readonly faults: FaultRules;
  /** Oldest first, of both products (`pve`, `pbs`). Empty it by `calls.length = 0`. */
  readonly calls: CallLogEntry[];
  /** What servers asked of S3, oldest first. */
  readonly s3Requests: S3Request[];
  readonly pve: PveView;
  /** A server that is no guest of this PVE. */
  addPbs(given?: NewPbs): PbsView;
  /** The server that answers at an address, or is installed there. */
  pbs(address: string): PbsView | undefined;
  servers(): readonly PbsView[];
  /** Lets happen what has come due; every request does that, too. */
  settle(): Promise<void>;
  /** What DNS says of a name from now on; undefined: that there is none. */
  tellName(name: string, address: string | undefined): void;
  /** How a task of either product ends that runs now. @throws TypeError when none does by this name */
  tellTask(upid: string, ending: TaskEnding): void;
  /** Such a task takes so much longer. @throws TypeError when none runs by this name */
  delayTask(upid: string, ms: number): void;
  /** Who answers at `192.168.0.10:8006` shows this certificate, PEM; undefined: nobody answers there. */
  certificateAt(host: string): string | undefined;
  /** Tasks, installations, boots: something is on its way that no schedule began. */
  readonly underWay: boolean;
  /** When something happens by itself next, milliseconds since the epoch. */
  readonly nextDue: number | undefined;
  /** PVE over HTTPS on a loopback port. */
  servePve(port?: number): Promise<ServedPbs>;
  /** The server of an address: on a loopback port, or at that very address and 8007 when it is a loopback one. */
  servePbs(address: string): Promise<ServedPbs>;
  snapshot(): Json;
  restore(snapshot: Json): void;
}

const madeNow: World['certificate'] = (_server, now) => loopbackCertificate(now);

function emptyState({
  clock,
  seed = 1,
  nodes = ['node1'],
  certificate = madeNow,
  names = {},
}: ProxmoxOptions): ProxmoxState {
  const bootedAt = clock.now();
  const root = {
    id: 'root@pam',
    password: discloseSecret('simulator-root-password'),
    enabled: true,
    expire: 0,
    comment: '',
    tokens: new Map(),
  };
  const gib = 1024 ** 3;
  return {
    random: { seed },
    nextPid: 1,
    leases: new Map(),
    names: new Map(Object.entries(names)),
    servers: new Map(),
    fates: [],
    pve: {
      nodes: new Map(nodes.map((name) => [name, { bootedAt, online: true }])),
      access: { users: new Map([[root.id, root]]), roles: new Map(), acl: [], tickets: new Map() },
      guests: new Map(),
      volumes: new Map(),
      arriving: new Map(),
      storages: new Map([
        [
          'local',
          {
            id: 'local',
            type: 'dir',
            options: { content: 'iso,vztmpl,backup,import', path: '/var/lib/vz' },
            total: 100 * gib,
          },
        ],
        [
          'local-lvm',
          {
            id: 'local-lvm',
            type: 'lvmthin',
            options: { content: 'images,rootdir', thinpool: 'data', vgname: 'pve' },
            total: 1000 * gib,
          },
        ],
      ]),
      secrets: new Map(),
      pools: new Map(),
      jobs: new Map(),
      tasks: [],
      broadcast: undefined,
      certificate: certificate('pve', bootedAt),
      authority: certificate('pve-root-ca', bootedAt).cert,
    },
  };
}

function worldOf(options: ProxmoxOptions): World {
  return {
    clock: options.clock,
    state: emptyState(options),
    times: { ...defaultTimes, ...options.times },
    version: options.version ?? '9.2',
    pveHost: `${options.address ?? '192.168.0.10'}:8006`,
    delays: options.delays ?? false,
    s3: options.s3,
    s3Certificate: options.s3Certificate ?? (() => undefined),
    s3Requests: [],
    download: options.download ?? (() => undefined),
    certificate: options.certificate ?? madeNow,
  };
}

/** Of both products. */
function tasksOf({ pve, servers }: ProxmoxState): readonly Task[] {
  return [...pve.tasks, ...[...servers.values()].flatMap(({ tasks }) => tasks)];
}

function runningTask(state: ProxmoxState, upid: string): Task {
  const task = tasksOf(state).find((one) => one.upid === upid && running(one));
  if (!task) throw new TypeError(`No task ${upid} runs.`);
  return task;
}

const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256;

export function createProxmox(options: ProxmoxOptions): ProxmoxWorld {
  const world = worldOf(options);
  const { state } = world;
  const front: Front = { world, faults: new FaultRules(), calls: [], late: [], turn: Promise.resolve() };
  const service = (request: SimRequest) => answer(front, request);
  const byAddress = (address: string) => {
    const up = serverAt(world, address);
    return typeof up === 'string' ? [...state.servers.values()].find((one) => one.address === address) : up;
  };
  return {
    service,
    faults: front.faults,
    calls: front.calls,
    s3Requests: world.s3Requests,
    pve: pveView(world, {
      url: `https://${world.pveHost}`,
      fingerprint: () => fingerprint(state.pve.certificate.cert),
    }),
    addPbs: ({ address = '192.168.0.30', hostname = 'pbs', version = '4.2.3', rootPassword } = {}) => {
      const server = newServer(world, {
        address,
        hostname,
        release: version,
        rootPassword,
        rootSize: 64 * 1024 ** 3,
        standalone: true,
      });
      state.servers.set(server.id, server);
      return pbsView(world, server.id);
    },
    pbs: (address) => {
      const server = byAddress(address);
      return server && pbsView(world, server.id);
    },
    servers: () => [...state.servers.keys()].map((id) => pbsView(world, id)),
    settle: () => settled(front),
    tellName: (name, address) => {
      if (address === undefined) state.names.delete(name.toLowerCase());
      else state.names.set(name.toLowerCase(), address);
    },
    tellTask: (upid, ending) => {
      runningTask(state, upid).ending = ending;
    },
    delayTask: (upid, ms) => {
      runningTask(state, upid).dueAt += ms;
    },
    certificateAt: (host) => {
      if (host === world.pveHost) return state.pve.certificate.cert;
      const [address = '', port] = host.split(':');
      const server = port === '8007' ? serverAt(world, address) : 'ECONNREFUSED';
      return typeof server === 'string' ? undefined : server.certificate.cert;
    },
    get underWay() {
      return tasksOf(state).some(running) || [...state.pve.guests.values()].some((one) => dueOf(one) !== undefined);
    },
    get nextDue() {
      return nextDue(world);
    },
    servePve: async (port = 0) => {
      const { certificate } = state.pve;
      const served = await serveAs(service, { certificate, host: world.pveHost, listen: { host: '127.0.0.1', port } });
      return { ...served, fingerprint: fingerprint(certificate.cert), certificate: certificate.cert };
    },
    servePbs: async (address) => {
      const server = byAddress(address);
      if (!server) throw new TypeError(`There is no server at ${address}.`);
      const { certificate } = server;
      const listen = address.startsWith('127.') ? { host: address, port: 8007 } : { host: '127.0.0.1', port: 0 };
      const served = await serveAs(service, { certificate, host: `${address}:8007`, listen });
      return { ...served, fingerprint: fingerprint(certificate.cert), certificate: certificate.cert };
    },
    snapshot: () => toJson(state),
    restore: (snapshot) => {
      Object.assign(state, fromJson(snapshot));
    },
  };
}
