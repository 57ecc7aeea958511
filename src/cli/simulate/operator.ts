// SPDX-License-Identifier: GPL-3.0-or-later
/** The operator between simulated worlds, in this process. */
import { ownIdentity } from '../../clouds/aws/own-identity.ts';
import { readConfiguration } from '../../operator/configuration.ts';
import { createLog } from '../../operator/log.ts';
import { Redactor } from '../../wire/redaction.ts';
import { undiciTransport } from '../../wire/undici-transport.ts';
import { compose } from '../compose.ts';
import type { SimulatedWorlds } from '../simulated-worlds.ts';
import { systemClock } from '../system-clock.ts';

export interface RunningOperator {
  /** Resolves when it works. */
  readonly ready: Promise<void>;
  stop(why: string): Promise<void>;
}

const pollMs = 20;

/** Its warnings go to stderr. */
export function startOperator(worlds: SimulatedWorlds, identity: string): RunningOperator {
  const redactor = new Redactor();
  const env = worlds.credentials;
  const configuration = readConfiguration(['--http-address', '127.0.0.1', '--http-port', '0'], {});
  const { operator } = compose({
    configuration: { ...configuration, awsEndpoint: worlds.endpoint },
    connection: worlds.connection,
    transport: undiciTransport(),
    clock: systemClock,
    random: Math.random,
    log: createLog({
      level: 'warn',
      scrub: (line) => redactor.scrub(line),
      write: (line) => process.stderr.write(line),
    }),
    redactor,
    identity,
    ownIdentity: (wire) => ownIdentity({ wire, clock: systemClock, env, endpoint: worlds.endpoint }),
  });
  const over = new AbortController();
  const running = operator.run().finally(() => over.abort());
  return {
    ready: (async () => {
      while (!over.signal.aborted && operator.ready() !== undefined) await systemClock.sleep(pollMs);
    })(),
    async stop(why) {
      await operator.stop(why);
      await running;
    },
  };
}
