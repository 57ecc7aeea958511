// SPDX-License-Identifier: GPL-3.0-or-later
/** The machine part alone between a simulated Proxmox and a simulated API server, driven look by look. */
import { HttpsApis } from '../../../../src/clouds/https/https-api.ts';
import { PbsServers } from '../../../../src/clouds/pbs/pbs.ts';
import { Pves } from '../../../../src/clouds/pve/pve.ts';
import { Failure } from '../../../../src/core/failure.ts';
import type { KubeObject } from '../../../../src/core/objects.ts';
import { createKubeClient } from '../../../../src/kube/client.ts';
import { plainConnection } from '../../../../src/kube/connection.ts';
import { createSecrets } from '../../../../src/kube/secrets.ts';
import { absentMachine } from '../../../../src/kinds/pbs-instance/machine/absent.ts';
import { machineActions } from '../../../../src/kinds/pbs-instance/machine/act.ts';
import { answersAt } from '../../../../src/kinds/pbs-instance/machine/answers-at.ts';
import { machineNeeds } from '../../../../src/kinds/pbs-instance/machine/needs.ts';
import { observeMachine } from '../../../../src/kinds/pbs-instance/machine/observe.ts';
import { planMachine } from '../../../../src/kinds/pbs-instance/machine/plan.ts';
import type { MachineSeen } from '../../../../src/kinds/pbs-instance/machine/seen.ts';
import type { MachineStep } from '../../../../src/kinds/pbs-instance/machine/steps.ts';
import type { MachinePart } from '../../../../src/kinds/pbs-instance/machine/waits.ts';
import type { MachineWish } from '../../../../src/kinds/pbs-instance/machine/wish.ts';
import type { MachineWorld } from '../../../../src/kinds/pbs-instance/machine/world.ts';
import type { VmPlace } from '../../../../src/clouds/pve/vms.ts';
import type { VirtualClock } from '../../../../src/simulator/kernel/clock.ts';
import { createKubernetes } from '../../../../src/simulator/kubernetes/index.ts';
import { installerImage } from '../../../../src/simulator/proxmox/media.ts';
import type { Grant } from '../../../../src/simulator/proxmox/told.ts';
import type { CallRecord } from '../../../../src/wire/call.ts';
import { ForbiddenPlaces } from '../../../../src/wire/forbidden-places.ts';
import { unfenced } from '../../../../src/wire/guard.ts';
import { createWire } from '../../../../src/wire/wire.ts';
import { stage, type Stage } from '../../../simulator/proxmox/world.ts';
import { fetch, imageFile, uid, wish } from './wish.ts';

/** Exactly what the operator says that it needs, and Sys.AccessNetwork for an image that is fetched. */
const leastGrants: readonly Grant[] = Object.entries(
  Object.groupBy(machineNeeds({ ...wish, iso: { ...wish.iso, fetch } }), ({ path }) => path),
).map(([path, needed = []]) => ({ path, privileges: needed.flatMap(({ anyOf }) => anyOf) }));

export interface SiteOptions {
  readonly at?: Stage;
  /** Of the object; two of them are two objects of one cluster. */
  readonly uid?: string;
  /** A path at which the token may nothing of what is needed. */
  readonly without?: string;
  /** Name of the token. */
  readonly token?: string;
}

export interface Site {
  readonly at: Stage;
  readonly clock: VirtualClock;
  readonly owner: MachineWorld['owner'];
  readonly records: CallRecord[];
  /** Steps that were done, by name, in order. */
  readonly done: string[];
  /** All that was learnt to be secret. */
  readonly learnt: string[];
  look(wanted?: MachineWish): Promise<MachineSeen>;
  plan(wanted?: MachineWish): Promise<MachinePart>;
  /** Does the first step, again and again, and lets time pass at holds, until nothing is left or a person must act. */
  settle(wanted?: MachineWish, absent?: 'Retain' | 'Delete'): Promise<MachinePart>;
  /** The same until the next step would be this one, which is given back. */
  before(step: MachineStep['do'], wanted?: MachineWish, absent?: 'Retain' | 'Delete'): Promise<MachineStep>;
  act(step: MachineStep): Promise<void>;
  /** What happens right before a request of the operator arrives: others act in that moment. */
  meanwhile: ((method: string, path: string) => void) | undefined;
  /** Where the status says that the machine is. */
  last: VmPlace | undefined;
  /** What the Secret of root's password holds. */
  /** A person makes a Secret. */
  keep(name: string, data: Readonly<Record<string, string>>): Promise<void>;
  /** Somebody deletes one. */
  lose(name: string): Promise<void>;
  secret(name?: string): Promise<ReadonlyMap<string, string> | undefined>;
}

type Act = (world: MachineWorld, step: MachineStep) => Promise<unknown>;

async function carryOut(world: MachineWorld, step: MachineStep): Promise<void> {
  const act = machineActions[step.do] as Act;
  await act(world, step);
}

const mostLooks = 400;

export function site(options: SiteOptions = {}): Site {
  const at = options.at ?? stage();
  const { clock, world: proxmox } = at;
  const kube = createKubernetes({ clock });
  const { id: tokenID, secret } = proxmox.pve.token({
    grants: leastGrants.filter(({ path }) => path !== options.without),
    ...(options.token === undefined ? {} : { name: options.token }),
  });
  const records: CallRecord[] = [];
  const wire = createWire({
    clock,
    fence: unfenced,
    onCall: (record) => records.push(record),
    transport: (request) => {
      result.meanwhile?.(request.method, request.url.pathname.replace('/api2/json', ''));
      return proxmox.service(request);
    },
  });
  const apis = new HttpsApis(wire, { forbidden: new ForbiddenPlaces() });
  const learnt: string[] = [];
  const learn = (text: string) => void learnt.push(text);
  const client = createKubeClient({
    connection: plainConnection({ url: 'https://kubernetes.test', token: 'admin-token' }),
    wire: createWire({ clock, fence: unfenced, transport: kube.service }),
  });
  const secrets = createSecrets({ client });
  const ownUID = options.uid ?? uid;
  const scope = { kind: 'PbsInstance', namespace: 'default', name: 'pbs-main', uid: ownUID, policy: 'Apply' } as const;
  const trust = { by: 'Fingerprint', sha256: ['0'.repeat(64)] } as const;
  const servers = new PbsServers({
    apis,
    clock,
    learn,
    // the simulated network has no handshakes
    certificate: (url) => {
      const found = proxmox.certificateAt(new URL(url).host);
      if (found !== undefined) return Promise.resolve(found);
      return Promise.reject(new Failure({ class: 'Transient', reason: 'Unreachable', message: 'nobody is there' }));
    },
  });
  const object: KubeObject = {
    apiVersion: 'hybridcloud.dev/v1alpha1',
    kind: 'PbsInstance',
    metadata: {
      name: 'pbs-main',
      namespace: 'default',
      uid: ownUID,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-05T00:00:00Z',
    },
  };
  let randomness = 1;
  const base: Omit<MachineWorld, 'last'> = {
    pve: new Pves(apis, clock).at({ url: proxmox.pve.url, trust, token: { tokenID, secret }, scope }),
    tokenID,
    owner: { uid: ownUID, cluster: 'cluster-1', object: 'PbsInstance/default/pbs-main' },
    object,
    secrets,
    now: () => clock.now(),
    random: (bytes) => Uint8Array.from({ length: bytes }, () => (randomness = (randomness * 75 + 74) % 65_537) & 255),
    learnSecret: learn,
    answers: (host) => answersAt(servers, { url: `https://${host}:8007`, scope }),
  };
  const done: string[] = [];
  const world = (): MachineWorld => ({ ...base, ...(result.last ? { last: result.last } : {}) });
  const look = (wanted = wish) => observeMachine(world(), wanted);
  async function walk(
    enough: (step: MachineStep) => boolean,
    wanted: MachineWish,
    absent: 'Retain' | 'Delete' | undefined,
  ): Promise<MachinePart> {
    for (let looks = 0; looks < mostLooks; looks++) {
      const seen = await look(wanted);
      if (seen.vm) result.last = seen.vm.place;
      const part = absent ? absentMachine(wanted, seen, absent) : planMachine(wanted, seen);
      const [step] = part.steps;
      if (step && enough(step)) return part;
      if (step) {
        await carryOut(world(), step);
        done.push(step.do);
      } else if (part.hold?.why === 'Waiting') await clock.advance(part.hold.lookAgainAfterMs ?? 5000);
      else return part;
    }
    throw new Error(`It never ended: ${done.slice(-5).join()}`);
  }
  const result: Site = {
    meanwhile: undefined,
    last: undefined,
    at,
    clock,
    owner: base.owner,
    records,
    done,
    learnt,
    look,
    plan: async (wanted = wish) => planMachine(wanted, await look(wanted)),
    async keep(name, data) {
      const body = {
        metadata: { name, namespace: 'default' },
        stringData: data,
      };
      const secretsResource = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', namespaced: true };
      await client.create(secretsResource, { namespace: 'default', name }, body);
    },
    async lose(name) {
      const live = await secrets.read('default', name);
      if (live) await secrets.remove(live);
    },
    secret: async (name = wish.passwordSecret) => (await secrets.read('default', name))?.data,
    settle: (wanted = wish, absent) => walk(() => false, wanted, absent),
    async before(name, wanted = wish, absent) {
      const { steps, hold } = await walk((step) => step.do === name, wanted, absent);
      const [step] = steps;
      if (!step) throw new Error(`${name} never came: ${hold?.reason ?? 'all is done'}`);
      return step;
    },
    act: (step) => carryOut(world(), step),
  };
  return result;
}

/** With the installation image on its storage. */
export function furnished(options: SiteOptions = {}): Site {
  const made = site(options);
  made.at.world.pve.addIso('local', imageFile, installerImage());
  return made;
}
