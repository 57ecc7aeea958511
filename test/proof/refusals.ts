// SPDX-License-Identifier: GPL-3.0-or-later
/** Refusals in each service's own words. */
import type { HttpResponse } from '../../src/wire/call.ts';

function bytes(text: string): AsyncIterable<Uint8Array> {
  return (async function* () {
    yield new TextEncoder().encode(text);
  })();
}

function answer(status: number, body: string, headers: Record<string, string>): HttpResponse {
  return { status, headers, body: bytes(body) };
}

interface Words {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const awsWords = {
  error: { status: 500, code: 'InternalError', message: 'We encountered an internal error. Please try again.' },
  iamError: {
    status: 500,
    code: 'InternalFailure',
    message: 'The request processing has failed because of an unknown error.',
  },
  slowDown: { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' },
  throttling: { status: 400, code: 'Throttling', message: 'Rate exceeded' },
} as const satisfies Record<string, Words>;

const kubeWords = {
  error: {
    status: 500,
    code: 'InternalError',
    message: 'an error on the server has prevented the request from succeeding',
  },
  throttled: { status: 429, code: 'TooManyRequests', message: 'the server has received too many requests' },
  conflict: {
    status: 409,
    code: 'Conflict',
    message: 'the object has been modified; please apply your changes to the latest version',
  },
} as const satisfies Record<string, Words>;

/** Of a site: the firewall, and proxies before a cloud, say it by the status. */
const jsonServices = new Set(['opnsense', 'keystone', 'neutron']);

export type Refused = 'error' | 'throttled' | 'conflict' | 'gateway';

/**
 * Proxmox VE dies with a 500 and says why in the status line, and in JSON since 9 (PVE::APIServer::AnyEvent; PVE::RESTEnvironment, fork_worker;
 * PVE::Tools, lock_file); its proxy gives up with 596 (PVE::APIServer::AnyEvent, proxy_request).
 */
const pveWords: Readonly<Record<Refused, readonly [status: number, reason: string]>> = {
  error: [500, 'got no worker upid - start worker failed'],
  throttled: [500, "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout"],
  conflict: [500, 'detected modified configuration - file changed by other user? Try again.'],
  gateway: [596, 'Connection timed out'],
};

/** Proxmox Backup Server says 400 and the text, whatever it is (proxmox-rest-server, formatter.rs; proxmox-sys, open_file_locked). */
const pbsWords: Readonly<Record<Refused, string>> = {
  error: "unable to open file '/etc/proxmox-backup/.user.lck' - Too many open files (os error 24)",
  throttled: 'Unable to acquire lock "/etc/proxmox-backup/.datastore.lck" - Interrupted system call (os error 4)',
  conflict: 'detected modified configuration - file changed by other user? Try again.',
  gateway: 'error trying to connect: tcp connect error: Connection refused (os error 111)',
};

function refusalOfProxmox(service: 'pve' | 'pbs', why: Refused): HttpResponse {
  const headers = { 'content-type': 'application/json;charset=UTF-8' };
  if (service === 'pbs') return { ...answer(400, pbsWords[why], headers), reason: 'Bad Request' };
  const [status, reason] = pveWords[why];
  return { ...answer(status, JSON.stringify({ data: null, message: `${reason}\n` }), headers), reason };
}

/** A refusal in the service's own words (S3 REST error responses; IAM and STS query errors; Kubernetes Status). */
export function refusal(service: string, why: Refused): HttpResponse {
  if (service === 'pve' || service === 'pbs') return refusalOfProxmox(service, why);
  // of others no proxy is known
  return refusalOfOthers(service, why === 'gateway' ? 'error' : why);
}

/** Its protocol is JSON (ACM API reference, "Common Errors"). */
function refusalOfAcm(throttled: boolean): HttpResponse {
  const code = throttled ? 'ThrottlingException' : 'InternalFailure';
  const { message } = throttled ? awsWords.throttling : awsWords.iamError;
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code };
  return answer(throttled ? 400 : 500, JSON.stringify({ __type: code, message }), headers);
}

function refusalOfOthers(service: string, why: Exclude<Refused, 'gateway'>): HttpResponse {
  if (service === 'kubernetes') {
    const { status, code, message } = kubeWords[why];
    const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: code, code: status, message };
    return answer(status, JSON.stringify(body), {
      'content-type': 'application/json',
      ...(why === 'throttled' ? { 'retry-after': '2' } : {}),
    });
  }
  if (jsonServices.has(service)) {
    const body = JSON.stringify({ errorMessage: why === 'throttled' ? 'Too many requests' : 'Unexpected error' });
    return answer(why === 'throttled' ? 429 : 500, body, { 'content-type': 'application/json' });
  }
  if (service === 'acm') return refusalOfAcm(why === 'throttled');
  const s3 = service === 's3';
  const words =
    why === 'throttled' ? (s3 ? awsWords.slowDown : awsWords.throttling) : s3 ? awsWords.error : awsWords.iamError;
  const inside = `<Code>${words.code}</Code><Message>${words.message}</Message>`;
  const body = s3
    ? `<?xml version="1.0" encoding="UTF-8"?><Error>${inside}<RequestId>R</RequestId></Error>`
    : `<ErrorResponse><Error><Type>Receiver</Type>${inside}</Error><RequestId>R</RequestId></ErrorResponse>`;
  return answer(words.status, body, { 'content-type': s3 ? 'application/xml' : 'text/xml' });
}
