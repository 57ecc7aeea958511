// SPDX-License-Identifier: GPL-3.0-or-later
/** Tunnels as AWS makes them: addresses, inside blocks and keys from the world's own chance, where the caller chose none. */
import { discloseSecret } from '../../kernel/disclosure.ts';
import { nextRandom, randomText, type RandomState } from '../../kernel/random.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, records, type Fields } from '../protocol/model.ts';
import { addressText } from './cidr.ts';
import { allTrue, regionOf } from './entities.ts';
import { invalid } from './input.ts';
import { stateAt } from './life.ts';
import type { Tunnel, VpnConnection } from './state.ts';
import { insideCidr, isReserved, preSharedKey, settingsIn } from './tunnel-options.ts';

/** The two tunnels of a new connection of that gateway. */
export function newTunnels(call: Call, options: Fields, vpnGatewayID: string): readonly [Tunnel, Tunnel] {
  const given = records(options, 'TunnelOptions');
  if (given.length > 2)
    throw new AwsError(
      'InvalidParameterValue',
      'A VPN connection has two tunnels: at most two TunnelOptions may be given.',
    );
  const inUse = new Set(insideOf(call, vpnGatewayID));
  const outside = new Set(connections(call).flatMap(({ tunnels }) => tunnels.map(({ outsideIP }) => outsideIP)));
  // what is chosen comes first, so that no block of AWS's own choice takes it
  const asked = [given[0] ?? {}, given[1] ?? {}].map((one) => ({ one, inside: may(one, 'TunnelInsideCidr') }));
  for (const { inside } of asked) if (inside !== undefined) claim(inUse, inside);
  const [first, second] = asked.map(({ one, inside }) => newTunnel(call, one, { inUse, outside, inside }));
  return [first, second] as [Tunnel, Tunnel];
}

/** Unique among all connections of the gateway. @throws {AwsError} InvalidParameterValue */
export function claim(inUse: Set<string>, cidr: string): void {
  insideCidr(cidr);
  if (inUse.has(cidr))
    throw invalid('TunnelInsideCidr', cidr, 'The block is in use by another tunnel of the same gateway.');
  inUse.add(cidr);
}

export function insideOf(call: Call, vpnGatewayID: string): string[] {
  return connections(call)
    .filter((one) => one.vpnGatewayID === vpnGatewayID)
    .flatMap(({ tunnels }) => tunnels.map((tunnel) => tunnel.insideCidr));
}

function connections(call: Call): VpnConnection[] {
  const gone = ['deleted', undefined];
  return allTrue(regionOf(call), 'vpn-connection').filter((one) => !gone.includes(stateAt(one.life, call.now)));
}

function newTunnel(
  { world }: Call,
  given: Fields,
  { inUse, outside, inside }: { inUse: Set<string>; outside: Set<string>; inside: string | undefined },
): Tunnel {
  const { random } = world.state;
  const key = may(given, 'PreSharedKey');
  return {
    outsideIP: fresh(outside, () => publicAddress(random)),
    insideCidr: inside ?? fresh(inUse, () => insideBlock(random)),
    psk: key === undefined ? newKey(random) : preSharedKey(key),
    settings: settingsIn(given),
    chosen: [
      ...(inside === undefined ? [] : ['tunnelInsideCidr' as const]),
      ...(key === undefined ? [] : ['preSharedKey' as const]),
    ],
  };
}

function fresh(inUse: Set<string>, draw: () => string): string {
  let drawn = draw();
  while (inUse.has(drawn) || isReserved(drawn)) drawn = draw();
  inUse.add(drawn);
  return drawn;
}

/** Of 3.36.0.0/14, which AWS announces from Seoul. */
function publicAddress(random: RandomState): string {
  return addressText(3 * 2 ** 24 + 36 * 2 ** 16 + 1 + Math.floor(nextRandom(random) * (2 ** 18 - 2)));
}

function insideBlock(random: RandomState): string {
  return `${addressText(169 * 2 ** 24 + 254 * 2 ** 16 + 4 * Math.floor(nextRandom(random) * 2 ** 14))}/30`;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function newKey(random: RandomState): string {
  return discloseSecret(randomText(random, 1, letters) + randomText(random, 31, `${letters}0123456789._`));
}
