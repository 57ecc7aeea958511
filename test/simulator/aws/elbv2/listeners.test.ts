// SPDX-License-Identifier: GPL-3.0-or-later
import { RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  CreateListenerCommand,
  DeleteListenerCommand,
  DescribeListenersCommand,
  ModifyListenerCommand,
  type Action,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from '@jest/globals';
import { balancer, forward, group, listener, newRegion, refusal, type Region } from './world.ts';

const redirect = (port = '443'): Action[] => [
  { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: port, StatusCode: 'HTTP_301' } },
];

async function place(region: Region) {
  const [{ LoadBalancerArn = '' }, arn] = [await balancer(region), await group(region)];
  return { LoadBalancerArn, arn };
}

test('An HTTP listener redirects to HTTPS, and later forwards; the same once more is the same listener.', async () => {
  const region = newRegion();
  const { elb } = region;
  const { LoadBalancerArn, arn } = await place(region);
  const input = { LoadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions: redirect() } as const;
  const made = await elb.send(new CreateListenerCommand(input));
  const again = await elb.send(new CreateListenerCommand(input));
  expect(again).toMatchObject({ Listeners: made.Listeners });
  const ListenerArn = made.Listeners?.[0]?.ListenerArn ?? '';
  expect(ListenerArn.startsWith(LoadBalancerArn.replace(':loadbalancer/', ':listener/'))).toBe(true);
  expect(made.Listeners?.[0]?.DefaultActions).toMatchObject([
    { RedirectConfig: { Protocol: 'HTTPS', Port: '443', Host: '#{host}', Path: '/#{path}', StatusCode: 'HTTP_301' } },
  ]);
  await elb.send(new ModifyListenerCommand({ ListenerArn, DefaultActions: forward(arn) }));
  const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  expect(Listeners).toMatchObject([
    { ListenerArn, Port: 80, DefaultActions: [{ Type: 'forward', TargetGroupArn: arn }] },
  ]);
});

test('InvalidLoadBalancerAction: a redirect to itself.', async () => {
  const region = newRegion();
  const { LoadBalancerArn } = await place(region);
  const to = (RedirectConfig: Action['RedirectConfig']) => [{ Type: 'redirect' as const, RedirectConfig }];
  const DefaultActions = to({ Protocol: 'HTTP', Port: '80', StatusCode: 'HTTP_301' });
  const input = { LoadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions } as const;
  expect(await refusal(region.elb.send(new CreateListenerCommand(input)))).toMatchObject({
    code: 'InvalidLoadBalancerAction',
    status: 400,
  });
});

test('DuplicateListener: another listener on the same port, made or moved there.', async () => {
  const region = newRegion();
  const { LoadBalancerArn, arn } = await place(region);
  await listener(region, LoadBalancerArn, arn);
  const input = { LoadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions: redirect() } as const;
  const code = 'DuplicateListener';
  expect(await refusal(region.elb.send(new CreateListenerCommand(input)))).toMatchObject({ code, status: 400 });
  const made = await region.elb.send(new CreateListenerCommand({ ...input, Port: 8080 }));
  const move = new ModifyListenerCommand({ ListenerArn: made.Listeners?.[0]?.ListenerArn, Port: 80 });
  expect(await refusal(region.elb.send(move))).toMatchObject({ code });
});

test('TargetGroupAssociationLimit: a target group belongs to one load balancer.', async () => {
  const region = newRegion();
  const { LoadBalancerArn, arn } = await place(region);
  await listener(region, LoadBalancerArn, arn);
  const { LoadBalancerArn: other = '' } = await balancer(region, { Name: 'tokyo-alb' });
  expect(await refusal(listener(region, other, arn))).toMatchObject({ code: 'TargetGroupAssociationLimit' });
});

test('ListenerNotFound, LoadBalancerNotFound, TargetGroupNotFound: what a listener is, stands on and sends to.', async () => {
  const region = newRegion();
  const { LoadBalancerArn, arn } = await place(region);
  const ListenerArn = await listener(region, LoadBalancerArn, arn);
  const look = () => region.elb.send(new DescribeListenersCommand({ ListenerArns: [ListenerArn] }));
  expect((await look()).Listeners).toHaveLength(1);
  await region.elb.send(new DeleteListenerCommand({ ListenerArn }));
  expect(await refusal(look())).toMatchObject({ code: 'ListenerNotFound', status: 400 });
  const again = region.elb.send(new DeleteListenerCommand({ ListenerArn }));
  expect(await refusal(again)).toMatchObject({ code: 'ListenerNotFound' });
  expect(await refusal(listener(region, `${LoadBalancerArn}0`, arn))).toMatchObject({ code: 'LoadBalancerNotFound' });
  expect(await refusal(listener(region, LoadBalancerArn, `${arn}0`))).toMatchObject({ code: 'TargetGroupNotFound' });
  expect(await refusal(region.elb.send(new DescribeListenersCommand({})))).toMatchObject({ code: 'ValidationError' });
});

test('CertificateNotFound, UnsupportedCertificate: HTTPS needs a certificate that is there and issued.', async () => {
  const region = newRegion();
  const { elb, acm } = region;
  const { LoadBalancerArn, arn } = await place(region);
  const https = (CertificateArn?: string) => {
    const Certificates = CertificateArn === undefined ? {} : { Certificates: [{ CertificateArn }] };
    const settings = { LoadBalancerArn, Protocol: 'HTTPS', Port: 443, DefaultActions: forward(arn) } as const;
    return refusal(elb.send(new CreateListenerCommand({ ...settings, ...Certificates })));
  };
  expect(await https()).toMatchObject({ code: 'ValidationError', message: expect.stringContaining('certificate') });
  const { CertificateArn = '' } = await acm.send(
    new RequestCertificateCommand({ DomainName: 'gslb.seojun.shop', ValidationMethod: 'DNS' }),
  );
  expect(await https(`${CertificateArn}0`)).toMatchObject({ code: 'CertificateNotFound', status: 400 });
  expect(await https(CertificateArn)).toEqual({
    code: 'UnsupportedCertificate',
    status: 400,
    message: `The certificate '${CertificateArn}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
  });
});
