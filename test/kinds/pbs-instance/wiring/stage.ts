// SPDX-License-Identifier: GPL-3.0-or-later
/** The wiring between a simulated Proxmox VE, a backup server with a datastore on S3, and the Secrets of a simulated API server. */
import { HttpsApis } from '../../../../src/clouds/https/https-api.ts';
import { PbsServers } from '../../../../src/clouds/pbs/pbs.ts';
import { Pves } from '../../../../src/clouds/pve/pve.ts';
import type { KubeObject } from '../../../../src/core/objects.ts';
import type { PlannedCall } from '../../../../src/core/step.ts';
import { observeWiring } from '../../../../src/kinds/pbs-instance/wiring/observe.ts';
import type { WiringSeen } from '../../../../src/kinds/pbs-instance/wiring/seen.ts';
import { accountOf, type WiringWish } from '../../../../src/kinds/pbs-instance/wiring/wish.ts';
import type { WiringWorld } from '../../../../src/kinds/pbs-instance/wiring/world.ts';
import { createKubeClient } from '../../../../src/kube/client.ts';
import { plainConnection } from '../../../../src/kube/connection.ts';
import { createSecrets } from '../../../../src/kube/secrets.ts';
import { createKubernetes, type KubernetesWorld } from '../../../../src/simulator/kubernetes/index.ts';
import type { CallRecord, Transport } from '../../../../src/wire/call.ts';
import { ForbiddenPlaces } from '../../../../src/wire/forbidden-places.ts';
import { unfenced } from '../../../../src/wire/guard.ts';
import { Redactor } from '../../../../src/wire/redaction.ts';
import { createWire } from '../../../../src/wire/wire.ts';
import { address, datastore, stocked, type Cloud } from '../../../simulator/proxmox/cloud.ts';
import type { Grant } from '../../../../src/simulator/proxmox/told.ts';
import { settle, type Settled, type Settling } from './settling.ts';

const kubernetesHost = 'kubernetes.test';

export const object: KubeObject = {
  apiVersion: 'hybridcloud.dev/v1alpha1',
  kind: 'PbsInstance',
  metadata: {
    name: 'main',
    namespace: 'team-a',
    uid: '6f1c2f6e-5b0f-4c52-9a8e-0a4f1f6a0001',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-01-05T09:00:00Z',
  },
};

export const owner = {
  uid: object.metadata.uid,
  cluster: '0c2a0c4e-7a52-4f0e-9a3c-3a5d5f1b0002',
  object: 'PbsInstance/team-a/main',
};

export interface Wiring {
  readonly cloud: Cloud;
  readonly kube: KubernetesWorld;
  readonly world: WiringWorld;
  readonly wish: WiringWish;
  readonly records: CallRecord[];
  /** What a plan showed of each step that was begun. */
  readonly promised: PlannedCall[];
  readonly redactor: Redactor;
  look(wish?: WiringWish): Promise<WiringSeen>;
  /** Looks and acts, time passing where it waits, until nothing is left or a person must act. @returns the steps that were done, and what it stops at */
  settle(more?: Settling): Promise<Settled>;
  /** What went out to change something. */
  sent(): readonly PlannedCall[];
  /** Writes to the two products since the last time. */
  writes(): readonly string[];
  secret(name: string): ReadonlyMap<string, string> | undefined;
}

export interface WiringOptions {
  readonly wish?: Partial<WiringWish>;
  /** Of the operator's token of Proxmox VE. */
  readonly grants?: readonly Grant[];
  /** Of the operator's token of the backup server. */
  readonly roles?: readonly (readonly [string, string, boolean?])[];
  /** How the requests go out, and where to; default: in this process. */
  readonly way?: (cloud: Cloud) => Promise<Way>;
}

export interface Way {
  readonly transport: Transport;
  readonly pve: string;
  readonly pbs: string;
}

const bare = (fingerprint: string) => fingerprint.replaceAll(':', '').toLowerCase();

export function wishFor({ server }: Cloud): WiringWish {
  return {
    node: 'node1',
    server: { host: address, port: 8007, fingerprint: server.fingerprint },
    datastore: String(datastore['name']),
    namespace: '',
    storage: 'pbs-main',
    account: accountOf('team-a', 'main'),
    tokenSecret: 'main-pve-token',
    encryption: { secret: 'main-key' },
    jobs: [
      { id: 'nightly', enabled: true, schedule: '02:00', mode: 'snapshot', select: { type: 'All', exclude: [900] } },
    ],
    adopt: [],
  };
}

function inProcess({ world }: Cloud, kube: KubernetesWorld): Transport {
  return (request) => (request.url.hostname === kubernetesHost ? kube.service(request) : world.service(request));
}

export async function wiring(given: WiringOptions = {}): Promise<Wiring> {
  const cloud = await stocked();
  const { clock } = cloud;
  const kube = createKubernetes({ clock });
  kube.install([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } }]);
  const records: CallRecord[] = [];
  const way = await given.way?.(cloud);
  const inside = inProcess(cloud, kube);
  const transport: Transport = (request) =>
    request.url.hostname === kubernetesHost || !way ? inside(request) : way.transport(request);
  const wire = createWire({ transport, clock, fence: unfenced, onCall: (record) => records.push(record) });
  const redactor = new Redactor();
  const learnSecret = (secret: string) => redactor.learn(secret);
  const apis = new HttpsApis(wire, { forbidden: new ForbiddenPlaces() });
  const granted = way !== undefined;
  const scope = { kind: 'PbsInstance', namespace: 'team-a', name: 'main', uid: owner.uid, policy: 'Apply' } as const;
  const pveToken = cloud.world.pve.token(given.grants ? { grants: given.grants } : {});
  const pve = new Pves(apis, clock).at({
    url: way?.pve ?? cloud.world.pve.url,
    trust: { by: 'Fingerprint', sha256: [bare(cloud.world.pve.fingerprint)] },
    granted,
    token: { tokenID: pveToken.id, secret: pveToken.secret },
    scope,
  });
  const servers = new PbsServers({ apis, clock, learn: learnSecret });
  const place = {
    url: way?.pbs ?? `https://${address}:8007`,
    trust: { by: 'Fingerprint', sha256: [bare(cloud.server.fingerprint)] },
    granted,
    scope,
  } as const;
  const operator = cloud.server.token({
    name: 'wiring',
    ...(given.roles ? { user: 'wiring@pbs', roles: given.roles } : {}),
  });
  const client = createKubeClient({
    connection: plainConnection({ url: `https://${kubernetesHost}`, token: 'admin-token' }),
    wire: createWire({ transport, clock, fence: unfenced }),
  });
  let drawn = 0;
  const world: WiringWorld = {
    pve,
    pbs: {
      api: servers.at(place, { tokenID: operator.id, secret: operator.secret }),
      as: (token) => servers.at(place, token),
    },
    secrets: createSecrets({ client }),
    object,
    owner,
    clock,
    randomBytes: (size) => new Uint8Array(size).fill(++drawn),
    learnSecret,
  };
  let told = 0;
  const stage: Wiring = {
    cloud,
    kube,
    world,
    wish: { ...wishFor(cloud), ...given.wish },
    records,
    promised: [],
    redactor,
    look: (wish = stage.wish) => observeWiring(world, wish),
    settle: (more) => settle(stage, more),
    sent: () =>
      records
        .filter(({ call }) => call.effect === 'write')
        .map(({ call: { service, action, parameters } }) => ({ service, action, parameters })),
    writes: () => {
      const calls = cloud.world.calls.slice(told);
      told = cloud.world.calls.length;
      return calls.filter(({ effect }) => effect === 'write').map(({ service, action }) => `${service} ${action}`);
    },
    secret: (name) => {
      const found = kube.objects('secrets', 'team-a').find(({ metadata }) => metadata.name === name) as
        | { readonly data?: Readonly<Record<string, string>> }
        | undefined;
      return (
        found &&
        new Map(
          Object.entries(found.data ?? {}).map(
            ([key, value]) => [key, Buffer.from(value, 'base64').toString()] as const,
          ),
        )
      );
    },
  };
  stage.writes();
  return stage;
}

/** Puts a Secret there as a person does. */
export async function putSecret(
  { world }: Wiring,
  name: string,
  data: Readonly<Record<string, string>>,
): Promise<void> {
  const { namespace } = object.metadata;
  const live = await world.secrets.read(namespace, name);
  const content = { annotations: {}, data: new Map(Object.entries(data)) };
  if (live) await world.secrets.replace(live, content);
  else await world.secrets.create(object, { name, type: 'Opaque', outlives: true, ...content });
}

export async function dropSecret({ world }: Wiring, name: string): Promise<void> {
  const live = await world.secrets.read(object.metadata.namespace, name);
  if (live) await world.secrets.remove(live);
}
