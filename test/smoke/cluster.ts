// SPDX-License-Identifier: GPL-3.0-or-later
/** The operator on an embedded Kubernetes, with the AWS that the environment's credentials are for. */
import { kinds } from '../../src/api/kinds.ts';
import { compose } from '../../src/cli/compose.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { ownIdentity } from '../../src/clouds/aws/iam/own-identity.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { readConfiguration } from '../../src/operator/configuration.ts';
import { createLog } from '../../src/operator/log.ts';
import { realClock } from '../../src/simulator/kernel/clock.ts';
import { serve } from '../../src/simulator/kernel/http.ts';
import { createKubernetes } from '../../src/simulator/kubernetes/index.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { Redactor } from '../../src/wire/redaction.ts';
import { undiciTransport } from '../../src/wire/undici-transport.ts';
import { createWire } from '../../src/wire/wire.ts';
import type { Options } from './options.ts';

export const namespace = 'hybrid-cloud-operator';

export interface Cluster {
  readonly client: KubeClient;
  backupTarget(name: string): KubeObject | undefined;
  /** Ends the operator, as a crash would if it is not at rest, and Kubernetes with it. */
  close(): Promise<void>;
}

export async function cluster(options: Options, env: NodeJS.ProcessEnv): Promise<Cluster> {
  const kubernetes = createKubernetes({ clock: realClock({ keepsAlive: false }) });
  kubernetes.install([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...kinds.map((kind) => kind.crd()),
  ]);
  const api = await serve(kubernetes.service);
  const connection = plainConnection({ url: api.url, token: 'admin-token' });
  const configuration = readConfiguration(['--http-address', '127.0.0.1', '--http-port', '0'], {});
  const redactor = new Redactor();
  const { endpoint } = options;
  const at = endpoint === undefined ? {} : { endpoint };
  const { operator } = compose({
    configuration: { ...configuration, ...(endpoint === undefined ? {} : { awsEndpoint: endpoint }) },
    connection,
    transport: undiciTransport(),
    clock: systemClock,
    random: Math.random,
    log: createLog({
      level: 'warn',
      scrub: (line) => redactor.scrub(line),
      write: (line) => process.stderr.write(line),
    }),
    redactor,
    identity: 'smoke',
    ownIdentity: (wire) => ownIdentity({ wire, clock: systemClock, env, ...at }),
  });
  const running = operator.run();
  return {
    client: createKubeClient({
      connection,
      wire: createWire({ transport: undiciTransport(), clock: systemClock, fence: unfenced }),
    }),
    backupTarget: (name) =>
      (kubernetes.objects('backuptargets') as unknown as KubeObject[]).find(({ metadata }) => metadata.name === name),
    async close() {
      await operator.stop('the smoke test is over');
      await running;
      await api.close();
    },
  };
}
