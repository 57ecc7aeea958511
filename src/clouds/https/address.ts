// SPDX-License-Identifier: GPL-3.0-or-later
/** Where a call goes is the spec's choice alone: nothing in an id or an answer leads it elsewhere. */
import { Failure } from '../../core/failure.ts';

const thisMachine = /^(127\.0\.0\.1|localhost|\[::1\])$/;

function invalid(message: string): Failure {
  return new Failure({ class: 'Invalid', reason: 'InvalidURL', message });
}

/** With a closing slash. @throws Failure `InvalidURL`, class Invalid. */
export function baseOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw invalid('The url is none. Write it as https://192.168.1.1 or https://host:8443/path.');
  const local = url.protocol === 'http:' && thisMachine.test(url.hostname);
  if (url.protocol !== 'https:' && !local)
    throw invalid(`The url of ${url.host} must begin with https://: credentials go nowhere unencrypted. Correct it.`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw invalid(
      `The url of ${url.host} holds credentials, a query or a fragment. Leave the address alone; credentials belong in the Secret.`,
    );
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** RFC 3986 pchar, without what has a meaning of its own. Two dots would lead upwards. */
function segment(text: string): string {
  if (text === '' || text === '.' || text === '..') throw invalid(`"${text}" cannot be a part of an address.`);
  return encodeURIComponent(text);
}

/** A list of pairs where a name may come again. */
export type Query = Readonly<Record<string, string>> | readonly (readonly [name: string, value: string])[];

function isPairs(query: Query): query is Extract<Query, readonly unknown[]> {
  return Array.isArray(query);
}

export function urlBelow(base: URL, path: readonly string[], query: Query = []): URL {
  const url = new URL(base.href + path.map(segment).join('/'));
  for (const [name, value] of isPairs(query) ? query : Object.entries(query)) url.searchParams.append(name, value);
  return url;
}
