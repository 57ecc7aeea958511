// SPDX-License-Identifier: GPL-3.0-or-later
/** The contract on a real API server: it still answers as recorded, and the simulator answers alike. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { record, sequences } from '../contract/kubernetes/contract.ts';
import { levelled } from '../contract/kubernetes/differences.ts';
import type { Recorded } from '../contract/kubernetes/exchange.ts';
import { networkServer } from '../contract/kubernetes/over-network.ts';
import { ownKinds } from '../contract/kubernetes/own-kinds.ts';
import { simulatedServer } from '../contract/kubernetes/simulated.ts';
import { realServer } from './server.ts';

const all = [...sequences, ownKinds];
const server = await realServer();
const file = join(import.meta.dirname, '../contract/kubernetes/recorded.json');

afterAll(async () => {
  if ('stop' in server) await server.stop();
});

function level(name: string, recorded: readonly Recorded[] | undefined): readonly Recorded[] | undefined {
  return recorded?.map((one) => levelled(name, one));
}

if ('skipped' in server) {
  test.skip(`skipped: ${server.skipped}`, () => {});
} else {
  const network = networkServer(server.kubeconfig);
  const real = await record(network, { real: true, sequences: all });
  await network.close();
  if (process.env['RECORD'] === '1') {
    const kept = Object.fromEntries(sequences.map(({ name }) => [name, real[name]]));
    writeFileSync(file, `${JSON.stringify(kept, null, 1)}\n`);
  }
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as typeof real;
  const simulated = await record(simulatedServer(), { real: false, sequences: all });

  test.each(sequences.map(({ name }) => name))('On %s, the API server answers as it was recorded.', (name) => {
    expect(level(name, real[name])).toEqual(level(name, recorded[name]));
  });

  test.each(all.map(({ name }) => name))('On %s, the simulator answers as the API server does.', (name) => {
    expect(level(name, simulated[name])).toEqual(level(name, real[name]));
  });
}
