// SPDX-License-Identifier: GPL-3.0-or-later
/** PbsInstances in simulated worlds: what one Proxmox VE and one backup server are asked by one object and by several, counted exactly under virtual time. */
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { defaultTimes } from '../../src/simulator/proxmox/world.ts';
import { pbsInstance, proxmox, type Proxmox } from '../operator/proxmox.ts';
import { target } from '../operator/worlds.ts';
import { atMost, type Figures } from './figures.ts';

export interface PbsCost {
  readonly objects: number;
  /** Virtual seconds, from the manifests until all are as they are wanted. */
  readonly seconds: number;
  /** Requests to both products, from the manifests until all are as they are wanted. */
  readonly making: { readonly pve: number; readonly pbs: number };
  /** In an hour, once the first night's backups are there. */
  readonly resting: { readonly pve: number; readonly pbs: number };
  /** Of those that change something. */
  readonly writesAtRest: number;
  /** Requests of the backup server to S3 in that hour: each is paid for. */
  readonly s3AtRest: number;
}

const address = '192.168.0.20';
const driftSeconds = 600;

/** Each has a store, a storage and a job of its own, and all of them one server. */
function manifests(world: Proxmox, at: number): readonly object[] {
  const name = `many${at}`;
  const fingerprint = world.site.world.pbs(address)?.fingerprint.toUpperCase() ?? '';
  const credentials = { credentialsSecretRef: { name: 'pbs-token' } };
  const existing = { url: `https://${address}:8007`, tls: { fingerprints: [fingerprint] }, ...credentials };
  const manifest = pbsInstance({
    server: { type: 'Existing', existing },
    s3: { id: `s3-${at}`, backupTargetRef: { name } },
    datastore: { name: `store-${at}` },
    storage: { id: `pbs-${at}`, encryption: { secretRef: { name: `${name}-key` } } },
    jobs: [{ id: `nightly-${at}`, schedule: '02:00' }],
  }) as { readonly metadata: object };
  return [target({}, name), { ...manifest, metadata: { ...manifest.metadata, name } }];
}

function makeServer(world: Proxmox): void {
  const server = world.site.world.addPbs({ address, hostname: 'pbs-old' });
  const { id, secret } = server.token({ user: 'hybridcloud@pbs', name: 'operator' });
  const data = Object.fromEntries(
    Object.entries({ tokenID: id, secret }).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  const metadata = { name: 'pbs-token', namespace: 'default' };
  world.kubernetes.install([{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, data }]);
}

interface Told {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly guests?: { readonly protected?: string };
  };
}

function are(world: Proxmox, objects: number, holds: (one: Told) => boolean): boolean {
  const all = world.kubernetes.objects('pbsinstances', 'default') as readonly Told[];
  return all.filter(holds).length === objects;
}

const isSynced = ({ status }: Told) =>
  status?.conditions?.some(({ type, status: is }) => type === 'Synced' && is === 'True') ?? false;
const isProtected = ({ status }: Told) => status?.guests?.protected === '2/2';

async function untilSynced(world: Proxmox, all: readonly (readonly object[])[]): Promise<number> {
  const began = world.clock.monotonic();
  world.kubernetes.install(all.flat());
  await world.until(() => are(world, all.length, isSynced), 2400);
  return (world.clock.monotonic() - began) / 1000;
}

/** The two manifests of runbook 1, whose server gets a VM of its own: virtual seconds until all is as it is wanted. */
async function withMachine(): Promise<number> {
  const world = proxmox();
  world.start();
  await world.pass(10);
  const seconds = await untilSynced(world, [[target(), pbsInstance()]]);
  await world.end();
  return seconds;
}

async function one(objects: number): Promise<PbsCost> {
  // some time before the backups
  const world = proxmox({ clock: new VirtualClock(Date.UTC(2026, 0, 6, 1, 20)) });
  makeServer(world);
  world.start();
  await world.pass(10);
  const { calls, s3Requests } = world.site.world;
  const took = () => {
    const all = calls.splice(0);
    const of = (service: string) => all.filter((call) => call.service === service).length;
    return { pve: of('pve'), pbs: of('pbs'), writes: all.filter(({ effect }) => effect === 'write').length };
  };
  took();
  const seconds = await untilSynced(
    world,
    Array.from({ length: objects }, (_, at) => manifests(world, at)),
  );
  const { writes: _, ...making } = took();
  await world.until(() => are(world, objects, isProtected), 7200);
  // two drift intervals, so that nothing of the night is counted
  await world.pass(2 * driftSeconds);
  took();
  s3Requests.length = 0;
  await world.pass(3600);
  const { writes: writesAtRest, ...resting } = took();
  await world.end();
  return { objects, seconds, making, resting, writesAtRest, s3AtRest: s3Requests.length };
}

export interface PbsCosts {
  readonly single: PbsCost;
  readonly several: PbsCost;
  readonly withMachineSeconds: number;
}

/** One object, so many of them on one server, and one whose server is installed. */
export async function measurePbs(many: number): Promise<PbsCosts> {
  return { single: await one(1), several: await one(many), withMachineSeconds: await withMachine() };
}

const sum = ({ pve, pbs }: PbsCost['resting']) => pve + pbs;

/** What the products need, as the simulator has it: the VM is made, started, installed and booted, then the datastore is made. */
const { createVm, startVm, install, boot, createDatastore } = defaultTimes;
const fewestMs = createVm + startVm + install + boot + createDatastore;

export function pbsGoals({ single, several, withMachineSeconds }: PbsCosts): Figures {
  return {
    'P4 a PbsInstance with its VM from nothing to as wanted, ratio to what Proxmox needs': atMost(
      1.1,
      (withMachineSeconds * 1000) / fewestMs,
    ),
    'P4 seconds for a PbsInstance alone on a server that is there': atMost(15, single.seconds),
    'P4 seconds for each of several that are made at once': atMost(25, several.seconds / several.objects),
    'P4 requests to PVE and PBS per PbsInstance made, alone on a server': atMost(220, sum(single.making)),
    'P4 requests to PVE and PBS per PbsInstance made, one of several': atMost(
      360,
      sum(several.making) / several.objects,
    ),
    // a look each minute, of 27 requests
    'P6 requests to PVE and PBS an hour at rest, of a PbsInstance alone': atMost(27 * 60, sum(single.resting)),
    'P6 the same of one of several, ratio to one alone': atMost(
      0.85,
      sum(several.resting) / several.objects / sum(single.resting),
    ),
    'P6 writes to PVE and PBS at rest': atMost(0, single.writesAtRest + several.writesAtRest),
    'P6 requests of the backup server to S3 at rest': atMost(0, single.s3AtRest + several.s3AtRest),
  };
}
