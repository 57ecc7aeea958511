// SPDX-License-Identifier: GPL-3.0-or-later
/** Calls of the services that speak JSON, as the plain client sends them. */
import type { Client } from './client.ts';

const services = {
  kms: { host: 'kms', target: 'TrentService', version: '1.1' },
  monitoring: { host: 'monitoring', target: 'GraniteServiceVersion20100801', version: '1.0' },
} as const;

export interface RpcAnswer {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
  // oxlint-disable-next-line no-explicit-any -- what a test reads of an answer, it knows
  readonly body: any;
}

export async function rpc(
  client: Client,
  service: keyof typeof services,
  action: string,
  input: object = {},
): Promise<RpcAnswer> {
  const { host, target, version } = services[service];
  const { status, text } = await client.send(service, {
    method: 'POST',
    host: `${host}.${client.region}.amazonaws.com`,
    path: '/',
    body: JSON.stringify(input),
    headers: {
      'content-type': `application/x-amz-json-${version}`,
      'x-amz-target': `${target}.${action}`,
    },
  });
  const body = JSON.parse(text);
  return { status, code: body.__type?.split('#')[1], message: body.message, body };
}
