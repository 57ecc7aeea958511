// SPDX-License-Identifier: GPL-3.0-or-later
/** The DNS server of the simulated Route 53, and its health checkers, for `dig` and for web servers of somebody's own. */
import { UsageError } from '../../operator/configuration.ts';
import type { AwsWorld } from '../../simulator/aws/index.ts';
import { serveDns, type ServedDns } from '../../simulator/dns/server.ts';
import { CommandError } from '../command/exit-status.ts';

export interface NamesOptions {
  /** 0, the default, takes any that is free. */
  readonly dnsPort?: number;
  /** `203.0.113.10:80=127.0.0.1:8080`: what health checks of the first really look at. Other endpoints answer. */
  readonly probes?: readonly string[];
}

const probeForm = /^([^\s=]+:\d{1,5})=((?:127(?:\.\d{1,3}){3}|localhost):\d{1,5})$/;

/** @throws {UsageError} for one that has another form, or leads away from this machine */
export function probesOf(given: readonly string[]): Readonly<Record<string, string>> {
  const pairs = given.map((text) => {
    const [, endpoint, here] = probeForm.exec(text) ?? [];
    if (endpoint === undefined || here === undefined)
      throw new UsageError(
        `--probe is "${text.slice(0, 60)}": give ADDRESS:PORT=127.0.0.1:PORT, the endpoint of a health check and where it is on this machine`,
      );
    return [endpoint.toLowerCase(), here] as const;
  });
  return Object.fromEntries(pairs);
}

/** @throws CommandError in one line: a port in use */
export async function serveNames(aws: AwsWorld, { dnsPort = 0, probes = [] }: NamesOptions): Promise<ServedDns> {
  const map = probesOf(probes);
  const served = await serveDns((question) => aws.route53.answer(question), { port: dnsPort }).catch(
    (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${error.code})`;
      throw new CommandError(`port ${dnsPort} ${why}: give another --dns-port, or 0 for any that is free`);
    },
  );
  const prober = Object.keys(map).length > 0 ? aws.route53.health.probe(map) : undefined;
  return {
    ...served,
    close: async () => {
      await Promise.all([prober?.stop(), served.close()]);
    },
  };
}
