// SPDX-License-Identifier: GPL-3.0-or-later
/** The stories on a real API server: kubectl still prints what is recorded. `RECORD=1` writes the recording anew. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { levelledPrint } from '../contract/kubernetes/kubectl/differences.ts';
import { recordStories } from '../contract/kubernetes/kubectl/record.ts';
import { readRecording, writeRecording } from '../contract/kubernetes/kubectl/recording.ts';
import { version } from '../contract/kubernetes/kubectl/run-stories.ts';
import { stories } from '../contract/kubernetes/kubectl/stories.ts';
import type { Done } from '../contract/kubernetes/kubectl/story.ts';
import { type Started, startServerProcess, stopServer, there } from './api-server.ts';

let started: Started | undefined;

afterAll(() => {
  if (started) stopServer(started.folder);
});

function printed(commands: readonly Done[] | undefined): unknown {
  return commands
    ?.flatMap((done) => [done, ...(done.during ?? [])])
    .map(({ run, exit, out, err }) => ({ run, exit, out: levelledPrint(run, out), err: levelledPrint(run, err) }));
}

if (!there) test.skip('skipped: there is no API server in ../shared/kube', () => {});
else if (version !== '32') test.skip('skipped: kubectl 1.32 is not installed', () => {});
else
  test('On a real API server, kubectl prints what is recorded.', async () => {
    started = await startServerProcess({ KUBE_CONTROLLERS: '1' });
    const { folder, port } = started;
    const real = {
      url: `https://127.0.0.1:${port}`,
      crdServer: `https://127.0.0.1:${port + 2}`,
      ca: readFileSync(join(folder, 'ca.crt')),
    };
    const recording = await recordStories(real, join(folder, 'kubeconfig'), stories);
    if (process.env['RECORD'] === '1') writeRecording(recording);
    const kept = readRecording();
    for (const { name } of stories)
      expect({ name, printed: printed(recording[name]) }).toEqual({ name, printed: printed(kept[name]) });
  }, 480_000);
