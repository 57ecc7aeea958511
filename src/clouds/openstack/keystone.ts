// SPDX-License-Identifier: GPL-3.0-or-later
/** Tokens of Keystone v3 for application credentials: https://docs.openstack.org/api-ref/identity/v3/#authenticating-with-an-application-credential */
import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import type { Scope } from '../../core/scope.ts';
import { jsonOf, type HttpsAnswer } from '../https/answer.ts';
import type { HttpsApi, HttpsRequest } from '../https/https-api.ts';
import { refusalOf, saidIn } from './errors.ts';

export interface ApplicationCredential {
  readonly id: string;
  readonly secret: string;
}

const endpoint = z.object({
  interface: z.string(),
  region_id: z.string().nullish(),
  region: z.string().nullish(),
  url: z.string(),
});
const catalogue = z.array(z.object({ type: z.string(), endpoints: z.array(endpoint) }));
const body = z.object({
  token: z.object({ issued_at: z.string(), expires_at: z.string(), catalog: catalogue.optional() }),
});

export type Catalogue = z.output<typeof catalogue>;

export interface Token {
  readonly text: string;
  /** By Keystone's clock alone, in milliseconds: ours may be another. */
  readonly lifetimeMs: number;
  readonly catalogue: Catalogue;
}

function denied(reason: string, message: string): Failure {
  return new Failure({ class: 'Denied', reason, message });
}

function refused(answer: HttpsAnswer, action: string, api: HttpsApi): Failure {
  const { message } = saidIn(answer);
  // Keystone says 404 of a credential that it does not know
  if (answer.status === 404 && message.includes('Application Credential'))
    return denied(
      'CredentialsRejected',
      `Keystone at ${api.url} knows no application credential of that id. Make one, and put its id and secret into the Secret of openstack.credentialsSecretRef.`,
    );
  if (answer.status === 404)
    return denied(
      'NoIdentityAPI',
      `There is no identity API v3 at ${api.url}: correct openstack.authURL, as \`openstack catalog show identity\` has it.`,
    );
  return refusalOf(answer, { who: `Keystone at ${api.url}`, action });
}

/** @throws Failure Denied where Keystone does not take the credential. */
export async function tokenFor(api: HttpsApi, { id, secret }: ApplicationCredential, scope?: Scope): Promise<Token> {
  const action = 'CreateToken';
  const request: HttpsRequest = {
    action,
    // nothing that anybody would have to take back: a look needs it, too
    effect: 'read',
    method: 'POST',
    path: ['auth', 'tokens'],
    content: {
      json: { auth: { identity: { methods: ['application_credential'], application_credential: { id, secret } } } },
    },
    parameters: [{ name: 'applicationCredential', value: id }],
    ...(scope ? { scope } : {}),
  };
  const answer = await api.send(request);
  if (answer.status !== 201) {
    const failure = refused(answer, action, api);
    if (failure.reason === 'Throttled') api.throttled(request, failure);
    throw failure;
  }
  const parsed = body.safeParse(jsonOf(answer, action));
  const text = answer.headers['x-subject-token'];
  if (!parsed.success || text === undefined)
    throw denied('NoIdentityAPI', `What answers at ${api.url} is no identity API v3: correct openstack.authURL.`);
  const { issued_at: from, expires_at: to, catalog = [] } = parsed.data.token;
  const lifetimeMs = Date.parse(to) - Date.parse(from);
  return { text, lifetimeMs: Number.isFinite(lifetimeMs) ? Math.max(0, lifetimeMs) : 0, catalogue: catalog };
}

export interface Wanted {
  /** Absent: there is only one. */
  readonly region?: string;
  readonly interface: 'public' | 'internal' | 'admin';
}

/** The address of the network service, without its version. @throws Failure Denied where the catalogue does not have it. */
export function networkURL(known: Catalogue, { region, interface: side }: Wanted): string {
  const sided = known
    .filter(({ type }) => type === 'network')
    .flatMap(({ endpoints }) => endpoints)
    .filter((one) => one.interface === side);
  const regionOf = (one: (typeof sided)[number]) => one.region_id ?? one.region ?? '';
  const regions = [...new Set(sided.map(regionOf))].toSorted();
  const [found, ...more] = sided.filter((one) => region === undefined || regionOf(one) === region);
  const has = regions.length === 0 ? 'none at all' : `it in ${regions.join(', ')}`;
  if (!found)
    throw denied(
      'NoNetworkEndpoint',
      `Keystone's catalogue has no ${side} endpoint of the network service${region === undefined ? '' : ` in region ${region}`}, but ${has}: correct openstack.region or openstack.interface.`,
    );
  if (more.length > 0 && regions.length > 1)
    throw denied(
      'RegionAmbiguous',
      `Keystone's catalogue has the network service in several regions: set openstack.region to one of ${regions.join(', ')}.`,
    );
  // some catalogues have the version, most do not
  return found.url.replace(/\/{1,8}$/, '').replace(/\/v2\.0$/, '');
}
