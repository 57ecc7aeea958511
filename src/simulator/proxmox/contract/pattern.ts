// SPDX-License-Identifier: GPL-3.0-or-later
/** Patterns of Perl (PVE) and of Rust (PBS, in slashes) as patterns of JavaScript. */

const kept = new Map<string, RegExp>();

const classes: readonly (readonly [RegExp, string])[] = [
  [/\[\[:\^cntrl:\]\]/g, '[^\\x00-\\x1f\\x7f]'],
  [/\[:cntrl:\]/g, '\\x00-\\x1f\\x7f'],
  [/\(\?\^[a-z]*:/g, '(?:'],
  [/\(\?P</g, '(?<'],
];

/** PVE anchors its patterns itself (JSONSchema.pm, check_prop: `m/^$pattern$/`). */
export function patternOf(source: string): RegExp {
  const known = kept.get(source);
  if (known) return known;
  const slashed = /^\/(.*)\/$/s.exec(source)?.[1];
  const text = classes.reduce((given, [from, to]) => given.replaceAll(from, to), slashed ?? `^(?:${source})$`);
  const pattern = new RegExp(text, source.includes('(?^i:') ? 'i' : '');
  kept.set(source, pattern);
  return pattern;
}
