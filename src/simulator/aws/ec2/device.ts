// SPDX-License-Identifier: GPL-3.0-or-later
/** A site's device that is always configured as it should be: for demonstrations, where nobody installs the gateway's files. */
import type { AwsState } from '../state.ts';
import { ec2Of } from './entities.ts';

export interface NewDevice {
  readonly region: string;
  /** The public address that customer gateways name. */
  readonly ip: string;
  /** Milliseconds until a tunnel is up, from when AWS's end is there; default 30 seconds. */
  readonly dialsForMs?: number;
  /** What it advertises where routing is by BGP. */
  readonly prefixes?: readonly string[];
}

export function makeDevice(
  state: AwsState,
  { account, now }: { account: string; now: number },
  given: NewDevice,
): void {
  const { region, ip, dialsForMs = 30_000, prefixes = [] } = given;
  ec2Of(state, account, region).devices.set(ip, { ip, dialsForMs, prefixes, since: now });
}
