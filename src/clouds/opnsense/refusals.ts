// SPDX-License-Identifier: GPL-3.0-or-later
/** Why an OPNsense does not do what it was asked to; validation errors come with HTTP 200. */
import type { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import { oneLine } from '../../core/one-line.ts';
import type { HttpsAnswer } from '../https/answer.ts';
import { failureOf } from '../https/failures.ts';
import { errorSchema, resultSchema } from './answers.ts';

const cures = {
  unauthorized:
    'Make an API key for a user of the firewall (System, Access, Users), and put key and secret into the Secret.',
  forbidden:
    'Give the user of that API key the privileges "VPN: IPsec: Connections", "VPN: IPsec: Edit Pre-Shared Keys", "System: Gateways" and "System: Static Routes".',
};

function saidIn(text: string): string {
  try {
    const { data } = errorSchema.safeParse(JSON.parse(text));
    return data?.errorMessage ?? data?.message ?? '';
  } catch {
    return '';
  }
}

/** Of a status that is no success. */
export function refusedByStatus(answer: HttpsAnswer, who: string, action: string): Failure {
  if (answer.status === 404)
    return new Failure({
      class: 'Denied',
      reason: 'DeviceTooOld',
      message: `${who} does not know ${action}. Correct the url, or update the firewall: its API has that since 24.7.`,
    });
  const said = saidIn(answer.text);
  return failureOf(answer, { who, action, cures, ...(said === '' ? {} : { said }) });
}

/** configd lists gateways anew every 20 seconds (actions_interface.conf, gateways.list): until then a route by a new one is refused. */
const ofNewGateway = 'route.gateway';

/** Others take the first free number, too; texts are in the language of the firewall, and cannot be told apart. */
const ofTakenNumber = 'vti.reqid';

type Result = z.output<typeof resultSchema>;

function wasDone({ result, status = 'ok', validations }: Result): boolean {
  return validations === undefined && result !== 'failed' && status === 'ok';
}

function reasonIn({ result, status, validations = {} }: Result): string {
  const words = Object.entries(validations).map(
    ([field, text]) => `${field}: ${Array.isArray(text) ? text.join(' ') : text}`,
  );
  return oneLine(words.join('; ') || status || result || 'no reason given').slice(0, 300);
}

/** Of an answer with status 200: `undefined` when it was done. */
export function refusedByResult(answer: unknown, who: string, action: string): Failure | undefined {
  const parsed = resultSchema.safeParse(answer);
  const result: Result = parsed.success ? parsed.data : { result: 'failed' };
  if (wasDone(result)) return undefined;
  const why = reasonIn(result);
  const only = (field: string) => Object.keys(result.validations ?? {}).join() === field;
  if (only(ofNewGateway))
    return new Failure({
      class: 'Transient',
      reason: 'NotVisibleYet',
      applied: 'no',
      message: `${who} does not list the new gateway yet (${why})`,
    });
  if (only(ofTakenNumber))
    return new Failure({
      class: 'Transient',
      reason: 'Conflict',
      applied: 'no',
      message: `${who} has an interface of that number by now (${why})`,
    });
  return new Failure({
    class: 'Denied',
    reason: 'DeviceRefused',
    message: `${who} refuses ${action} (${why}). Correct what that names, on the firewall or in the spec.`,
  });
}
