// SPDX-License-Identifier: GPL-3.0-or-later
/** What is made of lag, lost answers, throttling and refusals of the simulated EC2. */
import { expect, test } from '@jest/globals';
import * as request from '../../../../src/clouds/aws/ec2/vpn-requests.ts';
import { ownershipOf } from '../../../../src/core/owner-mark.ts';
import {
  connectionBetween,
  deviceName,
  makeConnection,
  makeGateways,
  makeWorld,
  minute,
  site,
  tags,
} from './vpn-world.ts';

const fresh = { maxAgeMs: 0 };
const recent = { maxAgeMs: minute };
const owner = { uid: 'u1', cluster: 'c1', object: '' };

test('What was made is there at once, though EC2 shows it only later; its use is refused as not found, which passes.', async () => {
  const world = makeWorld({ lagMs: 30_000 });
  const { vpns, others, clock } = world;
  expect(await vpns.customerGateways(recent)).toEqual([]);
  const wish = { ip: site, asn: 65_000, deviceName, tags };
  const { customerGateway: made } = await vpns.write(request.createCustomerGateway(wish));
  const hidden = { ...made, hidden: true };
  expect(await vpns.customerGateways(recent)).toEqual([hidden]);
  expect(await others.customerGateways(fresh)).toEqual([hidden]);
  expect(await vpns.freshCustomerGateway(made?.id ?? '')).toEqual(hidden);
  expect(await vpns.customerGatewaysAt(site)).toEqual([hidden]);
  const { gateway } = await vpns.write(request.createVpnGateway(64_512, tags));
  expect(await vpns.gateways(fresh)).toEqual([{ ...gateway, hidden: true }]);
  const between = { gateway: gateway?.id ?? '', customerGateway: made?.id ?? '' };
  await expect(vpns.write(connectionBetween(between))).rejects.toMatchObject({
    class: 'Transient',
    reason: 'NotFound',
    applied: 'no',
  });
  await clock.advance(minute);
  expect(await vpns.customerGateways(fresh)).toMatchObject([{ id: made?.id, state: 'available' }]);
});

test('A list from before something was made is not taken for the truth when that has to show by itself.', async () => {
  const world = makeWorld();
  const { vpns, clock } = world;
  const longAgo = { maxAgeMs: 60 * minute };
  expect(await vpns.gateways(longAgo)).toEqual([]);
  const { gateway } = await vpns.write(request.createVpnGateway(64_512, tags));
  for (let passed = 0; passed < 12; passed++) {
    expect(await vpns.gateways(longAgo)).toMatchObject([{ id: gateway?.id }]);
    await clock.advance(minute);
  }
  expect(world.calls('DescribeVpnGateways')).toBe(2);
});

test('What was made and is deleted does not come back by its own create.', async () => {
  const world = makeWorld({ lagMs: 30_000 });
  const { vpns, clock } = world;
  const { gateway } = await vpns.write(request.createVpnGateway(64_512, tags));
  await clock.advance(minute);
  await vpns.write(request.deleteVpnGateway(gateway?.id ?? ''));
  await clock.advance(minute);
  expect(await vpns.gateways(fresh)).toEqual([]);
});

test('A create whose answer was lost is found again by its mark, and not made twice.', async () => {
  const world = makeWorld();
  const { vpns, aws } = world;
  const gateways = await makeGateways(world);
  aws.faults.add({ kind: 'answerLost', action: 'CreateVpnConnection', nth: 1 });
  await expect(vpns.write(connectionBetween(gateways))).rejects.toMatchObject({
    class: 'Transient',
    applied: 'unknown',
  });
  const found = await vpns.connections({ maxAgeMs: minute });
  expect(found).toMatchObject([gateways]);
  expect(found.map((one) => ownershipOf(one.tags, owner))).toEqual(['mine']);
  expect(world.calls('CreateVpnConnection')).toBe(1);
});

test('Throttling is told to the wire, which slows down, and is no refusal.', async () => {
  const world = makeWorld();
  const { vpns, aws, clock } = world;
  aws.faults.add({ kind: 'throttle', action: 'DescribeVpnConnections', nth: 1 });
  await expect(vpns.connections(fresh)).rejects.toMatchObject({ class: 'Transient', reason: 'Throttled' });
  await clock.advance(minute);
  expect(await vpns.connections(fresh)).toEqual([]);
});

test('What is in use is told apart from what is refused for ever, and a full quota says which.', async () => {
  const world = makeWorld({ quotas: { customerGateways: 1 } });
  const { vpns } = world;
  const { gateway, id } = await makeConnection(world);
  await expect(vpns.write(request.deleteVpnGateway(gateway))).rejects.toMatchObject({
    class: 'Transient',
    reason: 'Conflict',
    applied: 'no',
  });
  const another = request.createCustomerGateway({ ip: '203.0.113.9', asn: 65_000, deviceName, tags });
  await expect(vpns.write(another)).rejects.toMatchObject({ class: 'Denied', reason: 'QuotaReached' });
  await expect(vpns.write(request.modifyTunnel(id, '192.0.2.1', { startupAction: 'start' }))).rejects.toMatchObject({
    class: 'Invalid',
    reason: 'Refused',
  });
});

test('Attached twice, since EC2 does not show the first yet: that passes, and is no quota.', async () => {
  const world = makeWorld();
  const { vpns, vpc } = world;
  const { gateway } = await makeGateways(world);
  await expect(vpns.write(request.attachVpnGateway(gateway, vpc.id))).rejects.toMatchObject({
    class: 'Transient',
    reason: 'Conflict',
    applied: 'no',
  });
});

test('UnauthorizedOperation names the permission that is missing: of a create with tags that of tagging, too.', async () => {
  const { allowed } = makeWorld();
  const vpns = await allowed('ec2:CreateVpnGateway');
  const denied = { class: 'Denied', reason: 'AccessDenied' };
  await expect(vpns.gateways(fresh)).rejects.toMatchObject({
    ...denied,
    message: expect.stringContaining('Allow ec2:DescribeVpnGateways'),
  });
  await expect(vpns.write(request.createVpnGateway(64_512, tags))).rejects.toMatchObject({
    ...denied,
    message: expect.stringContaining('Allow ec2:CreateTags'),
  });
});

test('UnauthorizedOperation for what EC2 does not show yet passes, as it has no tags for a policy to see; for what it shows it is a permission that is missing.', async () => {
  const world = makeWorld();
  const vpns = await world.allowed('ec2:CreateVpnGateway', 'ec2:CreateTags', 'ec2:DescribeVpnGateways');
  world.aws.setLag(30_000);
  const { gateway } = await vpns.write(request.createVpnGateway(64_512, tags));
  const attach = () => vpns.write(request.attachVpnGateway(gateway?.id ?? '', world.vpc.id));
  await expect(attach()).rejects.toMatchObject({ class: 'Transient', reason: 'NotFound', applied: 'no' });
  await world.clock.advance(minute);
  await expect(attach()).rejects.toMatchObject({
    class: 'Denied',
    reason: 'AccessDenied',
    message: expect.stringContaining(`vpc/${world.vpc.id}`),
  });
});
