// SPDX-License-Identifier: GPL-3.0-or-later
/** The requests that kubectl, Argo CD and Flux sent to a real API server, sent to the simulator: the same answers (see README.md). */
import { describe, expect, test } from '@jest/globals';
import { isUnlike, levelledAnswer } from './differences.ts';
import { readRecording } from './recording.ts';
import { Replay } from './replay.ts';
import { stories } from './stories.ts';
import { stepOf } from './story.ts';

const recording = readRecording();

describe.each(stories.map((story) => [story.name, story] as const))('%s:', (name, { namespace, steps }) => {
  const commands = recording[name] ?? [];
  const late = new Set(
    steps
      .map(stepOf)
      .filter(({ timing }) => timing !== undefined)
      .map(({ run }) => run),
  );

  test('the simulator answers every request as the API server did.', async () => {
    const replay = new Replay();
    for (const done of commands) await replay.play(done);
    const compared = replay.compared.filter(({ run, request }) => !late.has(run) && !isUnlike(request));
    for (const { run, request, recorded, simulated } of compared)
      expect({ run, request, answer: levelledAnswer(request, simulated) }).toEqual({
        run,
        request,
        answer: levelledAnswer(request, recorded),
      });
    expect(compared.length).toBeGreaterThan(0);
  });

  test('every command is recorded.', () => {
    const wanted = [`kubectl create namespace ${namespace}`, ...steps.map((step) => stepOf(step).run)];
    expect(commands.map(({ run }) => run)).toEqual(wanted);
  });
});
