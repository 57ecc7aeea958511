// SPDX-License-Identifier: GPL-3.0-or-later
/** One whole operator in simulated worlds, with canaries in every secret input, and everything that it showed. */
import type { HttpResponse, Transport } from '../../src/wire/call.ts';
import { putSecret, worlds, type Running, type Worlds } from '../operator/worlds.ts';
import { formsOf } from '../leaks/forms.ts';
import type { Shown } from './search.ts';

const account = '123456789012';
/** The token of the operator's connection to the API server, in test/operator/worlds.ts. */
export const kubernetesToken = 'service-account-token';
/** As AWS makes them, with the two characters that encodings change. */
export const userSecret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
export const wrongSecret = 'Wr0ng/Secret+OfSomebodyElse/EXAMPLEKEY00';
export const editedSecret = 'Ed1ted/ByHand+AndNotDelivered/EXAMPLEKEY';

export interface Stalked extends Worlds {
  readonly running: Running;
  /** By name: what must not be seen. Grows as keys are made. */
  canaries(): Record<string, string>;
  /** Everything that was shown so far. */
  shown(): Promise<Shown>;
}

/** Gives the account's root key a secret of our choice, which only its user can do in life. */
function withSecret(world: Worlds, secret: string): string {
  const { accessKeyID, secretAccessKey } = world.aws.account(account).rootKey;
  const snapshot = JSON.stringify(world.aws.snapshot());
  world.aws.restore(JSON.parse(snapshot.replaceAll(secretAccessKey, secret)) as never);
  return accessKeyID;
}

/** @param around Stands between the operator and the worlds. */
export async function stalk(around: (transport: Transport) => Transport = (same) => same): Promise<Stalked> {
  const world = worlds({ grants: {} });
  const accessKeyID = withSecret(world, userSecret);
  await putSecret(world, 'aws', { accessKeyID, secretAccessKey: userSecret });
  const running = world.operator({ transport: around(world.transport) });
  const made = new Map<string, string>();

  function canaries(): Record<string, string> {
    for (const { keys } of world.aws.account(account).users()) for (const key of keys) made.set(key.id, key.secret);
    const delivered = [...made].map(([id, secret]) => [`secret of ${id}`, secret]);
    return {
      'Kubernetes token': kubernetesToken,
      'user secret': userSecret,
      'wrong secret': wrongSecret,
      'edited secret': editedSecret,
      ...(Object.fromEntries(delivered) as Record<string, string>),
    };
  }

  async function shown(): Promise<Shown> {
    const kinds = ['backuptargets', 'events', 'leases', 'configmaps', 'secrets', 'namespaces'];
    const objects = kinds.flatMap((kind) =>
      world.kubernetes.objects(kind).map((object) => {
        const { data, ...rest } = object as unknown as { data?: unknown; metadata: { name: string } };
        const whole = kind === 'secrets' ? rest : { ...rest, data };
        return [`${kind}/${rest.metadata.name}`, JSON.stringify(whole)] as const;
      }),
    );
    // a line, and what a reader of it sees: JSON escapes once more
    const lines = running.lines.flatMap((line) => [line, ...textsIn(JSON.parse(line))]);
    return [
      ...objects,
      ...objects.flatMap(([where, text]) => textsIn(JSON.parse(text)).map((one) => [where, one] as const)),
      ...lines.map((line) => ['log', line] as const),
      ...running.records.map((record) => ['record of a call', JSON.stringify(record)] as const),
      ['metrics', (await running.metrics.text()).text],
    ];
  }

  return { ...world, running, canaries, shown };
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/** Everything of a request that a careless server could write into its answer: headers, body, and the secrets in every form. */
function echoOf(request: Parameters<Transport>[0], secrets: readonly string[]): string {
  const body = request.body === undefined ? '' : Buffer.from(request.body).toString();
  const forms = secrets.flatMap((secret) => Object.values(formsOf(secret)));
  return [JSON.stringify(request.headers), body, ...forms].join(' ; ');
}

/** A server that refuses with an answer that holds all it was sent. */
export function echo(request: Parameters<Transport>[0], status: number, secrets: readonly string[]): HttpResponse {
  const text = echoOf(request, secrets);
  if (request.url.host === 'kubernetes.test') {
    const body = {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      reason: 'Invalid',
      code: status,
      message: text,
    };
    return { status, headers: { 'content-type': 'application/json' }, body: bytes(JSON.stringify(body)) };
  }
  const message = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const error = `<Error><Code>AccessDenied</Code><Message>${message}</Message><RequestId>1</RequestId></Error>`;
  const inIam = `<ErrorResponse>${error}<RequestId>1</RequestId></ErrorResponse>`;
  const xml = request.url.pathname === '/' && request.method === 'POST' ? inIam : error;
  return { status, headers: { 'content-type': 'application/xml' }, body: bytes(xml) };
}
