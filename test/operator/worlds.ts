// SPDX-License-Identifier: GPL-3.0-or-later
/** Simulated Kubernetes and AWS, and operators on them, all in this process. */
import { baseManifests, grantAllManifest, grantManifest } from '../../deploy/rbac/manifests.ts';
import type { Permissions } from '../../deploy/rbac/permissions.ts';
import { kinds } from '../../src/api/kinds.ts';
import { compose, type Composed } from '../../src/cli/compose.ts';
import type { HaproxyCheck } from '../../src/clouds/haproxy/installed-haproxy.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { readConfiguration } from '../../src/operator/configuration.ts';
import { createLog } from '../../src/operator/log.ts';
import type { Ending } from '../../src/operator/operator.ts';
import { createAws } from '../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { createKubernetes } from '../../src/simulator/kubernetes/index.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import { ownIdentity } from '../../src/clouds/aws/iam/own-identity.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import type { CallRecord, Dial, HttpRequest, Transport } from '../../src/wire/call.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { Redactor } from '../../src/wire/redaction.ts';
import { createWire } from '../../src/wire/wire.ts';
import type { Resource } from '../../src/kube/resource.ts';
import { seeded } from '../kube/seeded.ts';

export const namespace = 'hybrid-cloud-operator';
export const backupTargets: Resource = {
  group: 'hybridcloud.dev',
  version: 'v1alpha1',
  kind: 'BackupTarget',
  plural: 'backuptargets',
  namespaced: true,
};

export interface Running extends Composed {
  readonly lines: string[];
  readonly records: CallRecord[];
  readonly ending: Promise<Ending>;
  ended: Ending | undefined;
}

export interface Start {
  readonly identity?: string;
  readonly transport?: Transport;
  /** Whether ports answer; default: nothing is tried. */
  readonly dial?: Dial;
  /** Who reads HAProxy configurations; default: nobody. */
  readonly haproxy?: HaproxyCheck;
  /** Of a server, as it shows it; default: nobody can look. */
  readonly certificate?: (url: string) => Promise<string>;
  readonly clock?: Clock;
  readonly argv?: readonly string[];
  /** Told before each request is sent. */
  readonly onRequest?: (request: HttpRequest, count: number) => void;
  /** Without it the operator has no AWS identity of its own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its token files; not real ones, whose reading would take real time. */
  readonly readText?: (path: string) => Promise<string>;
}

export interface Worlds {
  readonly clock: VirtualClock;
  readonly kubernetes: ReturnType<typeof createKubernetes>;
  readonly aws: ReturnType<typeof createAws>;
  readonly admin: KubeClient;
  readonly transport: Transport;
  /** Starts one more operator. */
  readonly operator: (options?: Start) => Running;
  /** Lets virtual time pass until `holds` does, at most `seconds`. */
  readonly until: (holds: () => boolean, seconds?: number) => Promise<void>;
  /** Lets so much virtual time pass, in steps of a second. */
  readonly pass: (seconds: number) => Promise<void>;
  readonly get: (name?: string) => KubeObject | undefined;
  readonly condition: (type: string, name?: string) => { status: string; reason: string; message: string } | undefined;
  readonly installCRDs: () => void;
  readonly end: () => Promise<void>;
}

export interface WorldsOptions {
  readonly crds?: boolean;
  readonly grants?: Record<string, string>;
  readonly clock?: VirtualClock;
  readonly aws?: Partial<Parameters<typeof createAws>[0]>;
  /** One more cluster, with time and AWS of the first one. */
  readonly beside?: Pick<Worlds, 'clock' | 'aws'>;
  /** Rights of the operator, where they are not the shipped ones. */
  readonly rbac?: readonly object[];
}

/** The operator works as what the Deployment runs it as. */
export const serviceAccount = {
  name: `system:serviceaccount:${namespace}:hybrid-cloud-operator`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
};

/** As `kubectl apply -k deploy/` installs rights, with the Secrets of the namespace `default` granted. */
export function rbacOf(permissions?: Permissions): object[] {
  const grant = grantManifest() as { readonly metadata: object };
  return [...baseManifests(permissions), { ...grant, metadata: { ...grant.metadata, namespace: 'default' } }];
}

/** Whatever a test looks at: the shipped rights were enough for all that the operator asked of Kubernetes. */
function expectNoRefusal({ calls }: Worlds['kubernetes']): void {
  // in a namespace that ends nothing is made any more, whoever asks; rights to create are seen in test/packaging/rbac.test.ts
  const refused = calls.filter(
    ({ user, status, fault, verb }) =>
      user === serviceAccount.name && status === 403 && fault === undefined && verb !== 'create',
  );
  const asked = new Set(refused.map(({ verb, resource, namespace: where }) => `${verb} ${resource} in ${where}`));
  if (asked.size > 0) throw new Error(`not granted to the operator by the shipped RBAC: ${[...asked].join(', ')}`);
}

/** Time is virtual, but network bodies and SDK promises need turns of the real event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export function worlds(options: WorldsOptions = {}): Worlds {
  const { beside } = options;
  const clock = beside?.clock ?? options.clock ?? new VirtualClock();
  const kubernetes = createKubernetes({
    clock,
    users: { 'service-account-token': serviceAccount },
    ...(beside ? { seed: 2 } : {}),
  });
  const aws = beside?.aws ?? createAws({ clock, ...options.aws });
  const crds = options.crds === false ? [] : kinds.map((kind) => kind.crd());
  const grants = options.grants ?? { default: 'identity' };
  kubernetes.install([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'hybrid-cloud-operator-grants', namespace },
      data: grants,
    },
    ...(options.rbac ?? [...rbacOf(), grantAllManifest()]),
    ...crds,
  ]);
  const transport: Transport = (request) =>
    request.url.host === 'kubernetes.test' ? kubernetes.service(request) : aws.service(request);
  const started: Running[] = [];
  const { accessKeyID, secretAccessKey } = aws.account('123456789012').rootKey;
  const admin = createKubeClient({
    connection: plainConnection({ url: 'http://kubernetes.test', token: 'admin-token' }),
    wire: createWire({ transport, clock, fence: unfenced }),
  });

  function operator(given: Start = {}): Running {
    let count = 0;
    const carry = given.transport ?? transport;
    const lines: string[] = [];
    const records: CallRecord[] = [];
    const redactor = new Redactor();
    const itsClock = given.clock ?? clock;
    const configuration = readConfiguration(
      ['--http-port=0', '--http-address=127.0.0.1', '--aws-endpoint=http://aws.test', ...(given.argv ?? [])],
      {},
    );
    const composed = compose({
      configuration,
      connection: plainConnection({ url: 'http://kubernetes.test', token: 'service-account-token' }),
      transport: (request) => {
        given.onRequest?.(request, ++count);
        return carry(request);
      },
      ...(given.dial ? { dial: given.dial } : {}),
      ...(given.haproxy ? { haproxy: given.haproxy } : {}),
      ...(given.certificate ? { certificate: given.certificate } : {}),
      clock: itsClock,
      random: seeded(started.length + 1),
      log: createLog({
        level: 'debug',
        scrub: (line) => redactor.scrub(line),
        write: (line) => void lines.push(line),
      }),
      redactor,
      identity: given.identity ?? `operator-${started.length}`,
      ownIdentity: (wire) =>
        ownIdentity({
          wire,
          clock: itsClock,
          ...(given.readText ? { readText: given.readText } : {}),
          env: given.env ?? { AWS_ACCESS_KEY_ID: accessKeyID, AWS_SECRET_ACCESS_KEY: secretAccessKey },
        }),
      onCall: (record) => void records.push(record),
    });
    const ending = composed.operator.run();
    const running: Running = { ...composed, lines, records, ending, ended: undefined };
    void ending.then((ended) => (running.ended = ended));
    started.push(running);
    return running;
  }

  const get = (name = 'vm-backups') =>
    kubernetes.objects('backuptargets', 'default').find((object) => object.metadata.name === name) as
      | KubeObject
      | undefined;

  async function until(holds: () => boolean, seconds = 120): Promise<void> {
    const began = clock.monotonic();
    const end = began + seconds * 1000;
    for (;;) {
      await turns(8);
      if (holds()) return;
      if (clock.monotonic() >= end) {
        const last = started.map(({ lines }) => lines.slice(-5).join('')).join('\n');
        throw new Error(
          `not within ${seconds} s: ${holds.toString()}\n${JSON.stringify(get()?.status, null, 1)}\n${last}`,
        );
      }
      await clock.advance(clock.monotonic() - began < 10_000 ? 100 : 1000);
    }
  }

  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await clock.advance(1000);
      await turns(8);
    }
  }

  return {
    pass,
    installCRDs: () => kubernetes.install(kinds.map((kind) => kind.crd())),
    clock,
    kubernetes,
    aws,
    admin,
    transport,
    operator,
    until,
    get,
    condition(type, name) {
      const status = get(name)?.status as {
        conditions?: { type: string; status: string; reason: string; message: string }[];
      };
      return status?.conditions?.find((condition) => condition.type === type);
    },
    async end() {
      const stops = started.filter(({ ended }) => !ended).map(({ operator: it }) => it.stop());
      const all = Promise.all(stops);
      let over = false;
      void all.finally(() => (over = true));
      await until(() => over, 60);
      await all;
      if (!options.rbac) expectNoRefusal(kubernetes);
    },
  };
}

export function target(spec: object = {}, name = 'vm-backups'): object {
  return {
    apiVersion: 'hybridcloud.dev/v1alpha1',
    kind: 'BackupTarget',
    metadata: { name, namespace: 'default' },
    spec: {
      aws: { region: 'ap-northeast-2' },
      bucket: { name: `iksan-${name}` },
      user: { name: `user-${name}`, policyName: 'Proxmox-S3-Backup-Policy' },
      accessKey: { secretRef: { name: `${name}-s3` } },
      ...spec,
    },
  };
}

export const place = { namespace: 'default', name: 'vm-backups' };
export const secrets: Resource = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

export async function annotate(world: Worlds, annotations: Record<string, string | null>): Promise<void> {
  await world.admin.patch(backupTargets, place, { type: 'merge', body: { metadata: { annotations } } });
}

/** Makes it, or replaces its values. */
export async function putSecret(world: Worlds, name: string, values: Record<string, string>): Promise<void> {
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  const at = { namespace: 'default', name };
  const body = { metadata: at, type: 'Opaque', data };
  await world.admin.patch(secrets, at, { type: 'apply', body, fieldManager: 'test', force: true });
}
