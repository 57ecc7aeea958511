// SPDX-License-Identifier: GPL-3.0-or-later
/** Listeners with their default action. Source: API_CreateListener, API_ModifyListener, API_DescribeListeners, API_DeleteListener of ELB 2015-12-01. */
import type { Call } from '../call.ts';
import { certificateFor } from '../acm/use.ts';
import { AwsError } from '../errors.ts';
import {
  may,
  must,
  records,
  required,
  text,
  texts,
  whole,
  type Fields,
  type List,
  type Members,
} from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import { actionOf, actionXml, redirectMembers } from './actions.ts';
import { allSeen, allTrue, named, newTail, notFound, regionOf, save } from './held.ts';
import { pageOf, paging } from './paging.ts';
import { on, onAll, onListeners, tagsIn } from './permission.ts';
import type { Listener } from './state.ts';
import { takeAway } from './take-away.ts';
import { merged, tagList } from './tags.ts';

/** API_CreateListener: "For HTTPS and TLS listeners, the security policy"; the default is this one. */
const defaultPolicy = 'ELBSecurityPolicy-2016-08';
/** ELB User Guide, "Security policies": the ones that a new load balancer would be given. */
const policies = [
  defaultPolicy,
  'ELBSecurityPolicy-TLS13-1-2-2021-06',
  'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
  'ELBSecurityPolicy-TLS13-1-3-2021-06',
  'ELBSecurityPolicy-FS-1-2-Res-2020-10',
];

type Secure = Pick<Listener, 'certificate' | 'sslPolicy'>;

/** What an HTTPS listener needs and an HTTP listener may not have. */
function secured(call: Call, input: Fields, before: Partial<Listener> & Pick<Listener, 'protocol'>): Secure {
  const given = records(input, 'Certificates').map((one) => must(one, 'CertificateArn'));
  const policy = may(input, 'SslPolicy');
  if (before.protocol === 'HTTP') {
    if (given.length > 0 || policy !== undefined)
      throw new AwsError('ValidationError', 'Certificates and SSL policies can only be specified for HTTPS listeners');
    return {};
  }
  if (given.length > 1)
    throw new AwsError('TooManyCertificates', 'Only one certificate can be specified as the default certificate');
  const certificate = given[0] ?? before.certificate;
  if (certificate === undefined)
    throw new AwsError('ValidationError', 'A certificate must be specified for HTTPS listeners');
  if (given[0] !== undefined) usable(call, certificate);
  if (policy !== undefined && !policies.includes(policy))
    throw new AwsError('SSLPolicyNotFound', `SSL policy '${policy}' not found`);
  return { certificate, sslPolicy: policy ?? before.sslPolicy ?? defaultPolicy };
}

/** The words of UnsupportedCertificate: hashicorp/terraform-provider-aws#41789; a certificate that is not issued has no signature. */
function usable(call: Call, arn: string): void {
  const certificate = certificateFor(call, arn);
  if (!certificate) throw new AwsError('CertificateNotFound', `Certificate '${arn}' not found`);
  if (certificate.status !== 'ISSUED')
    throw new AwsError(
      'UnsupportedCertificate',
      `The certificate '${arn}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
    );
}

function protocolOf(input: Fields, otherwise: Listener['protocol']): Listener['protocol'] {
  const given = may(input, 'Protocol');
  if (given === undefined) return otherwise;
  return given === 'HTTPS' ? 'HTTPS' : 'HTTP';
}

function taken(call: Call, balancer: string, port: number): Listener | undefined {
  return allTrue(regionOf(call), 'listeners').find((one) => one.loadBalancer === balancer && one.port === port);
}

/** "If you attempt to create multiple listeners with the same settings, each call succeeds." */
function create(call: Call, input: Fields): Xml {
  const balancer = named(call, 'loadBalancers', must(input, 'LoadBalancerArn'));
  const protocol = protocolOf(input, 'HTTP');
  const port = Number(must(input, 'Port'));
  const settings = {
    loadBalancer: balancer.arn,
    port,
    protocol,
    action: actionOf(call, input, { balancer, port, protocol }),
    ...secured(call, input, { protocol }),
  };
  const before = taken(call, balancer.arn, port);
  if (before && said(before) !== said(settings))
    throw new AwsError('DuplicateListener', 'A listener already exists on this port for this load balancer');
  const listener: Listener = before ?? {
    arn: `${balancer.arn.replace(':loadbalancer/', ':listener/')}/${newTail(call)}`,
    ...settings,
    forwardsSince: usedSince(call, settings),
    tags: merged([], tagsIn(input)),
  };
  if (!before) save(call, 'listeners', listener);
  return { Listeners: { member: [xmlOf(listener)] } };
}

/** A target group is checked as long as its load balancer uses it, whichever listener does (ELB User Guide, "Health checks for Application Load Balancer target groups"). */
function usedSince(call: Call, { loadBalancer, action }: Pick<Listener, 'loadBalancer' | 'action'>): number {
  if (action.type !== 'forward') return call.now;
  const { targetGroup } = action;
  const users = allTrue(regionOf(call), 'listeners').filter(
    (one) =>
      one.loadBalancer === loadBalancer && one.action.type === 'forward' && one.action.targetGroup === targetGroup,
  );
  return Math.min(call.now, ...users.map(({ forwardsSince }) => forwardsSince));
}

function said({
  port,
  protocol,
  action,
  certificate,
  sslPolicy,
}: Omit<Listener, 'arn' | 'tags' | 'forwardsSince'>): string {
  return JSON.stringify([port, protocol, action, certificate, sslPolicy]);
}

function modify(call: Call, input: Fields): Xml {
  const before = named(call, 'listeners', must(input, 'ListenerArn'));
  const protocol = protocolOf(input, before.protocol);
  const port = Number(may(input, 'Port') ?? before.port);
  const other = taken(call, before.loadBalancer, port);
  if (other && other.arn !== before.arn)
    throw new AwsError('DuplicateListener', 'A listener already exists on this port for this load balancer');
  const balancer = named(call, 'loadBalancers', before.loadBalancer);
  const action =
    input['DefaultActions'] === undefined ? before.action : actionOf(call, input, { balancer, port, protocol });
  const { certificate: _, sslPolicy: __, ...rest } = before;
  const forwardsSince = usedSince(call, { ...before, action });
  const security = secured(call, input, { ...before, protocol });
  const listener: Listener = { ...rest, port, protocol, action, forwardsSince, ...security };
  save(call, 'listeners', listener);
  return { Listeners: { member: [xmlOf(listener)] } };
}

function xmlOf(listener: Listener): Xml {
  const { arn, loadBalancer, port, protocol, action, certificate, sslPolicy } = listener;
  return {
    ListenerArn: arn,
    LoadBalancerArn: loadBalancer,
    Port: port,
    Protocol: protocol,
    ...(certificate === undefined ? {} : { Certificates: { member: [{ CertificateArn: certificate }] } }),
    SslPolicy: sslPolicy,
    DefaultActions: { member: [actionXml(action)] },
  };
}

function describe(call: Call, input: Fields): Xml {
  const balancer = may(input, 'LoadBalancerArn');
  const arns = texts(input, 'ListenerArns');
  if (balancer === undefined && arns.length === 0)
    throw new AwsError('ValidationError', 'You must specify either listener ARNs or a load balancer ARN');
  if (balancer !== undefined) named(call, 'loadBalancers', balancer);
  const all = allSeen(call, 'listeners');
  const missing = arns.filter((arn) => !all.some((one) => one.arn === arn));
  if (missing.length > 0) throw notFound('listeners', missing);
  const wanted = all.filter((one) => (balancer === undefined ? arns.includes(one.arn) : one.loadBalancer === balancer));
  const { part, more } = pageOf(wanted, input);
  return { Listeners: { member: part.map(xmlOf) }, ...more };
}

function remove(call: Call, input: Fields): Xml {
  takeAway(call, named(call, 'listeners', must(input, 'ListenerArn')));
  return {};
}

const certificates: List = { is: 'list', of: { is: 'structure', members: { CertificateArn: required(text()) } } };
const actions: List = {
  is: 'list',
  of: {
    is: 'structure',
    members: {
      Type: required(text({ oneOf: ['forward', 'redirect'] })),
      TargetGroupArn: text(),
      Order: whole(1, 50_000),
      RedirectConfig: { is: 'structure', members: redirectMembers },
    },
  },
};
const settings: Members = {
  Port: whole(1, 65_535),
  Protocol: text({ oneOf: ['HTTP', 'HTTPS'] }),
  SslPolicy: text(),
  Certificates: certificates,
  DefaultActions: actions,
};

export const listenerOperations: Record<string, QueryOperation> = {
  CreateListener: {
    effect: 'write',
    input: {
      ...settings,
      LoadBalancerArn: required(text()),
      Port: required(whole(1, 65_535)),
      Protocol: required(text({ oneOf: ['HTTP', 'HTTPS'] })),
      DefaultActions: required(actions),
      Tags: tagList,
    },
    authorize: onListeners('CreateListener'),
    run: create,
  },
  ModifyListener: {
    effect: 'write',
    input: { ...settings, ListenerArn: required(text()) },
    authorize: on('ModifyListener', 'ListenerArn'),
    run: modify,
  },
  DescribeListeners: {
    effect: 'read',
    input: { LoadBalancerArn: text(), ListenerArns: { is: 'list', of: text() }, ...paging },
    authorize: onAll('DescribeListeners'),
    run: describe,
  },
  DeleteListener: {
    effect: 'write',
    input: { ListenerArn: required(text()) },
    authorize: on('DeleteListener', 'ListenerArn'),
    run: remove,
  },
};
