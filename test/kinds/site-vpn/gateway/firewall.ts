// SPDX-License-Identifier: GPL-3.0-or-later
/** Runs a rendered script against a server in the firewall's place. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { programAt } from './checkers/programs.ts';

export const curl = programAt('/usr/bin/curl');

interface Got {
  readonly path: string;
  readonly body: string;
}

export interface Ran {
  readonly got: readonly Got[];
  readonly status: number;
  /** On the standard error. */
  readonly said: string;
}

/** `answer` is JSON, or a number: a status without success. */
export async function sent(
  script: string,
  prefix: string,
  answer: (got: Got, number: number) => unknown,
): Promise<Ran> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const one = { path: request.url ?? '', body: Buffer.concat(pieces).toString() };
      const answered = answer(one, got.push(one));
      if (typeof answered === 'number') response.statusCode = answered;
      response.end(JSON.stringify(answered));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const environment = { URL: `http://127.0.0.1:${port}`, NETRC: '/dev/null', HEADER: '/dev/null', CA: '/dev/null' };
  const env = Object.fromEntries(Object.entries(environment).map(([name, value]) => [`${prefix}_${name}`, value]));
  try {
    const run = promisify(execFile)('/bin/sh', ['-c', script], {
      timeout: 20_000,
      env: { ...env, PATH: '/usr/bin:/bin' },
    });
    const outcome = await run.then(
      () => ({ status: 0, said: '' }),
      (error: { code: number; stderr: string }) => ({ status: error.code, said: error.stderr }),
    );
    return { got, ...outcome };
  } finally {
    server.close();
  }
}
