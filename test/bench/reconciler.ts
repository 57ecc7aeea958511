// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * One reconciler in a process of its own: `reconciler.ts SIDE URL CLOUD_MS`. All sides do the same for an object: the finalizer, a status that
 * announces, a call to the cloud that takes CLOUD_MS, and the status Ready.
 */
import type { Usage } from './orders.ts';
import type { Side, Start } from './peers/side.ts';

const [, , side = 'ours', url = '', cloudMs = '0'] = process.argv;
const modules: Record<Side, () => Promise<{ start: Start }>> = {
  ours: () => import('./peers/ours.ts'),
  'client-node': () => import('./peers/client-node.ts'),
  'dot-i': () => import('./peers/dot-i.ts'),
};

let looks = 0;
let startedAfterMs: number[] = [];

function began(spec: { readonly at?: string } | undefined): void {
  looks++;
  if (spec?.at !== undefined) startedAfterMs.push(Number(process.hrtime.bigint() - BigInt(spec.at)) / 1e6);
}

const { start } = await modules[side as Side]();
await start({ url, cloudMs: Number(cloudMs), began });

let before = process.cpuUsage();
process.on('message', () => {
  const { user, system } = process.cpuUsage(before);
  before = process.cpuUsage();
  const peakRSSMB = process.resourceUsage().maxRSS / 1024;
  process.send?.({ cpuMs: (user + system) / 1000, peakRSSMB, looks, startedAfterMs } satisfies Usage);
  [looks, startedAfterMs] = [0, []];
});
process.on('disconnect', () => process.exit());
process.send?.({ started: true });
