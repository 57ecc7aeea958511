// SPDX-License-Identifier: GPL-3.0-or-later
import { parseArgs } from 'node:util';
import { UsageError } from '../../operator/configuration.ts';
import { suggestion } from './nearest.ts';
import { printable } from './printable.ts';

export interface Flag {
  /** One letter. */
  readonly short?: string;
  /** What stands for its value in the help: `FILE`. Without it the flag is a switch. */
  readonly value?: string;
  /** What it may be, where that is a short list. */
  readonly choices?: readonly string[];
  readonly does: string;
}

export type Flags = Readonly<Record<string, Flag>>;

export interface Given {
  readonly switches: ReadonlySet<string>;
  /** The last value of each flag. */
  readonly values: Readonly<Record<string, string>>;
  /** All values of each flag, in order. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  /** Words that belong to no flag. */
  readonly words: readonly string[];
  /** What stands after `--`; `undefined` without one. */
  readonly command?: readonly string[];
}

interface Token {
  readonly kind: string;
  readonly name?: string;
  readonly rawName?: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
  readonly index: number;
}

function tokensOf(argv: readonly string[], flags: Flags): readonly Token[] {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { short, value }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: true,
        ...(short ? { short } : {}),
      },
    ]),
  );
  // not strict: its complaints name no flag that was meant
  return parseArgs({ args: [...argv], options, strict: false, tokens: true }).tokens;
}

function named({ name = '', rawName = '' }: Token, flags: Flags, verb: string): Flag {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag) return flag;
  const known = Object.keys(flags).map((one) => `--${one}`);
  throw new UsageError(
    `${verb} has no flag ${printable(rawName)}${suggestion(rawName, known)} ("${verb} --help" lists them)`,
  );
}

function isMissing({ value, inlineValue }: Token): boolean {
  return !value || (!inlineValue && value !== '-' && value.startsWith('-'));
}

function checked(token: Token, flags: Flags, verb: string): Flag {
  const { rawName = '', value = '' } = token;
  const flag = named(token, flags, verb);
  if (flag.value === undefined) {
    if (token.value === undefined) return flag;
    throw new UsageError(`${rawName} takes no value: leave out "=${printable(value)}"`);
  }
  if (isMissing(token)) throw new UsageError(`${rawName} needs a value: ${rawName} ${flag.value}`);
  if (flag.choices && !flag.choices.includes(value)) {
    const near = suggestion(value, flag.choices);
    throw new UsageError(`${rawName} is "${printable(value)}": give one of ${flag.choices.join(', ')}${near}`);
  }
  return flag;
}

/** @throws UsageError in one line that names the flag and the cure. */
export function readFlags(verb: string, argv: readonly string[], flags: Flags): Given {
  const switches = new Set<string>();
  const lists: Record<string, string[]> = {};
  const words: string[] = [];
  for (const token of tokensOf(argv, flags)) {
    if (token.kind === 'option-terminator') return given(argv.slice(token.index + 1));
    if (token.kind === 'positional') words.push(token.value ?? '');
    if (token.kind !== 'option') continue;
    const { name = '', value = '' } = token;
    if (checked(token, flags, verb).value === undefined) switches.add(name);
    else lists[name] = [...(lists[name] ?? []), value];
  }
  return given();

  function given(command?: readonly string[]): Given {
    // the last one counts, as with kubectl: wrappers add flags at the end
    const values = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.at(-1) ?? '']));
    return { switches, values, lists, words, ...(command === undefined ? {} : { command }) };
  }
}
