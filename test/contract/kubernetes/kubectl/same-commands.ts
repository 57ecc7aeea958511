// SPDX-License-Identifier: GPL-3.0-or-later
/** The commands themselves against the simulator: they print what they printed with a real API server. For test files, which name stories. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loopbackCertificate } from '../../../../src/simulator/kernel/certificate.ts';
import { realClock } from '../../../../src/simulator/kernel/clock.ts';
import { type Served, serve } from '../../../../src/simulator/kernel/http.ts';
import { createKubernetes } from '../../../../src/simulator/kubernetes/index.ts';
import { widgetCrd } from '../widget.ts';
import { levelledPrint } from './differences.ts';
import { readRecording } from './recording.ts';
import { runStory, version } from './run-stories.ts';
import { stories } from './stories.ts';
import type { Done } from './story.ts';

interface Print {
  readonly run: string;
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

function printsOf(commands: readonly Done[]): Print[] {
  return commands
    .flatMap((done) => [done, ...(done.during ?? [])])
    .map(({ run, exit, out, err }) => ({
      run,
      exit,
      out: levelledPrint(run, out) ?? '',
      err: levelledPrint(run, err) ?? '',
    }))
    .map((print) => (levelledPrint(print.run, '') === undefined ? { ...print, exit: 0 } : print));
}

function reasonToSkip(): string | undefined {
  if (version === undefined) return 'kubectl is not installed';
  return version === '32' ? undefined : `kubectl 1.${version} prints other words than 1.32, which is recorded`;
}

function compare(names: readonly string[]): void {
  const recording = readRecording();
  const certificate = loopbackCertificate(Date.now());
  let served: Served | undefined;

  beforeAll(async () => {
    const world = createKubernetes({ clock: realClock() });
    world.install([widgetCrd]);
    served = await serve(world.service, { certificate });
  });

  afterAll(async () => {
    await served?.close();
  });

  test.each(stories.filter(({ name }) => names.includes(name)).map((story) => [story.name, story] as const))(
    'On %s, kubectl prints the same.',
    async (name, story) => {
      const done = await runStory(story, { url: served?.url ?? '', authority: certificate.cert });
      expect(printsOf(done)).toEqual(printsOf(recording[name] ?? []));
    },
    60_000,
  );
}

/** Defines a test for each story. */
export function sameCommands(names: readonly string[]): void {
  const reason = reasonToSkip();
  if (reason === undefined) compare(names);
  else test.skip(`skipped: ${reason}`, () => {});
}
