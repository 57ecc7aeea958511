// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import {
  awsDefaults,
  type CustomerGateway,
  type RouteTable,
  type Vpc,
  type VpnConnection,
  type VpnGateway,
} from '../../../../src/clouds/aws/ec2/vpn.ts';

type Observed = Vpc | RouteTable | VpnGateway | CustomerGateway | VpnConnection;
/** Compiles as long as no type of what is observed has a place for a secret. */
type Fields<T> = T extends T ? keyof T : never;
type Secret = Extract<Fields<Observed>, 'configuration' | 'presharedKey' | 'presharedKeys'>;
const none: Secret[] = [];

test("AWS's defaults keep AWS's own rules for tunnel options", () => {
  expect(none).toEqual([]);
  const { phase1, phase2, rekeyMarginSeconds, dpdTimeoutSeconds } = awsDefaults;
  expect(phase2.lifetimeSeconds).toBeLessThan(phase1.lifetimeSeconds);
  expect(rekeyMarginSeconds).toBeLessThanOrEqual(phase2.lifetimeSeconds / 2);
  expect(dpdTimeoutSeconds).toBeGreaterThanOrEqual(30);
  expect(phase1.dhGroups).not.toContain(5);
  expect(phase2.dhGroups).toContain(5);
});
