// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * One look of one checker at a real endpoint. Sources: Developer Guide, "How Amazon Route 53 determines whether a health check is healthy" (times,
 * status codes, 5,120 bytes); API_HealthCheckConfig, "FullyQualifiedDomainName" (Host header), "EnableSNI".
 */
import { request as requestPlain, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestSecure } from 'node:https';
import { connect, isIP } from 'node:net';
import type { SimClock } from '../../../kernel/clock.ts';
import type { HealthCheck } from '../state.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface LookResult {
  readonly healthy: boolean;
  readonly report: string;
}

interface Stage {
  readonly clock: SimClock;
  readonly signal: AbortSignal;
}

const bodyBytes = 5120;

/** Never throws: what goes wrong is what it reports. */
export async function look(check: HealthCheck, endpoint: Endpoint, clock: SimClock): Promise<LookResult> {
  const end = new AbortController();
  const stage = { clock, signal: end.signal };
  try {
    return check.config.type === 'TCP' ? await lookTcp(endpoint, stage) : await lookHttp(check, endpoint, stage);
  } catch (error) {
    const { message = 'unknown' } = error as Partial<Error>;
    return { healthy: false, report: `Failure: ${message}` };
  } finally {
    end.abort();
  }
}

/** @throws Error when `ms` milliseconds of the world's time pass first */
async function inTime<T>({ clock, signal }: Stage, ms: number, work: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = clock.sleep(ms, AbortSignal.any([signal, stop.signal])).then((): never => {
    throw new Error(
      'The health checker could not establish a connection, or read the response, within the time limit.',
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    stop.abort();
  }
}

async function lookTcp({ host, port }: Endpoint, stage: Stage): Promise<LookResult> {
  const socket = connect(port, host);
  stage.signal.addEventListener('abort', () => socket.destroy());
  const connected = new Promise((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('error', reject);
  });
  await inTime(stage, 10_000, connected);
  return { healthy: true, report: 'Success: TCP connection established' };
}

async function lookHttp(check: HealthCheck, endpoint: Endpoint, stage: Stage): Promise<LookResult> {
  const response = await inTime(stage, 6000, responseOf(check, endpoint, stage));
  const { statusCode: status = 0, statusMessage = '' } = response;
  const line = `HTTP Status Code ${status}, ${statusMessage}`;
  if (status < 200 || status >= 400) return { healthy: false, report: `Failure: ${line}` };
  const { search } = check.config;
  if (search === undefined) return { healthy: true, report: `Success: ${line}` };
  const body = await inTime(stage, 2000, startOf(response));
  return body.includes(search)
    ? { healthy: true, report: `Success: ${line}` }
    : {
        healthy: false,
        report: `Failure: The search string is not in the first ${bodyBytes} bytes of the response body`,
      };
}

/** Connected within four seconds, a status within two more. */
function responseOf(check: HealthCheck, { host, port }: Endpoint, { clock, signal }: Stage): Promise<IncomingMessage> {
  const { config, id } = check;
  const secure = config.type.startsWith('HTTPS');
  const headers = { host: hostHeader(check), 'user-agent': `Amazon-Route53-Health-Check-Service (ref ${id})` };
  const options: RequestOptions = { host, port, path: config.path ?? '/', headers, agent: false, signal };
  const named = config.sni === true && config.domain !== undefined ? { servername: config.domain } : {};
  return new Promise((resolve, reject) => {
    // "HTTPS health checks don't validate SSL/TLS certificates" (Developer Guide, same page)
    const request = secure ? requestSecure({ ...options, ...named, rejectUnauthorized: false }) : requestPlain(options);
    request.on('response', resolve);
    request.on('error', reject);
    request.on('socket', (socket) => {
      const gone = new AbortController();
      socket.once('connect', () => gone.abort());
      void clock.sleep(4000, AbortSignal.any([signal, gone.signal])).then(() => {
        if (!gone.signal.aborted)
          request.destroy(new Error('The health checker could not establish a connection within the time limit.'));
      });
    });
    request.end();
  });
}

function hostHeader({ config: { domain, ip, port, type } }: HealthCheck): string {
  const name = domain ?? (isIP(ip ?? '') === 6 ? `[${ip}]` : (ip ?? ''));
  const usual = type.startsWith('HTTPS') ? 443 : 80;
  return port === undefined || port === usual ? name : `${name}:${port}`;
}

async function startOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response) {
    parts.push(part as Buffer);
    size += (part as Buffer).byteLength;
    if (size >= bodyBytes) break;
  }
  return Buffer.concat(parts).subarray(0, bodyBytes).toString();
}
