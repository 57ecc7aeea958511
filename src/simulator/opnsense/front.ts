// SPDX-License-Identifier: GPL-3.0-or-later
/** A request's way: faults, who asks, which action (Mvc/Router.php), the log. */
import { keep, type CallLogEntry } from '../kernel/call-log.ts';
import type { FaultRule, FaultRules } from '../kernel/faults.ts';
import type { RandomState } from '../kernel/random.ts';
import { bytesOf, NetworkError, respond, type SimRequest, type SimResponse } from '../kernel/service.ts';
import { admit, type User } from './access.ts';
import { actions, type Action, type Body } from './actions.ts';
import { UserError, type Json } from './collections.ts';
import type { Firewall } from './state.ts';

export interface Front {
  readonly firewall: Firewall;
  readonly users: ReadonlyMap<string, User>;
  readonly faults: FaultRules;
  readonly random: RandomState;
  readonly calls: CallLogEntry[];
}

interface Visit {
  readonly name: string;
  readonly action: Action | undefined;
  readonly args: readonly string[];
}

function visitOf({ pathname }: URL): Visit {
  const [api, ...parts] = pathname.split('/').filter((part) => part !== '');
  const name = parts.slice(0, 3).join('/');
  const known = api === 'api' ? actions.get(name.replaceAll('_', '').toLowerCase()) : undefined;
  return { name, action: known, args: parts.slice(3).map(decodeURIComponent) };
}

function bodyOf({ headers, body }: SimRequest): Body | 'broken' {
  const text = Buffer.from(bytesOf(body)).toString('utf8');
  const type = (headers['content-type'] ?? '').replaceAll(' ', '').toLowerCase();
  if (type !== 'application/json' && type !== 'application/json;charset=utf-8') return {};
  if (text === '') return 'broken';
  try {
    const parsed = JSON.parse(text) as unknown;
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Body) : {};
  } catch {
    return {};
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const json = (status: number, body: Json): Answer => ({ status, body: JSON.stringify(body) });

function perform({ firewall }: Front, request: SimRequest, { visit, user }: { visit: Visit; user: User }): Answer {
  const { action, args } = visit;
  const body = bodyOf(request);
  if (body === 'broken') return json(400, { status: 400, message: 'Invalid JSON syntax' });
  if (!action) return json(404, { errorMessage: 'Endpoint not found' });
  if (action.onGet !== undefined && request.method !== 'POST') return json(200, action.onGet);
  try {
    // throwReadOnly, before anything is saved
    if (
      action.effect === 'write' &&
      user.privileges.includes('user-config-readonly') &&
      !visit.name.endsWith('reconfigure')
    )
      throw new UserError('User api denied for write access (user-config-readonly set)');
    return json(200, action.run({ firewall, args, body }));
  } catch (error) {
    if (error instanceof UserError) return json(500, { errorMessage: error.message, errorTitle: '' });
    return json(500, { errorMessage: 'Unexpected error, check log for details' });
  }
}

function strike(fault: FaultRule | undefined, when: 'before' | 'after'): Answer | undefined {
  if (!fault) return undefined;
  const { kind, status = 500, code = 'Unexpected error, check log for details' } = fault;
  const network = when === 'before' ? ['requestLost', 'hang'] : ['answerLost', 'reset', 'lateEffect'];
  if (network.includes(kind)) throw new NetworkError('ECONNRESET', 'socket hang up');
  const errors = when === 'before' ? ['error', 'throttle'] : ['errorAfter'];
  return errors.includes(kind) ? json(status, { errorMessage: code }) : undefined;
}

function record(
  front: Front,
  visit: Visit,
  entry: Pick<CallLogEntry, 'status' | 'applied'> & { fault?: string },
): void {
  const { firewall, calls } = front;
  keep(calls, {
    index: (calls.at(-1)?.index ?? 0) + 1,
    at: firewall.clock.now(),
    service: 'opnsense',
    action: visit.name,
    effect: visit.action?.effect ?? 'read',
    parameters: visit.args[0] === undefined ? {} : { uuid: visit.args[0] },
    ...entry,
  });
}

function admitted(front: Front, request: SimRequest, visit: Visit): Answer {
  const admission = admit(front.users, request.headers['authorization'], request.url.pathname.slice(1));
  return 'user' in admission ? perform(front, request, { visit, user: admission.user }) : admission;
}

const tookEffect = ({ status, body }: Answer) => status === 200 && !body.includes('"failed"');

function visited(front: Front, request: SimRequest, visit: Visit): Answer {
  const effect = visit.action?.effect ?? 'read';
  const fault = front.faults.strike({ service: 'opnsense', action: visit.name, effect }, front.random);
  const noted = { status: 0, applied: false, ...(fault ? { fault: fault.kind } : {}) };
  try {
    let given = strike(fault, 'before');
    if (!given) {
      given = admitted(front, request, visit);
      noted.applied = effect === 'write' && tookEffect(given);
      given = strike(fault, 'after') ?? given;
    }
    noted.status = given.status;
    return given;
  } finally {
    record(front, visit, noted);
  }
}

/** Where the network breaks it is rejected. */
export async function answer(front: Front, request: SimRequest): Promise<SimResponse> {
  await Promise.resolve();
  const { status, body } = visited(front, request, visitOf(request.url));
  return respond(status, { 'content-type': 'application/json; charset=UTF-8' }, body);
}
