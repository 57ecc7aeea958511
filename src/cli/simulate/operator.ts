// SPDX-License-Identifier: GPL-3.0-or-later
/** The operator between simulated worlds, in this process. */
import { ownIdentity } from '../../clouds/aws/iam/own-identity.ts';
import { readConfiguration } from '../../operator/configuration.ts';
import { createLog } from '../../operator/log.ts';
import type { Transport } from '../../wire/call.ts';
import { Redactor } from '../../wire/redaction.ts';
import { undiciTransport } from '../../wire/undici-transport.ts';
import { compose } from '../compose.ts';
import type { SimulatedWorlds } from '../simulated-worlds.ts';

export interface RunningOperator {
  /** Resolves when it works. */
  readonly ready: Promise<void>;
  stop(why: string): Promise<void>;
}

const pollMs = 20;

/** Its warnings go to stderr. */
export function startOperator(
  worlds: SimulatedWorlds,
  identity: string,
  transport: Transport = undiciTransport(),
): RunningOperator {
  const redactor = new Redactor();
  const { clock, credentials: env } = worlds;
  const configuration = readConfiguration(['--http-address', '127.0.0.1', '--http-port', '0'], {});
  const { operator } = compose({
    configuration: { ...configuration, awsEndpoint: worlds.endpoint },
    connection: worlds.connection,
    transport: worlds.carrying(transport),
    dial: worlds.dial,
    clock,
    random: Math.random,
    log: createLog({
      level: 'warn',
      scrub: (line) => redactor.scrub(line),
      write: (line) => process.stderr.write(line),
    }),
    redactor,
    identity,
    ownIdentity: (wire) => ownIdentity({ wire, clock, env, endpoint: worlds.endpoint }),
  });
  const over = new AbortController();
  const running = operator.run().finally(() => over.abort());
  return {
    ready: (async () => {
      while (!over.signal.aborted && operator.ready() !== undefined) await clock.sleep(pollMs);
    })(),
    async stop(why) {
      await operator.stop(why);
      await running;
    },
  };
}
