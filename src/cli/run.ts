// SPDX-License-Identifier: GPL-3.0-or-later
/** `run`: the operator on a cluster, until a signal or the loss of its lease ends it. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { parsePrices, type Prices } from '../clouds/aws/s3/prices.ts';
import { InstalledHaproxy } from '../clouds/haproxy/installed-haproxy.ts';
import type { Connection } from '../kube/connection.ts';
import { readConfiguration, unknownVariables, UsageError, type Configuration } from '../operator/configuration.ts';
import { createLog, type Log } from '../operator/log.ts';
import { ownIdentity } from '../clouds/aws/iam/own-identity.ts';
import { Redactor } from '../wire/redaction.ts';
import type { Dial, Transport } from '../wire/call.ts';
import { tcpDial } from '../wire/tcp-dial.ts';
import { undiciTransport } from '../wire/undici-transport.ts';
import { CommandError } from './command/exit-status.ts';
import type { Call } from './command/verb.ts';
import { compose } from './compose.ts';
import { connectionOf } from './connection-of.ts';
import { guardCrashes } from './crash.ts';
import { systemClock } from './system-clock.ts';

export async function run({ argv, env, given }: Call): Promise<number> {
  const simulate = given.switches.has('simulate');
  const configuration = readConfiguration(
    argv.filter((word) => word !== '--simulate'),
    env,
  );
  const prices = pricesIn(configuration);
  const redactor = new Redactor();
  const log = createLog({
    level: configuration.logLevel,
    scrub: (line) => redactor.scrub(line),
    write: (line) => process.stdout.write(line),
  });
  guardCrashes(log, process);
  for (const name of unknownVariables(env)) log.warn({ name }, 'a variable is set that is no setting of ours');
  const network = { transport: undiciTransport(), dial: tcpDial };
  if (!simulate)
    return serve({ configuration, connection: connectionOf(configuration), log, redactor, env, prices, ...network });
  const { simulatedWorlds } = await import('./simulated-worlds.ts');
  const worlds = await simulatedWorlds();
  process.stderr.write(`Simulated worlds, gone when this ends. In another terminal:\n  ${worlds.lines.join('\n  ')}\n`);
  const { endpoint, connection, credentials, dial } = worlds;
  const transport = worlds.carrying(network.transport);
  const local = { ...configuration, awsEndpoint: endpoint, httpAddress: '127.0.0.1', httpPort: 0 };
  const status = await serve({
    configuration: local,
    connection,
    log,
    redactor,
    env: credentials,
    prices,
    transport,
    dial,
  });
  await worlds.close();
  return status;
}

interface Serving {
  readonly configuration: Configuration;
  readonly connection: Connection;
  readonly log: Log;
  readonly redactor: Redactor;
  readonly env: Call['env'];
  readonly prices: Prices | undefined;
  readonly transport: Transport;
  readonly dial: Dial;
}

async function serve({
  configuration,
  connection,
  log,
  redactor,
  env,
  prices,
  transport,
  dial,
}: Serving): Promise<number> {
  const { operator } = compose({
    ...(prices ? { prices } : {}),
    configuration,
    connection,
    transport,
    dial,
    haproxy: new InstalledHaproxy({ now: () => systemClock.now() }),
    clock: systemClock,
    random: Math.random,
    log,
    redactor,
    identity: `${hostname()}_${randomUUID()}`,
    ownIdentity: (wire) => ownIdentity({ wire, clock: systemClock, env, ...endpointOf(configuration) }),
  });
  const stop = (signal: string) => void operator.stop(signal);
  process.once('SIGTERM', stop).once('SIGINT', stop);
  const ending = await operator.run().catch((error: unknown) => {
    throw new CommandError(
      `health and metrics cannot be served on ${configuration.httpAddress}:${configuration.httpPort} (${(error as NodeJS.ErrnoException).code ?? 'unknown'}): give another --http-port`,
    );
  });
  log.info({ why: ending.why }, 'ended');
  return ending.status;
}

/** @throws UsageError in one line: what is wrong with the file, and where. */
function pricesIn({ prices: file }: Configuration): Prices | undefined {
  if (file === undefined) return undefined;
  try {
    return parsePrices(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new UsageError(`--prices (HYBRID_PRICES) names ${file}, which is no price list: ${why}`);
  }
}

function endpointOf({ awsEndpoint }: Configuration): { endpoint?: string } {
  return awsEndpoint === undefined ? {} : { endpoint: awsEndpoint };
}
