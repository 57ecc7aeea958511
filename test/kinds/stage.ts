// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The operator's engine between a simulated API server and an AWS (simulated, or named by its endpoint), driven look by look under a
 * virtual clock: no timers and no queue, so that calls can be counted exactly. Everything that leaves the engine is kept.
 */
import { HttpsApis } from '../../src/clouds/https/https-api.ts';
import { Opnsenses } from '../../src/clouds/opnsense/opnsense.ts';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { Aws, type AwsOptions } from '../../src/clouds/aws/aws.ts';
import type { Engine } from '../../src/core/engine.ts';
import { newMemory } from '../../src/core/memory.ts';
import type { KubeObject, Note } from '../../src/core/objects.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { reconcile } from '../../src/core/reconcile.ts';
import type { Step } from '../../src/core/step.ts';
import { kinds } from '../../src/kinds/index.ts';
import type { Outside } from '../../src/kinds/outside.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { createObjects } from '../../src/kube/objects.ts';
import type { Resource } from '../../src/kube/resource.ts';
import { createConfigMaps } from '../../src/kube/config-maps.ts';
import { createSecrets } from '../../src/kube/secrets.ts';
import { createAws, type AwsOptions as SimulatedAws, type AwsWorld } from '../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { createKubernetes, type KubernetesWorld } from '../../src/simulator/kubernetes/index.ts';
import { PbsServers } from '../../src/clouds/pbs/pbs.ts';
import { Pves } from '../../src/clouds/pve/pve.ts';
import { OpenStack } from '../../src/clouds/openstack/openstack.ts';
import { TcpProbes } from '../../src/clouds/tcp/tcp-probes.ts';
import type { awsLimits } from '../../src/wire/budget.ts';
import type { CallRecord, Dial, Transport } from '../../src/wire/call.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { Redactor } from '../../src/wire/redaction.ts';
import { createWire } from '../../src/wire/wire.ts';
import { ForbiddenPlaces } from '../../src/wire/forbidden-places.ts';

export const account = '123456789012';
const kubernetesHost = 'kubernetes.test';

/** Read once a file of tests: a schema takes longer to parse than most tests to run. */
const crds = new Map<string, object>();

function crdOf(plural: string): object {
  const crd = crds.get(plural) ?? (parse(readFileSync(`crds/hybridcloud.dev_${plural}.yaml`, 'utf8')) as object);
  crds.set(plural, crd);
  return crd;
}

function known(name: string) {
  const found = kinds.find(({ api }) => api.kind === name);
  if (!found) throw new Error(`no kind ${name}`);
  const { plural } = found.api;
  const crd = crdOf(plural);
  const resource: Resource = { group: 'hybridcloud.dev', version: 'v1alpha1', plural, kind: name, namespaced: true };
  return { kind: found.kind, crd, resource };
}

export interface StageOptions {
  /** Of all objects on the stage. Default: BackupTarget. */
  readonly kind?: 'BackupTarget' | 'SiteVpn' | 'GslbEndpoint';
  readonly lagMs?: number;
  /** How long things take in the simulated EC2. */
  readonly ec2Times?: NonNullable<SimulatedAws['ec2Times']>;
  /** The same, of load balancers. */
  readonly elbTimes?: NonNullable<SimulatedAws['elbTimes']>;
  /** Where AWS is, when it is not the simulated one: an endpoint, the way there, and the operator's own identity. */
  readonly elsewhere?: Pick<AwsOptions, 'endpoint' | 'ambient'> & { readonly transport: Transport };
  /** The operator of another cluster, on the same AWS at the same time. */
  readonly beside?: Pick<Stage, 'clock' | 'aws'>;
  readonly clusterUID?: string;
  /** Of the uids that its API server gives out. */
  readonly seed?: number;
  /** Stands between the wire and the worlds. */
  readonly around?: (transport: Transport) => Transport;
  /** What is asked of AWS keeps within its rates, as in life; default: it does not. */
  readonly limitOf?: typeof awsLimits;
  /** Whether ports answer; default: nothing is tried. */
  readonly dial?: Dial;
  readonly driftIntervalMs?: number;
  /** Asked after every look; `true` ends `until` with an error. */
  readonly giveUp?: (stage: Stage) => boolean;
}

/** What the engine let out, in the order in which it came. */
export interface Outputs {
  readonly records: CallRecord[];
  readonly notes: Note[];
  readonly outcomes: Outcome[];
  readonly steps: { readonly step: Step; readonly error?: unknown }[];
}

export interface Manifest {
  readonly name: string;
  readonly spec: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly clock: VirtualClock;
  readonly aws: AwsWorld;
  readonly kube: KubernetesWorld;
  /** A person's own way to the API server, past the operator's wire. */
  readonly person: KubeClient;
  readonly redactor: Redactor;
  readonly outputs: Outputs;
  apply(manifest: Manifest): Promise<void>;
  annotate(name: string, annotations: Readonly<Record<string, string>>): Promise<void>;
  remove(name: string): Promise<void>;
  /** All objects of the kind. */
  all(): readonly KubeObject[];
  object(name: string): KubeObject | undefined;
  /** One look at the object as it is now; `undefined` when there is none. */
  look(name: string): Promise<Outcome | undefined>;
  /** Looks, letting time pass in between, until `enough` says so or the object is gone. @throws when that takes too many looks. */
  until(name: string, enough: (object: KubeObject, outcome: Outcome) => boolean): Promise<void>;
}

export function statusOf(object: KubeObject | undefined, type: string): string | undefined {
  return conditionOf(object, type)?.status;
}

export function conditionOf(object: KubeObject | undefined, type: string) {
  const { conditions = [] } = (object?.status ?? {}) as {
    conditions?: { type: string; status: string; reason: string; message: string }[];
  };
  return conditions.find((condition) => condition.type === type);
}

export function isReady(object: KubeObject | undefined): boolean {
  return statusOf(object, 'Ready') === 'True' && statusOf(object, 'Synced') === 'True';
}

const mostLooks = 200;

/** Milliseconds, as the queue would wait, without its jitter. */
function pauseAfter(outcome: Outcome): number {
  if (outcome.next === 'later') return outcome.ms;
  return outcome.next === 'retry' ? Math.max(5000, outcome.atLeastMs ?? 0) : 0;
}

function worldsOf({ beside, elsewhere, lagMs = 0, ec2Times, elbTimes, seed }: StageOptions) {
  const clock = beside?.clock ?? new VirtualClock(elsewhere ? Date.now() : undefined);
  const aws =
    beside?.aws ??
    createAws({
      clock,
      // time stands still during a look, so nobody may wait in one for a turn
      quotas: { route53RequestsPerSecond: 100_000 },
      route53Times: { batch: 0 },
      lagMs,
      ...(ec2Times ? { ec2Times } : {}),
      ...(elbTimes ? { elbTimes } : {}),
    });
  return { clock, aws, kube: createKubernetes({ clock, ...(seed === undefined ? {} : { seed }) }) };
}

export function makeStage(options: StageOptions = {}): Stage {
  const { kind, crd, resource } = known(options.kind ?? 'BackupTarget');
  const { clock, aws, kube } = worldsOf(options);
  const { rootKey } = aws.account(account);
  kube.install([crd]);
  const clouds = options.elsewhere?.transport ?? aws.service;
  const inner: Transport = (request) =>
    request.url.hostname === kubernetesHost ? kube.service(request) : clouds(request);
  const transport = options.around ? options.around(inner) : inner;
  const outputs: Outputs = { records: [], notes: [], outcomes: [], steps: [] };
  const { dial, limitOf } = options;
  const onCall = (record: CallRecord) => outputs.records.push(record);
  const wire = createWire({
    transport,
    clock,
    fence: unfenced,
    onCall,
    ...(dial ? { dial } : {}),
    ...(limitOf ? { limitOf } : {}),
  });
  const connection = plainConnection({ url: `https://${kubernetesHost}`, token: 'admin-token' });
  const client = createKubeClient({ connection, wire });
  const person = createKubeClient({ connection, wire: createWire({ transport: inner, clock, fence: unfenced }) });
  const redactor = new Redactor();
  const apis = new HttpsApis(wire, { forbidden: new ForbiddenPlaces() });
  const note = (_object: KubeObject, one: Note) => void outputs.notes.push(one);
  const objects = createObjects({ client, resources: [resource], note });
  const outside: Outside = {
    clock,
    siblings: () => [],
    clusterUID: options.clusterUID ?? 'cluster-1',
    permits: () => ({ allowed: true }),
    aws: new Aws({ wire, clock, ambient: () => Promise.resolve(rootKey), ...elsewhereOf(options) }),
    opnsense: new Opnsenses(apis, clock),
    openstack: new OpenStack({ apis, clock, learn: (secret) => redactor.learn(secret) }),
    pve: new Pves(apis, clock),
    pbs: new PbsServers({ apis, clock, learn: (secret) => redactor.learn(secret) }),
    objects,
    randomBytes,
    ...(dial ? { probes: new TcpProbes(wire, new ForbiddenPlaces()) } : {}),
    secrets: createSecrets({ client }),
    configMaps: createConfigMaps(client),
    learnSecret: (secret) => redactor.learn(secret),
  };
  const engine: Engine<Outside> = {
    outside,
    objects,
    clock,
    random: () => 0.5,
    scrub: (text) => redactor.scrub(text),
    driftIntervalMs: options.driftIntervalMs ?? 600_000,
    onStep: (_object, step, error) => outputs.steps.push(error === undefined ? { step } : { step, error }),
  };
  const seats = new Map<string, { memory: ReturnType<typeof newMemory>; attempt: number }>();
  const all = () => kube.objects(resource.plural, 'default') as readonly KubeObject[];
  const object = (name: string) => all().find(({ metadata }) => metadata.name === name);

  async function look(name: string): Promise<Outcome | undefined> {
    const seen = object(name);
    if (!seen) return undefined;
    const seat = seats.get(name) ?? { memory: newMemory(), attempt: 0 };
    seats.set(name, seat);
    const outcome = await reconcile(
      { engine, kind, memory: seat.memory, attempt: seat.attempt },
      structuredClone(seen),
    );
    seat.attempt = outcome.next === 'retry' ? seat.attempt + 1 : 0;
    outputs.outcomes.push(outcome);
    return outcome;
  }

  async function until(name: string, enough: (object: KubeObject, outcome: Outcome) => boolean): Promise<void> {
    for (let looks = 0; looks < mostLooks; looks++) {
      const outcome = await look(name);
      const now = object(name);
      if (!outcome || !now || outcome.next === 'gone') return;
      if (enough(now, outcome)) return;
      if (options.giveUp?.(stage)) throw new Error('gave up');
      if (outcome.next === 'change') throw new Error(`${name} waits for a change: ${JSON.stringify(now.status)}`);
      await clock.advance(pauseAfter(outcome));
    }
    throw new Error(`${name} did not get there: ${JSON.stringify(object(name)?.status)}`);
  }

  const stage: Stage = {
    clock,
    aws,
    kube,
    person,
    redactor,
    outputs,
    all,
    object,
    look,
    until,
    async apply({ name, spec, annotations = {} }) {
      const body = { metadata: { name, namespace: 'default', annotations }, spec };
      const place = { namespace: 'default', name };
      if (!object(name)) await person.create(resource, place, body);
      else await person.patch(resource, place, { type: 'merge', body: { metadata: { annotations }, spec } });
    },
    async annotate(name, annotations) {
      const body = { metadata: { annotations } };
      await person.patch(resource, { namespace: 'default', name }, { type: 'merge', body });
    },
    async remove(name) {
      const { uid } = object(name)?.metadata ?? { uid: '' };
      await person.remove(resource, { namespace: 'default', name }, { uid });
    },
  };
  return stage;
}

function elsewhereOf({ elsewhere }: StageOptions): Partial<AwsOptions> {
  if (!elsewhere) return {};
  const { endpoint, ambient } = elsewhere;
  return { ...(endpoint === undefined ? {} : { endpoint }), ...(ambient ? { ambient } : {}) };
}
