// SPDX-License-Identifier: GPL-3.0-or-later
/** What the tests of src/kube share: a kind of their own, clients through the real wire, and waiting. */
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Clock } from '../../src/core/clock.ts';
import { createKubeClient, type KubeClient } from '../../src/kube/client.ts';
import { kubeconfigConnection, loadKubeconfig } from '../../src/kube/connection.ts';
import type { Resource } from '../../src/kube/resource.ts';
import type { CallRecord } from '../../src/wire/call.ts';
import { unfenced, type Fence } from '../../src/wire/guard.ts';
import { shown } from '../leaks/channels.ts';
import { undiciTransport } from '../../src/wire/undici-transport.ts';
import { createWire } from '../../src/wire/wire.ts';

export const widgets: Resource = {
  group: 'test.hybridcloud.dev',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};

export const widgetCrd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.test.hybridcloud.dev' },
  spec: {
    group: widgets.group,
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { size: { type: 'integer', maximum: 9 } } },
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    ],
  },
};

/** Real time, or faster: with `speed` 30 a minute of waiting passes in two seconds. */
export function clockAt(speed = 1): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now() * speed,
    sleep: (ms, signal) => delay(ms / speed, undefined, signal ? { signal } : {}).catch(() => undefined),
  };
}

export interface ClientChoice {
  readonly file: string;
  readonly context?: string;
  readonly clock?: Clock;
  readonly fence?: Fence;
  readonly onCall?: (record: CallRecord) => void;
}

export function aClient({
  file,
  context = 'admin',
  clock = clockAt(),
  fence = unfenced,
  onCall,
}: ClientChoice): KubeClient {
  const connection = kubeconfigConnection(() => loadKubeconfig({ file, ...(context ? { context } : {}) }), clock);
  return createKubeClient({
    connection,
    wire: createWire({ transport: undiciTransport(), clock, fence, ...(onCall ? { onCall } : {}) }),
  });
}

/** Milliseconds until it is so. */
export async function until(what: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<number> {
  const began = performance.now();
  while (!(await what())) {
    if (performance.now() - began > withinMs) throw new Error(`not so within ${withinMs} ms: ${what.toString()}`);
    await delay(20);
  }
  return performance.now() - began;
}

/** The server of ../shared/kube lets an old core answer for some seconds after a CRD was established. */
export async function established(client: KubeClient): Promise<void> {
  let inARow = 0;
  await until(async () => {
    const made = await client
      .create(widgets, { namespace: 'default' }, { metadata: { name: 'probe' }, spec: { size: 1 } })
      .catch(() => undefined);
    if (made) await client.remove(widgets, { namespace: 'default', name: 'probe' });
    const refused = await client
      .create(widgets, { namespace: 'default' }, { metadata: { name: 'bad' }, spec: { size: 99 } })
      .then(
        () => false,
        () => true,
      );
    inARow = made && refused ? inARow + 1 : 0;
    return inARow >= 3;
  }, 60_000);
}

/** What kubectl prints is searched for secrets, but where Secrets were asked for. */
export function showPrinted(args: readonly string[], printed: string): void {
  if (!args.some((arg) => arg.startsWith('secret'))) shown(`kubectl ${args.join(' ')}`, printed);
}

/** What kubectl prints; throws with its error. */
export async function kubectlWith(kubeconfig: string, args: readonly string[], input = ''): Promise<string> {
  const running = promisify(execFile)('kubectl', [...args], {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    timeout: 30_000,
  });
  // a kubectl that has ended reads no more: its status says what there is to say
  running.child.stdin?.on('error', () => undefined);
  running.child.stdin?.end(input);
  const { stdout } = await running;
  showPrinted(args, stdout);
  return stdout;
}
