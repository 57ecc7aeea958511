// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * `@dot-i/k8s-operator`, as its documentation shows. It is installed from the lock file in test/bench/dot-i only when the bench
 * runs: its tree is old, and nothing else of the project needs it.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dotI } from './install-dot-i.ts';
import { announced, finalizer, isDone, ready, things, type Start, type Thing } from './side.ts';

interface ResourceEvent {
  readonly meta: object;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Thing;
}

/** What we use of it; its own types are not there when it is not installed. */
interface Base {
  watchResource(
    group: string,
    version: string,
    plural: string,
    onEvent: (event: ResourceEvent) => Promise<void>,
  ): Promise<void>;
  patchResourceStatus(meta: object, status: unknown): Promise<object | null>;
  setResourceFinalizers(meta: object, finalizers: string[]): Promise<void>;
  start(): Promise<void>;
}

async function kubeconfig(url: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'bench-')), 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bench', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'bench', user: { token: 'token' } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

export const start: Start = async ({ url, cloudMs, began }) => {
  process.env['KUBECONFIG'] = await kubeconfig(url);
  const { default: Operator } = createRequire(dotI)('@dot-i/k8s-operator') as {
    default: new (logger: object) => Base;
  };
  const silent = () => undefined;
  class Things extends Operator {
    protected init(): Promise<void> {
      return this.watchResource(things.group, things.version, things.plural, (event) => this.#on(event));
    }

    async #on({ type, object, meta }: ResourceEvent): Promise<void> {
      if (type === 'DELETED') return;
      began(object.spec);
      if (isDone(object)) return;
      const { generation, finalizers = [] } = object.metadata;
      // its events queue up: those of our own writes come when we are done
      if (finalizers.includes(finalizer) && object.status?.observedGeneration === undefined) return;
      if (!finalizers.includes(finalizer)) {
        await this.setResourceFinalizers(meta, [...finalizers, finalizer]);
        await this.patchResourceStatus(meta, announced);
        if (cloudMs > 0) await delay(cloudMs);
      }
      await this.patchResourceStatus(meta, ready(generation));
    }
  }
  await new Things({ debug: silent, info: silent, warn: silent, error: silent }).start();
};
