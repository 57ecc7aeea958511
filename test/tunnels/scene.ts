// SPDX-License-Identifier: GPL-3.0-or-later
/** The network, AWS's side that waits, and a site where nothing is installed yet. */
import type { EC2Client } from '@aws-sdk/client-ec2';
import { assembled } from './assembly.ts';
import { AwsSide, type Place } from './aws-side.ts';
import { described } from './connection.ts';
import { makeNetwork, type End } from './network.ts';
import { Site } from './site.ts';
import { until } from './until.ts';

/** As the operator has it: the first tunnel is the one with the lower address. */
function outsideOf({ account, region }: Place): Readonly<Record<End, string>> {
  const [first = '', second = ''] = account
    .terminations(region)
    .map(({ outside }) => outside.aws)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return { 'tunnel-1': first, 'tunnel-2': second };
}

/** For the region's only connection. */
export function makeScene({ ec2, ...place }: Place & { readonly ec2: EC2Client }) {
  return assembled(async (stack) => {
    const outside = outsideOf(place);
    const network = stack.use(await makeNetwork(outside));
    const aws = stack.use(await AwsSide.start(place, network));
    const site = stack.use(new Site(network));
    /** Each tunnel's entry of the telemetry in DescribeVpnConnections. */
    const telemetry = async () => {
      const { VgwTelemetry = [] } = await described(ec2);
      const of = (end: End) => VgwTelemetry.find(({ OutsideIpAddress }) => OutsideIpAddress === outside[end]) ?? {};
      return { 'tunnel-1': of('tunnel-1'), 'tunnel-2': of('tunnel-2') };
    };
    const tunnels = async (): Promise<Readonly<Record<End, string>>> => {
      const { 'tunnel-1': first, 'tunnel-2': second } = await telemetry();
      return { 'tunnel-1': first.Status ?? '', 'tunnel-2': second.Status ?? '' };
    };
    return {
      network,
      aws,
      site,
      telemetry,
      tunnels,
      /** Until AWS says so. */
      tunnelsAre: (first: 'UP' | 'DOWN', second: 'UP' | 'DOWN', withinMs: number) =>
        until(tunnels, (now) => now['tunnel-1'] === first && now['tunnel-2'] === second, withinMs),
    };
  });
}

export type Scene = Awaited<ReturnType<typeof makeScene>>;
