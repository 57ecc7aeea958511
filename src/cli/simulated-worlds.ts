// SPDX-License-Identifier: GPL-3.0-or-later
/** Kubernetes and AWS in this process, served on loopback: for `run --simulate` and the demo. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds } from '../api/kinds.ts';
import { plainConnection, type Connection } from '../kube/connection.ts';
import { createAws, type AwsWorld } from '../simulator/aws/index.ts';
import { realClock } from '../simulator/kernel/clock.ts';
import { serve } from '../simulator/kernel/http.ts';
import { loadSnapshot, saveSnapshot } from '../simulator/kernel/snapshot-file.ts';
import { createKubernetes, type KubernetesWorld } from '../simulator/kubernetes/index.ts';

export const simulatedAccount = '123456789012';

export interface SimulatedWorlds {
  readonly connection: Connection;
  /** Of the simulated AWS. */
  readonly endpoint: string;
  /** The simulated account's root key, as environment variables. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Where a kubeconfig for it was written. */
  readonly kubeconfig: string;
  /** Lines to type into another terminal. */
  readonly lines: readonly string[];
  readonly aws: AwsWorld;
  readonly kubernetes: KubernetesWorld;
  close(): Promise<void>;
}

interface State {
  readonly aws: ReturnType<AwsWorld['snapshot']>;
  readonly kubernetes: object;
}

/** @param stateFile Where the worlds go on from, and are kept when they end; without one they are new and gone. */
export async function simulatedWorlds(stateFile?: string): Promise<SimulatedWorlds> {
  const clock = realClock({ keepsAlive: false });
  const kubernetes = createKubernetes({ clock });
  const aws = createAws({ clock });
  const state = stateFile === undefined ? undefined : ((await loadSnapshot(stateFile)) as State | undefined);
  if (state) aws.restore(state.aws);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'hybrid-cloud-operator' } };
  const grants = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'hybrid-cloud-operator-grants', namespace: 'hybrid-cloud-operator' },
    data: { default: 'identity' },
  };
  if (state) kubernetes.restore(state.kubernetes);
  else kubernetes.install([namespace, grants, ...kinds.map((kind) => kind.crd())]);
  const [api, cloud, folder] = await Promise.all([
    serve(kubernetes.service),
    serve(aws.service),
    mkdtemp(join(tmpdir(), 'hybrid-')),
  ]);
  const file = join(folder, 'kubeconfig');
  await writeFile(file, kubernetes.kubeconfig(api.url), { mode: 0o600 });
  const { accessKeyID, secretAccessKey } = aws.account(simulatedAccount).rootKey;
  const credentials = { AWS_ACCESS_KEY_ID: accessKeyID, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  return {
    connection: plainConnection({ url: api.url, token: 'admin-token' }),
    endpoint: cloud.url,
    credentials,
    kubeconfig: file,
    lines: [
      `export KUBECONFIG=${file}`,
      'kubectl apply -f examples/01-backup-target.yaml',
      'kubectl get backuptargets --watch',
      `export AWS_ACCESS_KEY_ID=${accessKeyID} AWS_SECRET_ACCESS_KEY=${secretAccessKey} AWS_DEFAULT_REGION=ap-northeast-2 AWS_ENDPOINT_URL=${cloud.url}`,
      'aws s3 ls',
    ],
    aws,
    kubernetes,
    async close() {
      await Promise.all([api.close(), cloud.close(), rm(folder, { recursive: true })]);
      const kept: State = { aws: aws.snapshot(), kubernetes: kubernetes.snapshot() };
      if (stateFile !== undefined) await saveSnapshot(stateFile, kept);
    },
  };
}
