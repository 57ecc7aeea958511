// SPDX-License-Identifier: GPL-3.0-or-later
/** A session whose wire answers what a test says, in Route 53's XML: for orders of events that no service can be made to show. */
import { AwsSession } from '../../../../src/clouds/aws/session.ts';
import type { Scope } from '../../../../src/core/scope.ts';
import { VirtualClock } from '../../../../src/simulator/kernel/clock.ts';
import type { Call, HttpRequest, Wire } from '../../../../src/wire/call.ts';

export const scope: Scope = { kind: 'GslbEndpoint', namespace: 'default', name: 'gslb', uid: 'u1', policy: 'Apply' };

/** Elements by name; a list repeats the one inside: `{ HostedZones: { HostedZone: [{ Id: 'Z1' }] } }`. */
export type Xml = string | number | boolean | { readonly [name: string]: Xml | readonly Xml[] };

function written(xml: Xml): string {
  if (typeof xml !== 'object') return String(xml).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return Object.entries(xml)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? (value as Xml[]) : [value as Xml]).map((one) => `<${name}>${written(one)}</${name}>`),
    )
    .join('');
}

export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message = code, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** As Route 53 answers where there is more than one thing to say: not in the envelope of all other errors. */
export class BareRefusal extends Error {
  readonly messages: readonly string[];

  constructor(...messages: readonly string[]) {
    super(messages.join(' '));
    this.messages = messages;
  }
}

export type Answer = (call: Call, request: HttpRequest) => Xml | Promise<Xml>;

/** @param answers By action. */
export function scripted(answers: Readonly<Record<string, Answer>>) {
  const clock = new VirtualClock();
  const calls: Call[] = [];
  const throttled: Call[] = [];
  const wire: Wire = {
    async send(call, request) {
      calls.push(call);
      const respond = (status: number, xml: Xml) => ({
        status,
        headers: { 'content-type': 'text/xml' },
        body: (async function* () {
          yield new TextEncoder().encode(`<?xml version="1.0"?>${written(xml)}`);
        })(),
      });
      try {
        const answer = answers[call.action];
        if (!answer) throw new Refusal('InvalidAction', `nobody said what ${call.action} answers`);
        return respond(200, { [`${call.action}Response`]: await answer(call, request) });
      } catch (error) {
        if (error instanceof BareRefusal)
          return respond(400, { InvalidChangeBatch: { Messages: { Message: error.messages }, RequestId: 'r' } });
        if (!(error instanceof Refusal)) throw error;
        const Error = { Type: 'Sender', Code: error.code, Message: error.message };
        return respond(error.status, { ErrorResponse: { Error, RequestId: 'r' } });
      }
    },
    throttled: (call) => void throttled.push(call),
  };
  const session = new AwsSession({
    wire,
    clock,
    region: 'us-east-1',
    account: '123456789012',
    origin: 'secret',
    credentials: { accessKeyID: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'not-a-secret-of-anybody' },
  });
  return { clock, session, calls, throttled, sent: (action: string) => calls.filter((call) => call.action === action) };
}
