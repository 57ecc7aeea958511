// SPDX-License-Identifier: GPL-3.0-or-later
/** Refusals in the form of metav1.Status. The words are the API server's own (apimachinery, pkg/api/errors), because people and programs match on them. */
import { textOf } from './object.ts';
import type { JsonObject } from './object.ts';

export interface Cause extends JsonObject {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** What a resource is called in messages: `widgets.sample.dev`, or plain `secrets` in the core group. */
export interface Named {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

export class ApiError extends Error {
  readonly status: JsonObject & { readonly code: number };
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: JsonObject & { readonly code: number }, headers: Readonly<Record<string, string>> = {}) {
    super(textOf(status.message));
    this.name = 'ApiError';
    this.status = status;
    this.headers = headers;
  }
}

export function failure(code: number, reason: string | undefined, message: string, details?: JsonObject): ApiError {
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  });
}

export function qualified(name: string, group: string): string {
  return group === '' ? name : `${name}.${group}`;
}

function details(of: Named, name: string, kind: string): JsonObject {
  return { ...(name === '' ? {} : { name }), ...(of.group === '' ? {} : { group: of.group }), kind };
}

export function notFound(of: Named, name: string): ApiError {
  return failure(
    404,
    'NotFound',
    `${qualified(of.plural, of.group)} "${name}" not found`,
    details(of, name, of.plural),
  );
}

export function alreadyExists(of: Named, name: string, going = false): ApiError {
  const message = `${going ? 'object is being deleted: ' : ''}${qualified(of.plural, of.group)} "${name}" already exists`;
  return failure(409, 'AlreadyExists', message, details(of, name, of.plural));
}

export const modified = 'the object has been modified; please apply your changes to the latest version and try again';

export function conflict(of: Named, name: string, why: string = modified): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(of.plural, of.group)} "${name}": ${why}`;
  return failure(409, 'Conflict', message, details(of, name, of.plural));
}

/** `as` is the kind in almost every message; the plural where the storage layer speaks. */
export function invalid(of: Named, name: string, causes: readonly Cause[], as: string = of.kind): ApiError {
  const words = causes
    .map((cause) => `${cause.field}: ${cause.message}`)
    .filter((word, i, all) => all.indexOf(word) === i);
  const list = words.length === 1 ? words[0] : `[${words.join(', ')}]`;
  return failure(422, 'Invalid', `${qualified(as, of.group)} "${name}" is invalid: ${list}`, {
    ...details(of, name, as),
    causes,
  });
}

export function badRequest(message: string): ApiError {
  return failure(400, 'BadRequest', message);
}

export function expired(message: string): ApiError {
  return failure(410, 'Expired', message);
}

export function methodNotAllowed(): ApiError {
  return failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function noResource(): ApiError {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function unauthorized(): ApiError {
  return failure(401, 'Unauthorized', 'Unauthorized');
}

/** An internal error as the API server's generic registry lets it through: no reason, no details. */
export function internal(message: string): ApiError {
  return failure(500, undefined, message);
}
