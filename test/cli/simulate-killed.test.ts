// SPDX-License-Identifier: GPL-3.0-or-later
/** `simulate --state`, killed in the middle of its work. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { folderWith } from './calling.ts';

interface Made {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
}

async function starting(state: string) {
  const argv = ['src/cli/main.ts', 'simulate', '-o', 'json', '--state', state];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { kubernetes } = JSON.parse(line.toString('utf8')) as { kubernetes: { url: string } };
  return {
    child,
    url: `${kubernetes.url}/as/admin-token/api/v1/namespaces/default/configmaps`,
    async end(signal: NodeJS.Signals) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

async function make(url: string, name: string): Promise<Made> {
  const body = JSON.stringify({ metadata: { name } });
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return (await answer.json()) as Made;
}

test('A killed simulate leaves a state that loads: what was kept has its uids and versions, and no version comes twice.', async () => {
  const state = join(folderWith({}), 'state.json');
  const first = await starting(state);
  const kept = await make(first.url, 'kept');
  while (!existsSync(state) || !readFileSync(state, 'utf8').includes(kept.metadata.uid)) await delay(20);
  const lost = await make(first.url, 'at-the-last-moment');
  await first.end('SIGKILL');

  const second = await starting(state);
  try {
    const answer = await fetch(`${second.url}/kept`);
    expect(await answer.json()).toMatchObject({ metadata: kept.metadata });
    const next = await make(second.url, 'next');
    expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(lost.metadata.resourceVersion));
    const from = `${second.url}?watch=true&timeoutSeconds=5&resourceVersion=${lost.metadata.resourceVersion}`;
    expect(await (await fetch(from)).text()).toContain('"code":410');
  } finally {
    await second.end('SIGTERM');
  }
}, 60_000);
