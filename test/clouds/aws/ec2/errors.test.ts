// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { failureOf, isThrottle } from '../../../../src/clouds/aws/errors.ts';
import { isUnknownToEC2 } from '../../../../src/clouds/aws/ec2/errors.ts';
import { createVpnConnection } from '../../../../src/clouds/aws/ec2/vpn-requests.ts';
import type { Failure } from '../../../../src/core/failure.ts';

const request = createVpnConnection({
  customerGateway: 'cgw-1',
  gateway: 'vgw-1',
  staticRoutesOnly: true,
  localCIDR: '0.0.0.0/0',
  remoteCIDR: '0.0.0.0/0',
  tunnels: [{}, {}],
  tags: {},
});

function answered(name: string, message = 'as AWS says it', httpStatusCode = 400): Failure {
  const error = Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
  return failureOf(error, request) as Failure;
}

test.each([
  ['InvalidCustomerGatewayID.NotFound', 'Transient', 'NotFound', 'no'],
  ['InvalidVpnGatewayID.NotFound', 'Transient', 'NotFound', 'no'],
  ['InvalidVpnConnectionID', 'Transient', 'NotFound', 'no'],
  ['InvalidVpnGatewayAttachment.NotFound', 'Transient', 'NotFound', 'no'],
  ['IncorrectState', 'Transient', 'Conflict', 'no'],
  ['DependencyViolation', 'Transient', 'Conflict', 'no'],
  ['InvalidVpnConnection.InvalidState', 'Transient', 'Conflict', 'no'],
  ['InvalidVpnGatewayState', 'Transient', 'Conflict', 'no'],
  ['InvalidVpcState', 'Transient', 'Conflict', 'no'],
  ['RouteAlreadyExists', 'Transient', 'Conflict', 'no'],
  ['Gateway.NotAttached', 'Transient', 'Conflict', 'no'],
  ['VpnConnectionLimitExceeded', 'Denied', 'QuotaReached', 'no'],
  ['VpnGatewayLimitExceeded', 'Denied', 'QuotaReached', 'no'],
  ['CustomerGatewayLimitExceeded', 'Denied', 'QuotaReached', 'no'],
  ['RouteLimitExceeded', 'Denied', 'QuotaReached', 'no'],
  ['VpnGatewayAttachmentLimitExceeded', 'Transient', 'Conflict', 'no'],
  ['InvalidCustomerGateway.DuplicateIpAddress', 'Denied', 'SiteAddressInUse', 'no'],
  ['OptInRequired', 'Denied', 'AccountNotReady', 'no'],
  ['AuthFailure', 'Denied', 'CredentialsRejected', 'no'],
  ['InvalidVpnConnection.InvalidType', 'Invalid', 'Refused', 'no'],
  ['InvalidParameterValue', 'Invalid', 'Refused', 'no'],
  ['DryRunOperation', 'Invalid', 'DryRun', 'no'],
])('%s is %s, %s, applied: %s', (code, expectedClass, reason, applied) => {
  expect(answered(code)).toMatchObject({ class: expectedClass, reason, applied });
});

test.each([
  ['InvalidParameterValue', 'This call cannot be completed because there are pending VPNs or Virtual Interfaces'],
  ['VpnConnectionLimitExceeded', 'The maximum number of mutating objects has been reached.'],
])('%s passes where AWS says that it is busy with something else', (code, words) => {
  expect(answered(code, words)).toMatchObject({ class: 'Transient', reason: 'Conflict', applied: 'no' });
});

test('RequestLimitExceeded is throttling, and no quota', () => {
  const failure = answered('RequestLimitExceeded', 'Request limit exceeded.', 503);
  expect(failure).toMatchObject({ class: 'Transient', reason: 'Throttled', applied: 'no' });
  expect(isThrottle(failure.cause)).toBe(true);
});

test('InternalError and Unavailable may have been done', () => {
  expect(answered('InternalError', 'An internal error has occurred', 500)).toMatchObject({ applied: 'unknown' });
  expect(answered('Unavailable', 'The service is unavailable', 503)).toMatchObject({ reason: 'ServiceError' });
});

test('UnauthorizedOperation names the permission, and its encoded text, another each time, is left out', () => {
  const message = (encoded: string) =>
    'You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/x is not authorized to perform: ' +
    'ec2:CreateTags on resource: arn:aws:ec2:ap-northeast-2:123456789012:vpn-connection/* with an explicit deny in an ' +
    `identity-based policy. Encoded authorization failure message: ${encoded}`;
  const failure = answered('UnauthorizedOperation', message('aaaa-BBBB'), 403);
  expect(failure).toMatchObject({ class: 'Denied', reason: 'AccessDenied' });
  expect(failure.message).toContain('Allow ec2:CreateTags');
  expect(failure.message).toBe(answered('UnauthorizedOperation', message('cccc-DDDD'), 403).message);
  const short = answered('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403);
  expect(short.message).toContain('Allow ec2:CreateVpnConnection');
});

test('what a quota is called is said, and what to do', () => {
  const { message } = answered('CustomerGatewayLimitExceeded');
  expect(message).toMatch(/customer gateways per Region .*Service Quotas/);
});

test('unknown is what ends in NotFound, whatever it is', () => {
  expect(isUnknownToEC2('InvalidRoute.NotFound')).toBe(true);
  expect(isUnknownToEC2('InvalidVpcState')).toBe(false);
  expect(isUnknownToEC2(undefined)).toBe(false);
});
