// SPDX-License-Identifier: GPL-3.0-or-later
/** The simulator as a server of the contract, on a virtual clock: a watch of two seconds takes none. */
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { readAll, type SimRequest } from '../../../src/simulator/kernel/service.ts';
import { createKubernetes } from '../../../src/simulator/kubernetes/index.ts';
import type { Sent, Server } from './exchange.ts';

function requestOf({ method, path, headers, body }: Sent): SimRequest {
  return { method, url: new URL(path, 'http://simulated'), headers, ...(body === undefined ? {} : { body }) };
}

export function simulatedServer(): Server {
  const clock = new VirtualClock();
  const { service } = createKubernetes({ clock });
  const answer = async (sent: Sent, meanwhile?: () => Promise<void>) => {
    const { status, headers, body } = await service(requestOf(sent));
    await meanwhile?.();
    return { status, headers, text: Buffer.from(await readAll(body)).toString('utf8') };
  };
  return {
    send: (sent) => answer(sent),
    watch: (sent, during) =>
      answer(sent, async () => {
        await during();
        await clock.advance(3_000);
      }),
  };
}
