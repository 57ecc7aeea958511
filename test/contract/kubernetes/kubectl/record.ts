// SPDX-License-Identifier: GPL-3.0-or-later
/** Runs all stories against a real server, and keeps what it said. The server is thrown away afterwards: nothing is taken back. */
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../exchange.ts';
import { networkServer } from '../over-network.ts';
import { get, post } from '../requests/paths.ts';
import { widgetCrd } from '../widget.ts';
import { Labeller } from './labels.ts';
import { type Real, recordingProxy } from './recording-proxy.ts';
import { runStory } from './run-stories.ts';
import type { Done, Recording, Story } from './story.ts';

/** Kinds are served a moment after their definition, and creates are held for two seconds more. */
async function setUp(kubeconfig: string): Promise<void> {
  const server = networkServer(kubeconfig);
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldManager=install';
  await ask(server, [post('crd', path, widgetCrd)]);
  for (let tries = 0; tries < 100; tries++) {
    const [listed] = await ask(server, [get('widgets', '/apis/sample.dev/v1/widgets')]);
    if (listed?.answer.status === 200) break;
    await delay(100);
  }
  await delay(2_500);
  await server.close();
}

export async function recordStories(real: Real, kubeconfig: string, stories: readonly Story[]): Promise<Recording> {
  await setUp(kubeconfig);
  const proxy = await recordingProxy(real);
  const recording: Record<string, readonly Done[]> = {};
  try {
    for (const story of stories) {
      const labeller = new Labeller();
      recording[story.name] = (await runStory(story, proxy)).map((done) => labeller.done(done));
    }
  } finally {
    await proxy.close();
  }
  return recording;
}
