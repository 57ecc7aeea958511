// SPDX-License-Identifier: GPL-3.0-or-later
/** Sends the requests, and levels what differs between any two runs: ids, times, tokens, addresses of the services. */
import { exchanges, type Exchange } from './requests.ts';
import type { OpenStackSite } from './site.ts';

export interface Answer {
  readonly name: string;
  readonly status: number;
  readonly body: unknown;
}

type Tokens = Partial<Record<Exchange['as'], string>>;

async function sendOne(site: OpenStackSite, tokens: Tokens, exchange: Exchange): Promise<Answer> {
  const { name, method, at, path, as, body, raw } = exchange;
  const token = as === 'stranger' ? 'gAAAAAB-nobody-gave-this-out' : tokens[as];
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const answer = await site.send({
    method,
    url: new URL(`${site[at]}${path}`),
    headers: {
      accept: 'application/json',
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { 'x-auth-token': token }),
    },
    ...(text === undefined ? {} : { body: text }),
  });
  const given = answer.headers['x-subject-token'];
  for (const who of ['member', 'reader', 'writer'] as const)
    if (given !== undefined && name.endsWith(who)) tokens[who] = given;
  return { name, status: answer.status, body: levelled(site, parsed(answer.text)) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text === '' ? '' : '<not JSON>';
  }
}

/** Ids, links, and the list of methods that a Keystone is configured with: nobody reads them. */
const unread = new Set(['audit_ids', 'user', 'links', 'id', 'tenant_id', 'project_id', 'updated', 'identity']);

type Site = Pick<OpenStackSite, 'keystone' | 'neutron'>;

function levelledText({ keystone, neutron }: Site, text: string): string {
  return text
    .replaceAll(keystone, '<keystone>')
    .replaceAll(neutron, '<neutron>')
    .replaceAll(/[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
}

function levelled(site: Site, value: unknown): unknown {
  if (typeof value === 'string') return levelledText(site, value);
  if (Array.isArray(value))
    return value.map((one) => levelled(site, one)).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !unread.has(key))
      .map(([key, one]) => [key, levelled(site, one)])
      .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
}

export async function answersOf(site: OpenStackSite): Promise<Answer[]> {
  const tokens: Tokens = {};
  const answers: Answer[] = [];
  for (const exchange of exchanges(site)) answers.push(await sendOne(site, tokens, exchange));
  return answers;
}
