// SPDX-License-Identifier: GPL-3.0-or-later
/** The whole operator with exactly SiteVpn's policy, and without one permission of it: what is told, what is there, and that it goes on by itself. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { operatorPolicy, operatorStatements, type Statement } from '../../../src/clouds/aws/policy/operator.ts';
import { write } from '../../../src/clouds/aws/request.ts';
import { quickEc2Times } from '../../../src/simulator/aws/ec2/times.ts';
import { rootOf } from '../../operator/bad-days/hands.ts';
import { office, offices, region, type Office } from './office.ts';

const accountID = '123456789012';
const roleArn = `arn:aws:iam::${accountID}:role/hybrid-cloud-operator`;
const statements = operatorStatements('SiteVpn').filter(({ feature }) => feature === 'always');

let world: Office;
beforeEach(async () => {
  world = offices({ aws: { ec2Times: quickEc2Times } });
  const trust = { Effect: 'Allow', Principal: { AWS: accountID }, Action: 'sts:AssumeRole' };
  const root = rootOf(world);
  await root.send(
    write('iam', 'CreateRole', {
      RoleName: 'hybrid-cloud-operator',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    }),
  );
  const { accessKeyID, secretAccessKey } = await starter();
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const data = { accessKeyID: base64(accessKeyID), secretAccessKey: base64(secretAccessKey) };
  world.kubernetes.install([
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'aws', namespace: 'default' }, type: 'Opaque', data },
  ]);
});
afterEach(() => world.end());

/** A user that may do nothing but assume the role. */
async function starter() {
  const root = rootOf(world);
  const UserName = 'starter';
  const assume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [assume] });
  await root.send(write('iam', 'CreateUser', { UserName, Path: '/people/' }));
  await root.send(write('iam', 'PutUserPolicy', { UserName, PolicyName: 'assume', PolicyDocument }));
  const { AccessKey: key } = await root.send<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(
    write('iam', 'CreateAccessKey', { UserName }),
  );
  return { accessKeyID: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
}

function clusterUID(): string {
  const found = world.kubernetes.objects('namespaces').find(({ metadata }) => metadata.name === 'kube-system');
  return found?.metadata.uid ?? '';
}

/** The policy as docs/permissions.md has it, of this cluster and this VPC, without one permission. */
async function grant(...without: readonly (readonly [sid: string, action: string])[]): Promise<void> {
  const left = statements.flatMap((statement): Statement[] => {
    const gone = without.filter(([sid]) => sid === statement.sid).map(([, action]) => action);
    const grants = statement.grants.filter(({ action }) => !gone.includes(action));
    return grants.length > 0 ? [{ ...statement, grants }] : [];
  });
  const vpn = { cluster: clusterUID(), vpcs: [world.vpc], gateways: [] };
  const PolicyDocument = JSON.stringify(operatorPolicy({ partition: 'aws', vpn }, left));
  await rootOf(world).send(
    write('iam', 'PutRolePolicy', { RoleName: 'hybrid-cloud-operator', PolicyName: 'all', PolicyDocument }),
  );
}

const asRole = { aws: { region, credentialsSecretRef: { name: 'aws' }, assumeRole: { arn: roleArn } } };

function told() {
  const { conditions = [] } = world.status();
  return conditions.find(({ type }) => type === 'Stalled');
}

const permissions = () => world.status().conditions?.find(({ type }) => type === 'Permissions');
const unasked = ['VpnLook', 'iam:SimulatePrincipalPolicy'] as const;

function there() {
  const { vpnGateways, customerGateways, vpnConnections } = world.network();
  return [vpnGateways.length, customerGateways.length, vpnConnections.length];
}

const refused = () => world.aws.calls.filter(({ status }) => status === 403).length;

test('With exactly its policy the operator makes it and takes it away, and AWS refuses nothing.', async () => {
  await grant();
  world.operator();
  await world.apply(office(asRole));
  await world.until(() => world.is('Synced', 'True'), 120);
  await world.remove();
  await world.until(() => world.object() === undefined, 300);
  expect(refused()).toBe(0);
});

test.each([
  ['VpnLook', 'ec2:DescribeVpnConnections', '', [0, 0, 0]],
  ['VpnMark', 'ec2:CreateTags', 'vpn-gateway/*', [0, 0, 0]],
  ['VpnMakeConnections', 'ec2:CreateVpnConnection', 'vpn-connection/*', [1, 1, 0]],
  ['VpnOurs', 'ec2:CreateVpnConnectionRoute', 'vpn-connection/vpn-', [1, 1, 1]],
  ['VpnRouteTables', 'ec2:EnableVgwRoutePropagation', 'route-table/rtb-', [1, 1, 1]],
] as const)(
  'Where nothing may be asked, without %s %s that is told, with the resource; what was made has its mark and stays, and given back the work goes on by itself.',
  async (sid, action, resource, left) => {
    await grant(unasked, [sid, action]);
    world.operator();
    await world.apply(office(asRole));
    await world.until(() => told()?.status === 'True', 120);
    expect(told()).toMatchObject({
      reason: 'AccessDenied',
      message: expect.stringContaining(`Allow ${action} to the identity that was used`),
    });
    expect(told()?.message).toContain(resource);
    expect(world.is('Ready', 'False') && world.is('Synced', 'False')).toBe(true);
    expect(there()).toEqual(left);
    for (const one of [...world.network().vpnGateways, ...world.network().customerGateways])
      expect(one.tags).toMatchObject({ 'hybridcloud.dev/cluster': clusterUID() });
    const before = refused();
    await world.pass(240);
    // nobody is asked again and again
    expect(refused()).toBe(before);
    await grant(unasked);
    await world.until(() => world.is('Synced', 'True'), 420);
    expect(permissions()).toMatchObject({ status: 'Unknown', reason: 'NotAsked' });
  },
);

const asked = () => world.aws.calls.filter(({ action }) => action === 'SimulatePrincipalPolicy').length;

test('What making it takes and is missing is named whole before anything is made; granted, it goes on by itself, and at rest nobody asks.', async () => {
  await grant(
    ['VpnMark', 'ec2:CreateTags'],
    ['VpnMakeConnections', 'ec2:CreateVpnConnection'],
    ['VpnRouteTables', 'ec2:EnableVgwRoutePropagation'],
    ['VpnOurs', 'ec2:DeleteVpnConnection'],
  );
  world.operator();
  await world.apply(office(asRole));
  await world.until(() => told()?.status === 'True', 120);
  expect(told()).toMatchObject({ reason: 'PermissionsMissing' });
  const making = told()?.message ?? '';
  expect(making).toMatch(/^Nothing was begun: \d permissions missing/);
  for (const [action, resource] of [
    ['ec2:CreateTags', 'vpn-gateway/\\*'],
    ['ec2:CreateVpnConnection', 'vpn-connection/\\*'],
    ['ec2:EnableVgwRoutePropagation', 'route-table/rtb-'],
  ] as const)
    expect(making).toMatch(new RegExp(`${action}[^;]* on arn:aws:ec2:${region}:${accountID}:${resource}`));
  // a deletion is later
  expect(making).not.toContain('ec2:DeleteVpnConnection');
  expect(permissions()).toMatchObject({ status: 'False', reason: 'Missing' });
  expect(permissions()?.message).toContain('ec2:DeleteVpnConnection');
  expect([there(), refused()]).toEqual([[0, 0, 0], 0]);
  await grant();
  await world.until(() => world.is('Synced', 'True'), 420);
  expect(permissions()).toMatchObject({ status: 'True', reason: 'Allowed' });
  const count = asked();
  await world.pass(1300);
  expect(asked()).toBe(count);
});

test('What only a change or a deletion takes is told, and stops nothing.', async () => {
  await grant(['VpnOurs', 'ec2:ModifyVpnTunnelOptions'], ['VpnOurs', 'ec2:DeleteVpnConnectionRoute']);
  world.operator();
  await world.apply(office(asRole));
  await world.until(() => world.is('Synced', 'True'), 120);
  expect(permissions()).toMatchObject({ status: 'False', reason: 'Missing' });
  expect(permissions()?.message).toContain(
    `2 permissions missing, says AWS's simulation of the identity's policies. docs/permissions.md has the whole policy. Allow ec2:DeleteVpnConnectionRoute, ec2:ModifyVpnTunnelOptions on arn:aws:ec2:${region}:${accountID}:vpn-connection/*`,
  );
});

test('Without ec2:DeleteVpnConnection a deletion waits, says why, and takes nothing else away that the connection needs.', async () => {
  await grant();
  world.operator();
  await world.apply(office(asRole));
  await world.until(() => world.is('Synced', 'True'), 120);
  await grant(['VpnOurs', 'ec2:DeleteVpnConnection']);
  await world.remove();
  await world.until(() => told()?.status === 'True', 60);
  expect(told()?.message).toContain('Allow ec2:DeleteVpnConnection');
  expect(there()).toEqual([1, 1, 1]);
  await grant();
  await world.until(() => world.object() === undefined, 600);
});
