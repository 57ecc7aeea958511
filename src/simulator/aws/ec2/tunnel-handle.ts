// SPDX-License-Identifier: GPL-3.0-or-later
/** One tunnel, for whoever stands in for what is not simulated: the packets. */
import { truth } from '../../kernel/versioned.ts';
import type { AwsState } from '../state.ts';
import type { Ec2State, Tunnel, VpnConnection } from './state.ts';
import { setTelemetry, type TunnelChange } from './telemetry.ts';
import { terminationOf, type TunnelTermination } from './termination.ts';

export interface TunnelHandle {
  /**
   * What AWS sees from now on: by a script, or by a daemon that is AWS's end and reports each change. It lasts until the next one; while AWS
   * replaces its end, the tunnel is DOWN all the same, and after a change that the peer must follow it stays so until it is said to be UP again.
   */
  set(change: TunnelChange): void;
  /** What a daemon needs to be AWS's end of it, as it is now. */
  termination(): TunnelTermination;
}

interface Found {
  readonly held: Ec2State;
  readonly connection: VpnConnection;
  readonly tunnel: Tunnel;
}

/** The tunnel of that connection, in whichever region it is. @throws {TypeError} from its methods, when there is none. */
export function tunnelHandle(
  state: AwsState,
  at: { account: string; connectionID: string; outsideIP: string },
  now: () => number,
): TunnelHandle {
  const { account, connectionID, outsideIP } = at;
  const find = (): Found => {
    const regions = [...state.ec2].filter(([key]) => key.startsWith(`${account}/`));
    const held = regions.map(([, region]) => region).find((region) => region.vpnConnections.has(connectionID));
    const connection = truth(held?.vpnConnections.get(connectionID));
    const tunnel = connection?.tunnels.find((one) => one.outsideIP === outsideIP);
    if (!held || !connection || !tunnel)
      throw new TypeError(`No tunnel ${outsideIP} of a VPN connection ${connectionID} in account ${account}.`);
    return { held, connection, tunnel };
  };
  return {
    set: (change) => {
      const { held, ...asked } = find();
      setTelemetry(held, { ...asked, now: now() }, change);
    },
    termination: () => {
      const { held, connection, tunnel } = find();
      return terminationOf(held, connection, { tunnel, now: now() });
    },
  };
}
