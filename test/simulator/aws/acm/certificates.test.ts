// SPDX-License-Identifier: GPL-3.0-or-later
import {
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
  type RequestCertificateCommandInput,
} from '@aws-sdk/client-acm';
import { CreateListenerCommand, DeleteListenerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand } from '@aws-sdk/client-route-53';
import { expect, test } from '@jest/globals';
import { acmTimes } from '../../../../src/simulator/aws/acm/times.ts';
import { accountID, seoul } from '../client.ts';
import { balancer, clientsOf, forward, group, minute, newRegion, type Region } from '../elbv2/world.ts';
import { route53Client } from '../route53/world.ts';
import { refusal } from '../ec2/world.ts';

const hour = 60 * minute;

async function request({ acm }: Pick<Region, 'acm'>, more: Partial<RequestCertificateCommandInput> = {}) {
  const input = { DomainName: 'gslb.seojun.shop', ValidationMethod: 'DNS' as const, ...more };
  return (await acm.send(new RequestCertificateCommand(input))).CertificateArn ?? '';
}

async function look({ acm }: Pick<Region, 'acm'>, CertificateArn: string) {
  return (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate ?? {};
}

test('A certificate waits for its validation; the records that it needs show after some seconds, one for a name and its wildcard.', async () => {
  const region = newRegion();
  const arn = await request(region, { SubjectAlternativeNames: ['seojun.shop', '*.seojun.shop'] });
  expect(arn).toMatch(new RegExp(`^arn:aws:acm:${seoul}:${accountID}:certificate/[0-9a-f-]{36}$`));
  const at = await look(region, arn);
  expect(at).toMatchObject({ Status: 'PENDING_VALIDATION', CreatedAt: new Date(region.clock.now()), InUseBy: [] });
  expect(at.DomainValidationOptions?.map(({ ResourceRecord }) => ResourceRecord)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  await region.clock.advance(acmTimes.resourceRecord);
  const { DomainValidationOptions = [] } = await look(region, arn);
  expect(DomainValidationOptions.map(({ DomainName }) => DomainName)).toEqual([
    'gslb.seojun.shop',
    'seojun.shop',
    '*.seojun.shop',
  ]);
  const [first, second, wildcard] = DomainValidationOptions.map(({ ResourceRecord }) => ResourceRecord);
  expect(first?.Name).toMatch(/^_[0-9a-f]{32}\.gslb\.seojun\.shop\.$/);
  expect(first?.Value).toMatch(/^_[0-9a-f]{32}\.[a-z]{10}\.acm-validations\.aws\.$/);
  expect(wildcard).toEqual(second);
});

test('The record of a name is the same in every region, and another one in every account.', async () => {
  const region = newRegion();
  const record = async (of: Pick<Region, 'acm'>) => {
    const arn = await request(of);
    await region.clock.advance(acmTimes.resourceRecord);
    return (await look(of, arn)).DomainValidationOptions?.[0]?.ResourceRecord?.Value;
  };
  const { world, clock, account } = region;
  const here = await record(region);
  expect(await record(clientsOf(world, clock, account.rootKey, 'ap-northeast-1'))).toBe(here);
  expect(await record(clientsOf(world, clock, world.account('210987654321').rootKey))).not.toBe(here);
});

test('The same idempotency token within the hour is the same certificate, in its region; afterwards it is another.', async () => {
  const region = newRegion();
  const { world, clock, account } = region;
  const IdempotencyToken = 'gslb';
  const arn = await request(region, { IdempotencyToken });
  await clock.advance(hour - 1);
  expect(await request(region, { IdempotencyToken })).toBe(arn);
  const far = clientsOf(world, clock, account.rootKey, 'ap-northeast-1');
  expect(await request(far, { IdempotencyToken })).not.toBe(arn);
  await clock.advance(1);
  expect(await request(region, { IdempotencyToken })).not.toBe(arn);
  const { CertificateSummaryList } = await region.acm.send(new ListCertificatesCommand({}));
  expect(CertificateSummaryList).toHaveLength(2);
});

test('What nobody validates has timed out after 72 hours, and can be deleted.', async () => {
  const region = newRegion();
  const arn = await request(region);
  await region.clock.advance(72 * hour - 1);
  expect((await look(region, arn)).Status).toBe('PENDING_VALIDATION');
  await region.clock.advance(1);
  expect(await look(region, arn)).toMatchObject({
    Status: 'VALIDATION_TIMED_OUT',
    DomainValidationOptions: [{ ValidationStatus: 'FAILED' }],
  });
  const list = new ListCertificatesCommand({ CertificateStatuses: ['VALIDATION_TIMED_OUT'] });
  expect((await region.acm.send(list)).CertificateSummaryList).toHaveLength(1);
  await region.acm.send(new DeleteCertificateCommand({ CertificateArn: arn }));
  expect(region.account.certificates(seoul)).toEqual([]);
});

test('ResourceNotFoundException, InvalidArnException: certificates that are named; ones that are not seen yet.', async () => {
  const region = newRegion({ lagMs: (service) => (service === 'acm' ? 3000 : 0) });
  const arn = await request(region);
  const code = 'ResourceNotFoundException';
  expect(await refusal(look(region, arn))).toMatchObject({ code, status: 400 });
  await region.clock.advance(3000);
  expect(await look(region, arn)).toMatchObject({ CertificateArn: arn });
  expect(await refusal(look(region, 'arn:aws:s3:::bucket-with-a-long-name'))).toMatchObject({
    code: 'InvalidArnException',
  });
});

test('ValidationException, InvalidParameterException: names, tokens and ways of validation.', async () => {
  const region = newRegion();
  const code = 'ValidationException';
  expect(await refusal(request(region, { DomainName: 'gslb_1.seojun.shop' }))).toMatchObject({ code, status: 400 });
  expect(await refusal(request(region, { IdempotencyToken: 'a-b' }))).toMatchObject({ code });
  expect(await refusal(request(region, { ValidationMethod: 'EMAIL' }))).toMatchObject({
    code: 'InvalidParameterException',
  });
});

test('LimitExceededException: ten names a certificate, and the quota of certificates.', async () => {
  const region = newRegion({ quotas: { certificates: 1 } });
  const code = 'LimitExceededException';
  const SubjectAlternativeNames = Array.from({ length: 10 }, (_, n) => `n${n}.seojun.shop`);
  expect(await refusal(request(region, { SubjectAlternativeNames }))).toMatchObject({ code, status: 400 });
  await request(region);
  expect(await refusal(request(region))).toMatchObject({ code });
});

test('InvalidTagException, TooManyTagsException: tags come and go.', async () => {
  const region = newRegion();
  const CertificateArn = await request(region, { Tags: [{ Key: 'owner', Value: 'me' }] });
  const { acm } = region;
  await acm.send(new AddTagsToCertificateCommand({ CertificateArn, Tags: [{ Key: 'a', Value: 'b' }] }));
  await acm.send(new RemoveTagsFromCertificateCommand({ CertificateArn, Tags: [{ Key: 'a' }] }));
  const { Tags } = await acm.send(new ListTagsForCertificateCommand({ CertificateArn }));
  expect(Tags).toEqual([{ Key: 'owner', Value: 'me' }]);
  const tag = (list: { Key: string }[]) =>
    refusal(acm.send(new AddTagsToCertificateCommand({ CertificateArn, Tags: list })));
  expect(await tag([{ Key: 'aws:a' }])).toMatchObject({ code: 'InvalidTagException', status: 400 });
  const many = Array.from({ length: 50 }, (_, n) => ({ Key: `k${n}` }));
  expect(await tag(many)).toMatchObject({ code: 'TooManyTagsException', status: 400 });
});

test('AccessDeniedException: a request with tags needs the right to tag, and rights may go by tags.', async () => {
  const region = newRegion();
  const statements = [
    { Effect: 'Allow', Action: 'acm:RequestCertificate', Resource: '*' },
    {
      Effect: 'Allow',
      Action: 'acm:DescribeCertificate',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/owner': 'me' } },
    },
  ];
  const user = await region.root.user('operator', statements);
  const operator = clientsOf(region.world, region.clock, user.credentials ?? region.account.rootKey);
  const Tags = [{ Key: 'owner', Value: 'me' }];
  const code = 'AccessDeniedException';
  expect(await refusal(request(operator, { Tags }))).toMatchObject({ code, status: 400 });
  expect(await refusal(look(operator, await request(operator)))).toMatchObject({ code });
  expect(await look(operator, await request(region, { Tags }))).toMatchObject({ Status: 'PENDING_VALIDATION' });
});

/** Puts the certificate's record into a zone, or takes it away, and waits until DNS answers so. */
async function record(region: Region, zoneID: string, of: { arn: string; Action: 'CREATE' | 'DELETE' }) {
  const { DomainValidationOptions = [] } = await look(region, of.arn);
  const { Name, Value = '' } = DomainValidationOptions[0]?.ResourceRecord ?? {};
  const set = { Name, Type: 'CNAME' as const, TTL: 300, ResourceRecords: [{ Value }] };
  const ChangeBatch = { Changes: [{ Action: of.Action, ResourceRecordSet: set }] };
  const { world, clock, account } = region;
  const r53 = route53Client(world, clock, account.rootKey);
  await r53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneID, ChangeBatch }));
  await clock.advance(minute);
}

async function zoned(more: Partial<RequestCertificateCommandInput> = {}) {
  const region = newRegion();
  const { world, clock, account } = region;
  const create = new CreateHostedZoneCommand({ Name: 'seojun.shop', CallerReference: 'a' });
  const { HostedZone } = await route53Client(world, clock, account.rootKey).send(create);
  const arn = await request(region, more);
  await clock.advance(acmTimes.resourceRecord);
  return { region, arn, zoneID: HostedZone?.Id ?? '' };
}

test('It is issued a while after its record is in the zone, for 198 days; without a user it is not renewed, and expires.', async () => {
  const { region, arn, zoneID } = await zoned();
  const { clock } = region;
  await clock.advance(10 * minute);
  expect(await look(region, arn)).toMatchObject({ Status: 'PENDING_VALIDATION' });
  await record(region, zoneID, { arn, Action: 'CREATE' });
  expect(await look(region, arn)).toMatchObject({
    Status: 'PENDING_VALIDATION',
    DomainValidationOptions: [{ ValidationStatus: 'SUCCESS' }],
  });
  await clock.advance(acmTimes.validation);
  const issued = await look(region, arn);
  const day = 24 * hour;
  const NotAfter = new Date(clock.now() + 198 * day);
  expect(issued).toMatchObject({ Status: 'ISSUED', IssuedAt: new Date(clock.now()), NotAfter });
  await record(region, zoneID, { arn, Action: 'DELETE' });
  expect(await look(region, arn)).toMatchObject({ Status: 'ISSUED' });
  await clock.advance(198 * day);
  expect(await look(region, arn)).toMatchObject({ Status: 'EXPIRED', NotAfter });
});

test('SSLPolicyNotFound, TooManyCertificates: what an HTTPS listener may be given beside its certificate.', async () => {
  const { region, arn: CertificateArn, zoneID } = await zoned();
  await record(region, zoneID, { arn: CertificateArn, Action: 'CREATE' });
  await look(region, CertificateArn);
  await region.clock.advance(acmTimes.validation);
  const { LoadBalancerArn = '' } = await balancer(region);
  const DefaultActions = forward(await group(region));
  const https = { LoadBalancerArn, Protocol: 'HTTPS' as const, Port: 443, DefaultActions };
  const create = (more: object) => refusal(region.elb.send(new CreateListenerCommand({ ...https, ...more })));
  const Certificates = [{ CertificateArn }];
  expect(await create({ Certificates, SslPolicy: 'TLS-for-ever' })).toMatchObject({
    code: 'SSLPolicyNotFoundException',
  });
  const two = [...Certificates, ...Certificates];
  expect(await create({ Certificates: two })).toMatchObject({ code: 'TooManyCertificatesException', status: 400 });
});

test('ResourceInUseException: a certificate of a listener stays, and a little longer; in use it is renewed while its record is there.', async () => {
  const { region, arn: CertificateArn, zoneID } = await zoned();
  const { clock, elb, acm } = region;
  await record(region, zoneID, { arn: CertificateArn, Action: 'CREATE' });
  await look(region, CertificateArn);
  await clock.advance(acmTimes.validation);
  const { LoadBalancerArn = '' } = await balancer(region);
  const DefaultActions = forward(await group(region));
  const https = { LoadBalancerArn, Protocol: 'HTTPS' as const, Port: 443, Certificates: [{ CertificateArn }] };
  const { Listeners = [] } = await elb.send(new CreateListenerCommand({ ...https, DefaultActions }));
  expect(Listeners[0]).toMatchObject({ SslPolicy: 'ELBSecurityPolicy-2016-08', Certificates: [{ CertificateArn }] });
  const drop = () => acm.send(new DeleteCertificateCommand({ CertificateArn }));
  const code = 'ResourceInUseException';
  expect(await refusal(drop())).toMatchObject({ code, status: 400 });
  const { NotAfter, InUseBy } = await look(region, CertificateArn);
  expect(InUseBy).toEqual([LoadBalancerArn]);
  await clock.advance(190 * 24 * hour);
  const renewed = await look(region, CertificateArn);
  expect(renewed.Status).toBe('ISSUED');
  expect(renewed.NotAfter?.getTime()).toBeGreaterThan(NotAfter?.getTime() ?? 0);
  await elb.send(new DeleteListenerCommand({ ListenerArn: Listeners[0]?.ListenerArn }));
  expect(await refusal(drop())).toMatchObject({ code });
  await clock.advance(minute);
  await drop();
});

test('InvalidArgsException: a list is read in pages, and a token that is none is refused.', async () => {
  const region = newRegion();
  for (const name of ['a', 'b', 'c']) await request(region, { DomainName: `${name}.seojun.shop` });
  const first = await region.acm.send(new ListCertificatesCommand({ MaxItems: 2 }));
  expect(first.CertificateSummaryList).toHaveLength(2);
  const second = await region.acm.send(new ListCertificatesCommand({ MaxItems: 2, NextToken: first.NextToken }));
  expect(second.CertificateSummaryList).toHaveLength(1);
  expect(second.NextToken).toBeUndefined();
  const NextToken = Buffer.from('else').toString('base64');
  const code = 'InvalidArgsException';
  expect(await refusal(region.acm.send(new ListCertificatesCommand({ NextToken })))).toMatchObject({
    code,
    status: 400,
  });
});
