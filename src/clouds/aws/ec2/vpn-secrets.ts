// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Pre-shared keys are in requests, and in every answer that has a connection: in its tunnels' options, and again in the text that AWS
 * calls the customer gateway configuration. None of it is observed; here it is read for the one who is to get it.
 */
import type * as EC2 from '@aws-sdk/client-ec2';
import type { Scope } from '../../../core/scope.ts';
import { read } from '../request.ts';
import type { AwsSession } from '../session.ts';

function keysIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inside]: [string, unknown]) => {
    if (typeof inside !== 'string') return keysIn(inside);
    if (name === 'PreSharedKey') return [inside];
    if (name !== 'CustomerGatewayConfiguration') return [];
    return [...inside.matchAll(/<pre_shared_key>\s*([^<\s]+)/g)].flatMap(([, key]) => key ?? []);
  });
}

/** Of a request or an answer: no text shows them any more. */
export function learnKeys(session: Pick<AwsSession, 'learn'>, of: unknown): void {
  for (const key of keysIn(of)) session.learn(key);
}

export interface DeliveredConfiguration {
  /** XML as AWS writes it, with both keys in it. Its algorithms are not those of the tunnels' options, and the order of its tunnels is no contract. */
  readonly xml: string;
  /** By the tunnel's outside address; empty where Secrets Manager holds them. */
  readonly presharedKeys: ReadonlyMap<string, string>;
}

/**
 * The whole answer is a secret: for a Secret, and for nothing else. `undefined` while AWS has none: it gives it for connections that are
 * pending or available (API reference, VpnConnection).
 * @throws Failure
 */
export async function readConfiguration(
  session: AwsSession,
  scope: Scope,
  connection: string,
): Promise<DeliveredConfiguration | undefined> {
  const request = read('ec2', 'DescribeVpnConnections', {
    Filters: [{ Name: 'vpn-connection-id', Values: [connection] }],
  });
  const { VpnConnections = [] } = await session.send<EC2.DescribeVpnConnectionsCommandOutput>(request, scope);
  learnKeys(session, VpnConnections);
  const [found] = VpnConnections.filter(({ State }) => State === 'pending' || State === 'available');
  if (!found?.CustomerGatewayConfiguration) return undefined;
  const options = found.Options?.TunnelOptions ?? [];
  return {
    xml: found.CustomerGatewayConfiguration,
    presharedKeys: new Map(
      options.flatMap(({ OutsideIpAddress: ip, PreSharedKey: key }) => (ip && key ? [[ip, key] as const] : [])),
    ),
  };
}
