// SPDX-License-Identifier: GPL-3.0-or-later
/** The whole contract: what is set up first, the sequences, and what is taken away again. */
import { setTimeout as delay } from 'node:timers/promises';
import { ask, type Recorded, type Sequence, type Server } from './exchange.ts';
import { normalise } from './normalise.ts';
import { backupTargets, ownCrds } from './own-kinds.ts';
import { applying } from './requests/apply.ts';
import { coreObjects, leasesAndEvents } from './requests/core-objects.ts';
import { customObjects } from './requests/custom-objects.ts';
import { customDefinitions } from './requests/definitions.ts';
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
  customDefinitions,
];

const crdPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const namespacePath = '/api/v1/namespaces';

/** The real server serves a new kind a moment after its CRD is made, and holds creates for two seconds more. */
async function setUp(server: Server, real: boolean): Promise<void> {
  const crds = [widgetCrd, ...ownCrds].map((crd) => post('crd', crdPath, crd));
  const made = await ask(server, [...crds, post('namespace', namespacePath, { metadata: { name: 'contract' } })]);
  const refused = made.find(({ answer }) => answer.status !== 201);
  if (refused) throw new Error(`the contract cannot be set up: ${JSON.stringify(refused.answer.body)}`);
  if (!real) return;
  for (let tries = 0; tries < 100; tries++) {
    const listed = await ask(server, [get('widgets', widgets), get('backup targets', backupTargets)]);
    if (listed.every(({ answer }) => answer.status === 200)) break;
    await delay(100);
  }
  await delay(2_500);
}

interface Options {
  /** A server that needs its time. */
  readonly real: boolean;
  readonly sequences: readonly Sequence[];
}

/** The sequences, one after the other; keyed by name. */
export async function record(server: Server, options: Options): Promise<Record<string, Recorded[]>> {
  await setUp(server, options.real);
  const answers: Record<string, Recorded[]> = {};
  try {
    for (const { name, requests } of options.sequences) answers[name] = (await ask(server, requests)).map(normalise);
  } finally {
    const crds = ['widgets.sample.dev', ...ownCrds.map((crd) => crd.metadata.name)];
    await ask(server, [
      remove('namespace', `${namespacePath}/contract`),
      ...crds.map((name) => remove(name, `${crdPath}/${name}`)),
    ]);
  }
  return answers;
}
