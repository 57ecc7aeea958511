// SPDX-License-Identifier: GPL-3.0-or-later
/** The whole contract: what is set up first, the sequences, and what is taken away again. */
import { setTimeout as delay } from 'node:timers/promises';
import { ask, type Recorded, type Sequence, type Server } from './exchange.ts';
import { normalise } from './normalise.ts';
import { applying } from './requests/apply.ts';
import { coreObjects, leasesAndEvents } from './requests/core-objects.ts';
import { customObjects } from './requests/custom-objects.ts';
import { listsAndWatches } from './requests/lists-and-watches.ts';
import { get, post, remove, widgets } from './requests/paths.ts';
import { validation } from './requests/validation.ts';
import { widgetCrd } from './widget.ts';

export const sequences: readonly Sequence[] = [
  validation,
  customObjects,
  applying,
  listsAndWatches,
  coreObjects,
  leasesAndEvents,
];

const crdPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const namespacePath = '/api/v1/namespaces';

/** The real server serves a new kind a moment after its CRD is made, and holds creates for two seconds more. */
async function setUp(server: Server, real: boolean): Promise<void> {
  await ask(server, [
    post('crd', crdPath, widgetCrd),
    post('namespace', namespacePath, { metadata: { name: 'contract' } }),
  ]);
  if (!real) return;
  for (let tries = 0; tries < 100; tries++) {
    const [listed] = await ask(server, [get('list', widgets)]);
    if (listed?.answer.status === 200) break;
    await delay(100);
  }
  await delay(2_500);
}

/** All sequences, one after the other; keyed by name. */
export async function record(server: Server, { real }: { real: boolean }): Promise<Record<string, Recorded[]>> {
  await setUp(server, real);
  const answers: Record<string, Recorded[]> = {};
  try {
    for (const { name, requests } of sequences) answers[name] = (await ask(server, requests)).map(normalise);
  } finally {
    await ask(server, [
      remove('namespace', `${namespacePath}/contract`),
      remove('crd', `${crdPath}/widgets.sample.dev`),
    ]);
  }
  return answers;
}
