// SPDX-License-Identifier: GPL-3.0-or-later
/** What `swanctl --raw` prints: sections in braces, lists in brackets, `key=value`. A value ends at a space. */
export interface Section {
  readonly [key: string]: string | Section;
}

interface Place {
  readonly tokens: readonly string[];
  at: number;
}

function section(place: Place): Section {
  const found: Record<string, string | Section> = {};
  for (;;) {
    const token = place.tokens[place.at++];
    if (token === undefined || token === '}') return found;
    if (place.tokens[place.at] === '{') {
      place.at++;
      found[token] = section(place);
      continue;
    }
    const [, key = '', value = ''] = /^([^=]*)=([^]*)$/.exec(token) ?? [];
    found[key] = value;
  }
}

/** One section an event line, such as `list-sa event {aws-tunnel-1 {…}}`. */
export function events(printed: string): readonly Section[] {
  return printed
    .split('\n')
    .flatMap((line) => /^list-sa event \{([^]*)\}$/.exec(line)?.[1] ?? [])
    .map((inner) => section({ tokens: inner.match(/[{}]|[^\s{}=[\]]+=\[[^\]]*\]|[^\s{}]+/g) ?? [], at: 0 }));
}
