// SPDX-License-Identifier: GPL-3.0-or-later
/** Tokens: https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management */
import { randomBytes } from 'node:crypto';
import { discloseSecret } from '../kernel/disclosure.ts';
import type { Incoming, OpenStackSetup } from './incoming.ts';
import { identityError, json, notSimulated, unauthenticated, type Reply } from './reply.ts';
import type { ApplicationCredential, OpenStackState, Token } from './state.ts';

/** Keystone's default ([token] expiration). */
export const tokenMs = 3_600_000;

interface Method {
  readonly id?: unknown;
  readonly secret?: unknown;
}

interface Login {
  readonly auth?: { readonly identity?: { readonly methods?: unknown; readonly application_credential?: Method } };
}

function parsed({ body }: Incoming): Login {
  try {
    return JSON.parse(body) as Login;
  } catch {
    throw identityError(
      400,
      'Expecting to find valid JSON in request body. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.',
    );
  }
}

/** This Keystone's `[auth] methods` has no other. */
function methodOf({ auth }: Login): Method {
  const { methods, application_credential } = auth?.identity ?? {};
  if (!Array.isArray(methods)) throw identityError(400, "'identity' is a required property");
  if (methods.length !== 1 || methods[0] !== 'application_credential')
    throw identityError(401, 'Attempted to authenticate with an unsupported method.', {
      identity: { methods: ['application_credential'] },
    });
  return application_credential ?? {};
}

function credentialOf(state: OpenStackState, { id, secret }: Method): ApplicationCredential {
  const known = typeof id === 'string' ? state.credentials.get(id) : undefined;
  if (!known) throw identityError(404, `Could not find Application Credential: ${String(id)}.`);
  if (known.secret !== secret) throw unauthenticated();
  return known;
}

function endpoint({ region, url }: OpenStackSetup, path: string): object {
  return { interface: 'public', region_id: region, region, url: `${url}${path}` };
}

function tokenBody(setup: OpenStackSetup, state: OpenStackState, given: ApplicationCredential, now: number): object {
  const project = state.projects.get(given.project);
  const time = (at: number) => `${new Date(at).toISOString().slice(0, 19)}.000000Z`;
  return {
    token: {
      methods: ['application_credential'],
      is_domain: false,
      issued_at: time(now),
      expires_at: time(now + tokenMs),
      project: { id: given.project, name: project?.name, domain: { id: 'default', name: 'Default' } },
      roles: given.roles.map((name) => ({ id: name, name })),
      application_credential: { id: given.id, name: given.name, restricted: true },
      catalog: [
        { type: 'identity', name: 'keystone', id: 'keystone', endpoints: [endpoint(setup, '/identity/v3')] },
        { type: 'network', name: 'neutron', id: 'neutron', endpoints: [endpoint(setup, '/networking')] },
      ],
    },
  };
}

function issue(setup: OpenStackSetup, state: OpenStackState, incoming: Incoming): Reply {
  const given = credentialOf(state, methodOf(parsed(incoming)));
  // Fernet tokens begin like this (https://docs.openstack.org/keystone/latest/admin/fernet-token-faq.html)
  const token = discloseSecret(`gAAAAAB${randomBytes(96).toString('base64url')}`);
  const { id, project, roles } = given;
  state.tokens.set(token, { credential: id, project, roles, expiresAt: incoming.now + tokenMs });
  return json(201, tokenBody(setup, state, given, incoming.now), { 'x-subject-token': token, vary: 'X-Auth-Token' });
}

/** @throws Refusal 401. */
export function tokenOf(state: OpenStackState, { headers, now }: Incoming): Token {
  const token = state.tokens.get(headers['x-auth-token'] ?? '');
  // who loses the credential loses its tokens
  if (!token || token.expiresAt <= now || !state.credentials.has(token.credential)) throw unauthenticated();
  return token;
}

export function answerIdentity(setup: OpenStackSetup, state: OpenStackState, incoming: Incoming): Reply {
  const what = `${incoming.method} ${incoming.path}`;
  if (what === 'POST /v3/auth/tokens') return issue(setup, state, incoming);
  if (what !== 'DELETE /v3/auth/tokens') throw notSimulated(what);
  tokenOf(state, incoming);
  state.tokens.delete(incoming.headers['x-subject-token'] ?? '');
  return { status: 204, headers: {}, body: '' };
}
