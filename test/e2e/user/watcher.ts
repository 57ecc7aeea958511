// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A process of its own: writes every state of the BackupTargets of a namespace, with the milliseconds at which it came, a line each.
 * An API server ends the watch of a reader that it takes for slow, as it may on a machine with two cores in a burst, and `kubectl get
 * --watch` ends with it, without an error. This one goes on from the version that it has seen, so that nothing is missed. The line `listed` says from when on.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { CustomObjectsApi, KubeConfig, Watch } from '@kubernetes/client-node';

interface Seen {
  readonly metadata?: { readonly resourceVersion?: string };
}

const [, , kubeconfig = '', namespace = ''] = process.argv;
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const resource = { group: 'hybridcloud.dev', version: 'v1alpha1', namespace, plural: 'backuptargets' };

function tell(object: object): void {
  process.stdout.write(`${Date.now()} ${JSON.stringify(object)}\n`);
}

async function list(): Promise<string> {
  const api = config.makeApiClient(CustomObjectsApi);
  const answer = (await api.listNamespacedCustomObject(resource)) as Seen & { readonly items: readonly object[] };
  for (const item of answer.items) tell(item);
  return answer.metadata?.resourceVersion ?? '';
}

/** Resolves with the last version that was seen; with none where the server does not know it any more. */
function watchFrom(resourceVersion: string): Promise<string | undefined> {
  const path = `/apis/${resource.group}/${resource.version}/namespaces/${namespace}/${resource.plural}`;
  let last: string | undefined = resourceVersion;
  return new Promise((resolve) => {
    const each = (phase: string, object: Seen) => {
      last = phase === 'ERROR' ? undefined : (object.metadata?.resourceVersion ?? last);
      if (phase !== 'ERROR' && phase !== 'DELETED') tell(object);
    };
    void new Watch(config).watch(path, { resourceVersion }, each, () => resolve(last));
  });
}

let version: string | undefined = await list();
// from here on nothing is missed
process.stdout.write('listed\n');
for (;;) {
  version = await watchFrom(version ?? (await list()));
  await delay(10);
}
