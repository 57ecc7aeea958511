// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Simulated worlds with the operator's own code between them, driven step by step under a virtual clock: no timers, no sockets.
 * A process can be thrown away and started anew at any call; the worlds stay.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { Aws } from '../../src/clouds/aws/aws.ts';
import type { Engine } from '../../src/core/engine.ts';
import { newMemory, type Memory } from '../../src/core/memory.ts';
import type { KubeObject, Note } from '../../src/core/objects.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { reconcile } from '../../src/core/reconcile.ts';
import { backupTarget } from '../../src/kinds/backup-target/index.ts';
import type { Outside } from '../../src/kinds/outside.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { createObjects } from '../../src/kube/objects.ts';
import type { Resource } from '../../src/kube/resource.ts';
import { createSecrets } from '../../src/kube/secrets.ts';
import { createAws, type AwsWorld } from '../../src/simulator/aws/index.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { createKubernetes, type KubernetesWorld } from '../../src/simulator/kubernetes/index.ts';
import type { CallRecord, HttpRequest, HttpResponse, Transport } from '../../src/wire/call.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { Redactor } from '../../src/wire/redaction.ts';
import { createWire } from '../../src/wire/wire.ts';

export const account = '123456789012';
const kubernetesHost = 'kubernetes.test';
const crd = parse(readFileSync('crds/hybridcloud.dev_backuptargets.yaml', 'utf8')) as object;

export const backupTargets: Resource = {
  group: 'hybridcloud.dev',
  version: 'v1alpha1',
  plural: 'backuptargets',
  kind: 'BackupTarget',
  namespaced: true,
};

/** The worlds that outlive every process. */
export interface Worlds {
  readonly clock: VirtualClock;
  readonly aws: AwsWorld;
  readonly kube: KubernetesWorld;
  readonly transport: Transport;
}

export function makeWorlds(lagMs = 0): Worlds {
  const clock = new VirtualClock();
  const aws = createAws({ clock, lagMs });
  aws.account(account);
  const kube = createKubernetes({ clock });
  kube.install([crd]);
  const transport: Transport = (request: HttpRequest): Promise<HttpResponse> =>
    request.url.hostname === kubernetesHost ? kube.service(request) : aws.service(request);
  return { clock, aws, kube, transport };
}

/** One run of the operator's program: its memory, its caches, its log of calls. */
export interface Process {
  readonly client: KubeClient;
  readonly records: CallRecord[];
  readonly notes: Note[];
  readonly redactor: Redactor;
  look(object: KubeObject): Promise<Outcome>;
}

export function startProcess(worlds: Worlds, transport: Transport = worlds.transport): Process {
  const { clock, aws } = worlds;
  const records: CallRecord[] = [];
  const notes: Note[] = [];
  const redactor = new Redactor();
  const wire = createWire({ transport, clock, fence: unfenced, onCall: (record) => records.push(record) });
  const client = createKubeClient({
    connection: plainConnection({ url: `https://${kubernetesHost}`, token: 'admin-token' }),
    wire,
  });
  const { rootKey } = aws.account(account);
  const outside: Outside = {
    aws: new Aws({ wire, clock, ambient: () => Promise.resolve(rootKey) }),
    secrets: createSecrets({ client }),
    clock,
    clusterUID: 'cluster-1',
    permits: () => ({ allowed: true }),
    learnSecret: (secret) => redactor.learn(secret),
  };
  const engine: Engine<Outside> = {
    outside,
    objects: createObjects({ client, resources: [backupTargets], note: (_object, note) => notes.push(note) }),
    clock,
    random: () => 0.5,
    scrub: (text) => redactor.scrub(text),
    driftIntervalMs: 600_000,
  };
  const memory: Memory = newMemory();
  let attempt = 0;
  return {
    client,
    records,
    notes,
    redactor,
    async look(object) {
      const outcome = await reconcile({ engine, kind: backupTarget, memory, attempt }, object);
      attempt = outcome.next === 'retry' ? attempt + 1 : 0;
      return outcome;
    },
  };
}
