// SPDX-License-Identifier: GPL-3.0-or-later
/** A server of the contract behind a kubeconfig. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Agent, request } from 'undici';
import { parse } from 'yaml';
import type { Sent, Server } from './exchange.ts';

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: {
      readonly server: string;
      readonly 'certificate-authority'?: string;
      readonly 'certificate-authority-data'?: string;
    };
  }[];
}

export function networkServer(kubeconfig: string): Server & { close(): Promise<void> } {
  const config = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const cluster = config.clusters[0]!.cluster;
  const file = cluster['certificate-authority'];
  const data = cluster['certificate-authority-data'];
  const ca = data ? Buffer.from(data, 'base64') : file ? readFileSync(resolve(dirname(kubeconfig), file)) : undefined;
  const dispatcher = new Agent({ connect: ca ? { ca } : {}, bodyTimeout: 20_000 });
  const answer = async ({ method, path, headers, body }: Sent, during?: () => Promise<void>) => {
    const response = await request(new URL(path, cluster.server), {
      method: method as 'GET',
      headers,
      body: body ?? null,
      dispatcher,
    });
    await during?.();
    const warning = response.headers.warning;
    const flat = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
    if (warning === undefined) delete flat.warning;
    return { status: response.statusCode, headers: flat, text: await response.body.text() };
  };
  return { send: (sent) => answer(sent), watch: answer, close: () => dispatcher.close() };
}
