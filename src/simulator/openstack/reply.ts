// SPDX-License-Identifier: GPL-3.0-or-later
/** How the two services answer and refuse. */

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What the refusal is called, for the log. */
  readonly errorCode?: string;
}

/** A refusal on its way out. */
export class Refusal extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`${reply.status} ${reply.errorCode ?? ''}`);
    this.name = 'Refusal';
    this.reply = reply;
  }
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

const titles: Readonly<Record<number, string>> = { 400: 'Bad Request', 401: 'Unauthorized', 404: 'Not Found' };

/** Keystone's form: https://docs.openstack.org/api-ref/identity/v3/#errors */
export function identityError(status: number, message: string, more: object = {}): Refusal {
  const title = titles[status] ?? 'Internal Server Error';
  const challenge = status === 401 ? { 'www-authenticate': 'Keystone uri="/identity/v3"' } : {};
  return new Refusal({
    ...json(status, { error: { code: status, message, title, ...more } }, challenge),
    errorCode: title,
  });
}

/** Neutron's form; `type` is the name of its exception. */
export function networkError(status: number, type: string, message: string): Refusal {
  return new Refusal({ ...json(status, { NeutronError: { type, message, detail: '' } }), errorCode: type });
}

/** The middleware before Neutron answers in Keystone's words. */
export function unauthenticated(): Refusal {
  return identityError(401, 'The request you have made requires authentication.');
}

/** What only the real services have; nobody may take it for their answer. */
export function notSimulated(what: string): Refusal {
  return new Refusal({
    status: 501,
    headers: { 'content-type': 'text/plain' },
    body: `${what} is not simulated`,
    errorCode: 'NotSimulated',
  });
}
