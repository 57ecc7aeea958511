// SPDX-License-Identifier: GPL-3.0-or-later
import type { Verb } from './verb.ts';

function columns(rows: readonly (readonly [string, string])[], most: number): string[] {
  const width = Math.min(most, Math.max(...rows.map(([left]) => left.length)));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}

export function helpFor(name: string, { does, usage, flags, examples, notes = [] }: Verb): string {
  const rows = Object.entries(flags).map(([flag, { short, value, does: text }]) => {
    const letter = short === undefined ? '    ' : `-${short}, `;
    return [`${letter}--${flag}${value === undefined ? '' : ` ${value}`}`, text] as const;
  });
  return [
    `hybrid-operator ${name} ${usage}`,
    '',
    `  ${does}`,
    '',
    'Flags:',
    ...columns(rows, 32),
    '',
    'Examples:',
    ...examples.flatMap(([line, text]) => [...(text ? [`  # ${text}`] : []), `  ${line}`]),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n');
}

export function helpForAll(verbs: Readonly<Record<string, Verb>>): string {
  return [
    'hybrid-operator VERB [FLAGS]',
    '',
    ...columns(
      Object.entries(verbs).map(([name, { does }]) => [name, does] as const),
      12,
    ),
    '',
    'hybrid-operator VERB --help shows its flags and examples.',
    'Exit status: 0 done, 1 it did not work, 2 plan found changes, 64 called wrongly.',
  ].join('\n');
}
