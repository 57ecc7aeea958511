// SPDX-License-Identifier: GPL-3.0-or-later
/** All of it: the connection, the network, AWS's side that waits, and a site where nothing is installed yet. */
import { setTimeout as pause } from 'node:timers/promises';
import { assembled } from './assembly.ts';
import { AwsSide, connectionAt, outsideOf } from './aws-side.ts';
import { gatewayFiles, makeConnection, telemetry } from './connection.ts';
import { makeNetwork, type End } from './network.ts';
import { Site } from './site.ts';

/** Looks until it is so. @returns the milliseconds that took @throws when it is not so in time, with what was seen last */
export async function until<Seen>(
  look: () => Promise<Seen>,
  so: (seen: Seen) => boolean,
  withinMs: number,
): Promise<number> {
  const from = performance.now();
  for (;;) {
    const seen = await look();
    const took = Math.round(performance.now() - from);
    if (so(seen)) return took;
    if (took > withinMs) throw new Error(`After ${took} ms it is still ${JSON.stringify(seen)}.`);
    await pause(100);
  }
}

export function makeScene() {
  return assembled(async (stack) => {
    const made = await makeConnection();
    const outside = outsideOf(connectionAt(made));
    const network = stack.use(await makeNetwork(outside));
    const aws = stack.use(await AwsSide.start(made, network));
    const files = await gatewayFiles(made);
    const site = stack.use(new Site(network));
    /** By tunnel, through DescribeVpnConnections. */
    const tunnels = async (): Promise<Readonly<Record<End, string>>> => {
      const said = await telemetry(made);
      return { 'tunnel-1': said[outside['tunnel-1']] ?? '', 'tunnel-2': said[outside['tunnel-2']] ?? '' };
    };
    return {
      made,
      network,
      aws,
      files,
      site,
      tunnels,
      /** Until AWS says so. */
      tunnelsAre: (first: 'UP' | 'DOWN', second: 'UP' | 'DOWN', withinMs: number) =>
        until(tunnels, (now) => now['tunnel-1'] === first && now['tunnel-2'] === second, withinMs),
    };
  });
}

export type Scene = Awaited<ReturnType<typeof makeScene>>;
