// SPDX-License-Identifier: GPL-3.0-or-later
/** What a plan reads of a cluster. It writes nothing: its wire refuses every write. */
import { Failure } from '../../core/failure.ts';
import type { ConfigMap, KubeObject, Secret } from '../../core/objects.ts';
import { createKubeClient, type KubeClient } from '../../kube/client.ts';
import type { Connection } from '../../kube/connection.ts';
import { parseGrants, type Grants } from '../../kube/namespace-grants.ts';
import { configMaps, type Resource } from '../../kube/resource.ts';
import { createConfigMaps } from '../../kube/config-maps.ts';
import { createSecrets } from '../../kube/secrets.ts';
import type { ApiKind } from '../../api/api-kind.ts';
import type { Wire } from '../../wire/call.ts';
import { CommandError } from '../command/exit-status.ts';
import { printable } from '../command/printable.ts';

export interface Cluster {
  readonly server: string;
  /** UID of the kube-system namespace: the cluster's identity in owner marks. */
  readonly uid: string;
  readonly grants: Grants | undefined;
  object(api: ApiKind, namespace: string, name: string): Promise<KubeObject | undefined>;
  secret(namespace: string, name: string): Promise<Secret | undefined>;
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
  /** Sentences for the reader: a CRD that is not there. */
  readonly remarks: readonly string[];
}

const namespaces: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };

function unreachable(server: URL, error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  if (error.reason === 'Unreachable' || error.reason === 'TimedOut')
    return new CommandError(
      `the cluster at ${server.host} does not answer: is it up, and is the context right? Without --kubeconfig the plan is made without a cluster`,
    );
  return new CommandError(`the cluster at ${server.host}: ${printable(error.message, 300)}`);
}

async function installed(client: KubeClient, api: ApiKind): Promise<boolean> {
  const resource = { group: api.group, version: api.version, kind: api.kind, plural: api.plural, namespaced: true };
  try {
    await client.list(resource, {}, { limit: 1 });
    return true;
  } catch (error) {
    // who may not list everything still may get one
    return !(error instanceof Failure && error.reason === 'NotFound');
  }
}

export interface ClusterOptions {
  readonly connection: Connection;
  readonly wire: Wire;
  readonly apis: readonly ApiKind[];
  /** The operator's own. */
  readonly namespace: string;
  readonly grants: string;
}

/** @throws CommandError in one line when the cluster does not answer or refuses. */
export async function readCluster(options: ClusterOptions): Promise<Cluster> {
  const { connection, wire, apis, namespace } = options;
  const client = createKubeClient({ connection, wire });
  const secrets = createSecrets({ client });
  const maps = createConfigMaps(client);
  try {
    const system = await client.get(namespaces, { name: 'kube-system' });
    const there = await Promise.all(apis.map((api) => installed(client, api)));
    const missing = apis.filter((_, index) => there[index] === false).map(({ kind }) => kind);
    const map = await client.get(configMaps, { namespace, name: options.grants }).catch(() => 'unknown' as const);
    return {
      server: connection.server.href.replace(/\/$/, ''),
      uid: system?.metadata.uid ?? '',
      grants:
        map === 'unknown'
          ? undefined
          : parseGrants(namespace, (map as { data?: Readonly<Record<string, unknown>> } | undefined)?.data),
      object: ({ group, version, kind, plural }, space, name) =>
        client
          .get({ group, version, kind, plural, namespaced: true }, { namespace: space, name })
          .catch((error: unknown) => {
            throw unreachable(connection.server, error);
          }),
      secret: (space, name) => secrets.read(space, name),
      configMap: (space, name) => maps.read(space, name),
      remarks:
        missing.length === 0
          ? []
          : [`The cluster does not know ${missing.join(', ')} yet: hybrid-operator crds | kubectl apply -f -`],
    };
  } catch (error) {
    throw unreachable(connection.server, error);
  }
}
