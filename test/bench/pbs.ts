// SPDX-License-Identifier: GPL-3.0-or-later
/** PbsInstances in simulated worlds: what one Proxmox VE and one backup server are asked by one object and by several, counted exactly under virtual time. */
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { pbsInstance, proxmox, type Proxmox } from '../operator/proxmox.ts';
import { target } from '../operator/worlds.ts';
import { atMost, type Figures } from './figures.ts';

export interface PbsCost {
  readonly objects: number;
  /** Requests to both products, from the manifests until all are as they are wanted. */
  readonly making: { readonly pve: number; readonly pbs: number };
  /** In an hour, once the first night's backups are there. */
  readonly resting: { readonly pve: number; readonly pbs: number };
  /** Of those that change something. */
  readonly writesAtRest: number;
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

function areAll(world: Proxmox, objects: number, type: string): boolean {
  const all = world.kubernetes.objects('pbsinstances', 'default') as readonly {
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }[];
  const good = all.filter(({ status }) =>
    status?.conditions?.some((one) => one.type === type && one.status === 'True'),
  );
  return good.length === objects;
}

async function one(objects: number): Promise<PbsCost> {
  // some time before the backups
  const world = proxmox({ clock: new VirtualClock(Date.UTC(2026, 0, 6, 1, 20)) });
  makeServer(world);
  world.start();
  await world.pass(10);
  const { calls } = world.site.world;
  const took = () => {
    const all = calls.splice(0);
    const of = (service: string) => all.filter((call) => call.service === service).length;
    return { pve: of('pve'), pbs: of('pbs'), writes: all.filter(({ effect }) => effect === 'write').length };
  };
  took();
  world.kubernetes.install(Array.from({ length: objects }, (_, at) => manifests(world, at)).flat());
  await world.until(() => areAll(world, objects, 'Synced'), 2400);
  const { writes: _, ...making } = took();
  await world.until(() => areAll(world, objects, 'Ready'), 7200);
  // two drift intervals, so that nothing of the night is counted
  await world.pass(2 * driftSeconds);
  took();
  await world.pass(3600);
  const { writes: writesAtRest, ...resting } = took();
  await world.end();
  return { objects, making, resting, writesAtRest };
}

/** One object, and so many of them. */
export async function measurePbs(many: number): Promise<readonly [PbsCost, PbsCost]> {
  return [await one(1), await one(many)];
}

const sum = ({ pve, pbs }: PbsCost['resting']) => pve + pbs;

export function pbsGoals([single, several]: readonly [PbsCost, PbsCost]): Figures {
  return {
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
  };
}
