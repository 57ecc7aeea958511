// SPDX-License-Identifier: GPL-3.0-or-later
/** From the replies of Elastic Load Balancing to our words. */
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Listener, ListenerAction, LoadBalancer, Target, TargetCheck, TargetGroup } from './load-balancer.ts';

export function loadBalancerOf(found: Elb.LoadBalancer): LoadBalancer {
  return {
    arn: found.LoadBalancerArn ?? '',
    name: found.LoadBalancerName ?? '',
    dnsName: (found.DNSName ?? '').toLowerCase(),
    zone: found.CanonicalHostedZoneId ?? '',
    state: found.State?.Code ?? 'provisioning',
    scheme: found.Scheme ?? '',
    vpc: found.VpcId ?? '',
    subnets: (found.AvailabilityZones ?? []).flatMap(({ SubnetId }) => SubnetId ?? []).toSorted(),
    securityGroups: [...(found.SecurityGroups ?? [])].toSorted(),
  };
}

function checkOf(found: Elb.TargetGroup): TargetCheck {
  return {
    protocol: found.HealthCheckProtocol ?? '',
    port: found.HealthCheckPort ?? '',
    path: found.HealthCheckPath ?? '',
    intervalSeconds: found.HealthCheckIntervalSeconds ?? 0,
    timeoutSeconds: found.HealthCheckTimeoutSeconds ?? 0,
    healthyThreshold: found.HealthyThresholdCount ?? 0,
    unhealthyThreshold: found.UnhealthyThresholdCount ?? 0,
    matcher: found.Matcher?.HttpCode ?? '',
  };
}

export function targetGroupOf(found: Elb.TargetGroup): TargetGroup {
  return {
    arn: found.TargetGroupArn ?? '',
    name: found.TargetGroupName ?? '',
    protocol: found.Protocol ?? '',
    port: found.Port ?? 0,
    vpc: found.VpcId ?? '',
    check: checkOf(found),
    loadBalancers: found.LoadBalancerArns ?? [],
  };
}

const asAsked = { Host: '#{host}', Path: '/#{path}', Query: '#{query}' };

function actionOf([action, ...more]: readonly Elb.Action[] = []): ListenerAction {
  if (!action || more.length > 0) return { type: 'Other' };
  const { Type, TargetGroupArn, RedirectConfig: to } = action;
  if (Type === 'forward' && TargetGroupArn) return { type: 'Forward', targetGroup: TargetGroupArn };
  const whole = Object.entries(asAsked).every(
    ([name, value]) => (to?.[name as keyof typeof asAsked] ?? value) === value,
  );
  const secure = to?.Protocol === 'HTTPS' && to.Port === '443' && to.StatusCode === 'HTTP_301';
  return Type === 'redirect' && secure && whole ? { type: 'ToHTTPS' } : { type: 'Other' };
}

export function listenerOf(found: Elb.Listener): Listener {
  const certificate = found.Certificates?.[0]?.CertificateArn;
  return {
    arn: found.ListenerArn ?? '',
    loadBalancer: found.LoadBalancerArn ?? '',
    port: found.Port ?? 0,
    protocol: found.Protocol ?? '',
    action: actionOf(found.DefaultActions),
    ...(certificate === undefined ? {} : { certificate }),
    ...(found.SslPolicy ? { policy: found.SslPolicy } : {}),
  };
}

export function targetOf({ Target: of, TargetHealth: health }: Elb.TargetHealthDescription): Target {
  const why = health?.Description ?? health?.Reason;
  return {
    id: of?.Id ?? '',
    port: of?.Port ?? 0,
    state: health?.State ?? 'unavailable',
    ...(why === undefined ? {} : { why }),
  };
}
