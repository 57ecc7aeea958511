// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The writes to load balancers, as data. Creates are idempotent by name and settings; the answer to a second one is what is there, whoever
 * made it and with the tags it has: the mark is looked at afterwards. The mark goes on in the create call.
 */
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Tags } from '../../../core/owner-mark.ts';
import type { ListenerAction, TargetCheck } from './load-balancer.ts';
import { write, type AwsRequest } from '../request.ts';
import { toTagList } from '../tags.ts';

const elb = (action: string, input: Readonly<Record<string, unknown>>) => write('elasticloadbalancing', action, input);

export interface NewLoadBalancer {
  readonly name: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly tags: Tags;
}

export function createLoadBalancer({ name, subnets, securityGroups, tags }: NewLoadBalancer): AwsRequest {
  return elb('CreateLoadBalancer', {
    Name: name,
    Subnets: [...subnets],
    SecurityGroups: [...securityGroups],
    Scheme: 'internet-facing',
    Type: 'application',
    Tags: toTagList(tags),
  } satisfies Elb.CreateLoadBalancerCommandInput);
}

/** These, and no others. */
export function setSecurityGroups(arn: string, groups: readonly string[]): AwsRequest {
  return elb('SetSecurityGroups', {
    LoadBalancerArn: arn,
    SecurityGroups: [...groups],
  } satisfies Elb.SetSecurityGroupsCommandInput);
}

export function deleteLoadBalancer(arn: string): AwsRequest {
  return elb('DeleteLoadBalancer', { LoadBalancerArn: arn } satisfies Elb.DeleteLoadBalancerCommandInput);
}

export interface NewTargetGroup {
  readonly name: string;
  readonly vpc: string;
  readonly port: number;
  readonly check: TargetCheck;
  readonly tags: Tags;
}

const checkInput = (check: TargetCheck) => ({
  HealthCheckProtocol: check.protocol as Elb.ProtocolEnum,
  HealthCheckPort: check.port,
  HealthCheckPath: check.path,
  HealthCheckIntervalSeconds: check.intervalSeconds,
  HealthCheckTimeoutSeconds: check.timeoutSeconds,
  HealthyThresholdCount: check.healthyThreshold,
  UnhealthyThresholdCount: check.unhealthyThreshold,
  Matcher: { HttpCode: check.matcher },
});

export function createTargetGroup({ name, vpc, port, check, tags }: NewTargetGroup): AwsRequest {
  return elb('CreateTargetGroup', {
    Name: name,
    Protocol: 'HTTP',
    Port: port,
    VpcId: vpc,
    TargetType: 'instance',
    ...checkInput(check),
    Tags: toTagList(tags),
  } satisfies Elb.CreateTargetGroupCommandInput);
}

export function modifyTargetGroup(arn: string, check: TargetCheck): AwsRequest {
  return elb('ModifyTargetGroup', {
    TargetGroupArn: arn,
    ...checkInput(check),
  } satisfies Elb.ModifyTargetGroupCommandInput);
}

export function deleteTargetGroup(arn: string): AwsRequest {
  return elb('DeleteTargetGroup', { TargetGroupArn: arn } satisfies Elb.DeleteTargetGroupCommandInput);
}

export interface ListenerSettings {
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly action: Exclude<ListenerAction, { type: 'Other' }>;
  readonly certificate?: string;
  /** Which versions and ciphers of TLS; with a certificate. */
  readonly policy?: string;
}

function listenerInput({ port, protocol, action, certificate, policy }: ListenerSettings) {
  const DefaultActions: Elb.Action[] =
    action.type === 'Forward'
      ? [{ Type: 'forward', TargetGroupArn: action.targetGroup }]
      : [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }];
  return {
    Port: port,
    Protocol: protocol,
    DefaultActions,
    ...(certificate === undefined ? {} : { Certificates: [{ CertificateArn: certificate }] }),
    ...(policy === undefined ? {} : { SslPolicy: policy }),
  };
}

export function createListener(balancer: string, settings: ListenerSettings, tags: Tags): AwsRequest {
  return elb('CreateListener', {
    LoadBalancerArn: balancer,
    ...listenerInput(settings),
    Tags: toTagList(tags),
  } satisfies Elb.CreateListenerCommandInput);
}

export function modifyListener(arn: string, settings: ListenerSettings): AwsRequest {
  return elb('ModifyListener', {
    ListenerArn: arn,
    ...listenerInput(settings),
  } satisfies Elb.ModifyListenerCommandInput);
}

export function deleteListener(arn: string): AwsRequest {
  return elb('DeleteListener', { ListenerArn: arn } satisfies Elb.DeleteListenerCommandInput);
}

export function registerTarget(group: string, id: string): AwsRequest {
  return elb('RegisterTargets', {
    TargetGroupArn: group,
    Targets: [{ Id: id }],
  } satisfies Elb.RegisterTargetsCommandInput);
}

export function deregisterTarget(group: string, id: string): AwsRequest {
  return elb('DeregisterTargets', {
    TargetGroupArn: group,
    Targets: [{ Id: id }],
  } satisfies Elb.DeregisterTargetsCommandInput);
}

export function tagBalancing(arn: string, tags: Tags): AwsRequest {
  return elb('AddTags', { ResourceArns: [arn], Tags: toTagList(tags) } satisfies Elb.AddTagsCommandInput);
}

export function untagBalancing(arn: string, tags: Tags): AwsRequest {
  return elb('RemoveTags', { ResourceArns: [arn], TagKeys: Object.keys(tags) } satisfies Elb.RemoveTagsCommandInput);
}
