// SPDX-License-Identifier: GPL-3.0-or-later
import { complaintOf } from './command/complaint.ts';
import { exitStatus } from './command/exit-status.ts';
import { readFlags, type Given } from './command/flags.ts';
import { helpFor, helpForAll } from './command/help.ts';
import { suggestion } from './command/nearest.ts';
import { printable } from './command/printable.ts';
import type { Env, Verb } from './command/verb.ts';
import { UsageError } from '../operator/configuration.ts';
import { verbs } from './command/verbs.ts';

/** What stands after `--` is somebody else's command. */
function wantsHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end < 0 ? words : words.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

function named(name: string) {
  return Object.hasOwn(verbs, name) ? verbs[name] : undefined;
}

function help(topic: string): number {
  const verb = named(topic);
  console.log(verb ? helpFor(topic, verb) : helpForAll(verbs));
  return exitStatus.done;
}

function given(name: string, verb: Verb, argv: readonly string[]): Given {
  const found = readFlags(name, argv, verb.flags);
  const [word] = found.words;
  if (verb.noWords !== undefined && word !== undefined)
    throw new UsageError(`${name} takes no "${printable(word)}": ${verb.noWords}`);
  if (!verb.command && found.command) throw new UsageError(`${name} runs no command: leave out what begins with --`);
  return found;
}

/** The exit status; command/exit-status.ts says what each means. */
export async function main(argv: readonly string[], env: Env): Promise<number> {
  const [name = '', ...rest] = argv;
  if (['--help', '-h', 'help'].includes(name)) return help(rest[0] ?? '');
  const verb = named(name === '--version' ? 'version' : name);
  if (!verb) {
    const names = Object.keys(verbs);
    const what = name ? `there is no verb ${printable(name)}${suggestion(name, names)}` : 'no verb is given';
    console.error(`${what}: use one of ${names.join(', ')}, or --help`);
    return exitStatus.usage;
  }
  if (wantsHelp(rest)) return help(name);
  try {
    return await verb.run({ argv: rest, env, given: given(name, verb, rest) });
  } catch (error) {
    const { text, status } = complaintOf(error, env);
    console.error(text);
    return status;
  }
}

/** `hybrid-operator crds | head`: whoever reads has gone, and 128 + SIGPIPE is what a program in C ends with. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(141);
}

/** Started as a program. */
export async function program(): Promise<void> {
  process.stdout.on('error', endWithReader);
  process.stderr.on('error', endWithReader);
  const argv = process.argv.slice(2);
  process.exitCode = await main(argv, process.env);
  // looks that were left behind must not keep a process alive that has ended
  if (argv[0] === 'run') process.exit();
}

if (import.meta.main) await program();
