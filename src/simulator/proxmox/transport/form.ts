// SPDX-License-Identifier: GPL-3.0-or-later
/** Form bodies and queries. Both products take repeated names as lists; PVE joins them with NUL (PVE::APIServer::AnyEvent, decode_urlencoded). */

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

export type Given = Record<string, unknown>;

export function formOf(text: string): Given {
  const given: Given = {};
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
    const known = Object.hasOwn(given, name) ? given[name] : undefined;
    given[name] = known === undefined ? value : `${known as string}\0${value}`;
  }
  return given;
}
