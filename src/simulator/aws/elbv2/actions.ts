// SPDX-License-Identifier: GPL-3.0-or-later
/** What a listener does with a request: forward it, or redirect it. Source: API reference, Action, RedirectActionConfig. */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, records, required, text, type Fields, type Members } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { named } from './held.ts';
import type { Action, Listener, LoadBalancer, Redirect } from './state.ts';
import { usersOf } from './target-groups.ts';

export const redirectMembers: Members = {
  Protocol: text({ oneOf: ['HTTP', 'HTTPS', '#{protocol}'] }),
  Port: text(),
  Host: text({ max: 128 }),
  Path: text({ max: 128 }),
  Query: text({ max: 128 }),
  StatusCode: required(text({ oneOf: ['HTTP_301', 'HTTP_302'] })),
};

interface Of extends Pick<Listener, 'port' | 'protocol'> {
  readonly balancer: LoadBalancer;
}

export function actionOf(call: Call, input: Fields, of: Of): Action {
  const [given, ...more] = records(input, 'DefaultActions');
  if (!given || more.length > 0)
    throw new AwsError('ValidationError', 'A listener must have exactly one default action here');
  return must(given, 'Type') === 'redirect' ? redirect(given, of) : forward(call, given, of);
}

function forward(call: Call, given: Fields, { balancer }: Of): Action {
  const arn = may(given, 'TargetGroupArn');
  if (arn === undefined) throw new AwsError('ValidationError', 'A target group ARN must be specified');
  const group = named(call, 'targetGroups', arn);
  // API_CreateListener: TargetGroupAssociationLimit, "You've reached the limit on the number of load balancers per target group": one
  if (usersOf(call, arn).some((user) => user !== balancer.arn))
    throw new AwsError(
      'TargetGroupAssociationLimit',
      `The following target groups cannot be associated with more than one load balancer: ${arn}`,
    );
  if (group.vpcID !== balancer.vpcID)
    throw new AwsError('InvalidConfigurationRequest', 'The load balancer and the target group must be in the same VPC');
  return { type: 'forward', targetGroup: arn };
}

/** What is not said stays as the request had it. A redirect to itself is refused. */
function redirect(given: Fields, { port, protocol }: Of): Action {
  const config = (given['RedirectConfig'] ?? {}) as Fields;
  const to: Redirect = {
    protocol: may(config, 'Protocol') ?? '#{protocol}',
    port: may(config, 'Port') ?? '#{port}',
    host: may(config, 'Host') ?? '#{host}',
    path: may(config, 'Path') ?? '/#{path}',
    query: may(config, 'Query') ?? '#{query}',
    statusCode: must(config, 'StatusCode'),
  };
  const samePlace = to.host === '#{host}' && to.path === '/#{path}' && to.query === '#{query}';
  const sameDoor = ['#{port}', String(port)].includes(to.port) && ['#{protocol}', protocol].includes(to.protocol);
  if (samePlace && sameDoor)
    throw new AwsError('InvalidLoadBalancerAction', 'The redirect configuration would create a redirect loop');
  return { type: 'redirect', redirect: to };
}

export function actionXml(action: Action): Xml {
  if (action.type === 'forward') {
    const TargetGroups = { member: [{ TargetGroupArn: action.targetGroup, Weight: 1 }] };
    const ForwardConfig = { TargetGroups, TargetGroupStickinessConfig: { Enabled: false } };
    return { Type: 'forward', TargetGroupArn: action.targetGroup, Order: 1, ForwardConfig };
  }
  const { protocol, port, host, path, query, statusCode } = action.redirect;
  const RedirectConfig = {
    Protocol: protocol,
    Port: port,
    Host: host,
    Path: path,
    Query: query,
    StatusCode: statusCode,
  };
  return { Type: 'redirect', Order: 1, RedirectConfig };
}
