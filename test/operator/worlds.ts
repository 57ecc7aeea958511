// SPDX-License-Identifier: GPL-3.0-or-later
/** Simulated Kubernetes and AWS, and operators on them, all in this process. */
import { kinds } from '../../src/api/kinds.ts';
import { compose, type Composed } from '../../src/cli/compose.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { readConfiguration } from '../../src/operator/configuration.ts';
import { createLog } from '../../src/operator/log.ts';
import type { Ending } from '../../src/operator/operator.ts';
import { createAws } from '../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { createKubernetes } from '../../src/simulator/kubernetes/index.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import { ownIdentity } from '../../src/clouds/aws/own-identity.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import type { CallRecord, Transport } from '../../src/wire/call.ts';
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

export interface Worlds {
  readonly clock: VirtualClock;
  readonly kubernetes: ReturnType<typeof createKubernetes>;
  readonly aws: ReturnType<typeof createAws>;
  readonly admin: KubeClient;
  readonly transport: Transport;
  /** Starts one more operator. */
  operator(options?: { identity?: string; transport?: Transport; clock?: VirtualClock; argv?: string[] }): Running;
  /** Lets virtual time pass until `holds` does, at most `seconds`. */
  until(holds: () => boolean, seconds?: number): Promise<void>;
  get(name?: string): KubeObject | undefined;
  condition(type: string, name?: string): { status: string; reason: string; message: string } | undefined;
  end(): Promise<void>;
}

export interface WorldsOptions {
  readonly crds?: boolean;
  readonly grants?: Record<string, string>;
  readonly clock?: VirtualClock;
  readonly aws?: Partial<Parameters<typeof createAws>[0]>;
}

/** Time is virtual, but network bodies and SDK promises need turns of the real event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export function worlds(options: WorldsOptions = {}): Worlds {
  const clock = options.clock ?? new VirtualClock();
  const kubernetes = createKubernetes({ clock });
  const aws = createAws({ clock, ...options.aws });
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

  function operator(given: Parameters<Worlds['operator']>[0] = {}): Running {
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
      connection: plainConnection({ url: 'http://kubernetes.test', token: 'admin-token' }),
      transport: given.transport ?? transport,
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
          env: { AWS_ACCESS_KEY_ID: accessKeyID, AWS_SECRET_ACCESS_KEY: secretAccessKey },
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
    const end = clock.monotonic() + seconds * 1000;
    for (;;) {
      await turns(20);
      if (holds()) return;
      if (clock.monotonic() >= end) {
        const last = started.map(({ lines }) => lines.slice(-5).join('')).join('\n');
        throw new Error(`not within ${seconds} s: ${holds}\n${JSON.stringify(get()?.status, null, 1)}\n${last}`);
      }
      await clock.advance(100);
    }
  }

  return {
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
