// SPDX-License-Identifier: GPL-3.0-or-later
/** What stands between the operator and moto in some tests. */
import type { HttpResponse, Transport } from '../../src/wire/call.ts';

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  if (text !== '') yield new TextEncoder().encode(text);
}

function answer(status: number, text = ''): HttpResponse {
  return { status, headers: {}, body: bytes(text) };
}

/** Bucket policies are kept here and never reach moto, which would refuse every object by them: it ignores their conditions. */
export function withoutBucketPolicies(): (transport: Transport) => Transport {
  const policies = new Map<string, string>();
  return (transport) => async (request) => {
    const { url, method, body } = request;
    if (!url.searchParams.has('policy')) return transport(request);
    if (method === 'GET') {
      const kept = policies.get(url.pathname);
      return kept === undefined ? transport(request) : answer(200, kept);
    }
    if (method === 'PUT') policies.set(url.pathname, body === undefined ? '' : Buffer.from(body).toString());
    return answer(204);
  };
}

/** Loses the answer to the first call of this IAM action, after it took effect. */
export function dropping(action: string, transport: Transport): Transport {
  let dropped = false;
  return async (request) => {
    const response = await transport(request);
    const form = request.body === undefined ? '' : Buffer.from(request.body).toString();
    if (dropped || !form.includes(`Action=${action}&`)) return response;
    dropped = true;
    for await (const piece of response.body) void piece;
    throw Object.assign(new Error('the connection broke'), { code: 'ECONNRESET' });
  };
}
