// SPDX-License-Identifier: GPL-3.0-or-later
import { randomBytes } from 'node:crypto';
import { account, type Account, type Things } from './account.ts';
import { cluster, type Cluster } from './cluster.ts';
import { costLine, readOptions } from './options.ts';
import { story } from './story.ts';

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  /** Ends the story early; what was made is taken away all the same. */
  readonly signal: AbortSignal;
  readonly story?: typeof story;
}

/** @returns 0: it works, and nothing is left; 1: it does not, or something is left, which is named; 2: nothing was done. */
export async function smoke(argv: readonly string[], given: Surroundings): Promise<number> {
  const { env, say, signal } = given;
  say(costLine());
  const asked = readOptions(argv);
  if ('refused' in asked) {
    say(asked.refused);
    return 2;
  }
  const there = account(asked.run);
  const id = `hco-smoke-${randomBytes(6).toString('hex')}`;
  const things: Things = { id, bucket: id, user: id };
  say(`account ${await there.id()}, region ${asked.run.region}, bucket and user ${id}`);
  let running: Cluster | undefined;
  let failure: unknown;
  try {
    running = await cluster(asked.run, env);
    await (given.story ?? story)(asked.run, things, running, { say, signal });
  } catch (error) {
    failure = error;
    say(`failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  // first nobody makes anything any more, then it is looked what is there
  await running?.close();
  const left = await cleanUp(there, things, say);
  if (left.length > 0) say(`LEFT OVER, please delete: ${left.join(', ')}`);
  say(failure === undefined && left.length === 0 ? 'passed: nothing is left' : 'not passed');
  return failure === undefined && left.length === 0 ? 0 : 1;
}

async function cleanUp(there: Account, things: Things, say: (line: string) => void): Promise<readonly string[]> {
  const left = await there.left(things);
  if (left.length === 0) return left;
  say(`taking away what is left: ${left.join(', ')}`);
  await there.clean(things).catch((error: unknown) => say(`could not: ${String(error)}`));
  return there.left(things);
}
