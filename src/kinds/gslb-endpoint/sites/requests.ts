// SPDX-License-Identifier: GPL-3.0-or-later
/** The one call of each step, and what a person approves of it. Pure. */
import * as balancing from '../../../clouds/aws/elbv2/load-balancer-requests.ts';
import * as machines from '../../../clouds/aws/ec2/machine-requests.ts';
import type { AwsRequest } from '../../../clouds/aws/request.ts';
import type { Rule } from '../../../clouds/aws/ec2/machine.ts';
import { digest } from '../../../core/digest.ts';
import { ruleWords } from './rule-words.ts';
import type { RolloutStep, SiteEndStep, SitePieceStep, SiteStep } from './steps.ts';

function pieceRequest(step: SitePieceStep): AwsRequest {
  switch (step.do) {
    case 'CreateSecurityGroup':
      return machines.createSecurityGroup(step);
    case 'OpenPort':
      return machines.openPort(step.id, step.opening);
    case 'ClosePort':
      return machines.closePort(step.id, step.opening);
    case 'CreateTargetGroup':
      return balancing.createTargetGroup(step);
    case 'ChangeTargetGroup':
      return balancing.modifyTargetGroup(step.id, step.check);
    case 'CreateLoadBalancer':
      return balancing.createLoadBalancer(step);
    case 'ChangeLoadBalancer':
      return balancing.setSecurityGroups(step.id, step.securityGroups);
    case 'CreateListener':
      return balancing.createListener(step.id, step.settings, step.tags);
    case 'ChangeListener':
      return balancing.modifyListener(step.id, step.settings);
  }
}

function rolloutRequest(step: RolloutStep): AwsRequest {
  switch (step.do) {
    case 'LaunchInstance':
      return machines.runInstance(step);
    case 'CreateImage':
      return machines.createImage(step.id, step.name, step.tags);
    case 'CopyImage':
      return machines.copyImage({ region: step.from, image: step.id }, step);
    case 'RegisterTarget':
      return balancing.registerTarget(step.group, step.id);
    case 'DeregisterTarget':
      return balancing.deregisterTarget(step.group, step.id);
  }
}

function endRequest(step: SiteEndStep): AwsRequest {
  switch (step.do) {
    case 'TerminateInstance':
      return machines.terminateInstance(step.id);
    case 'DeleteListener':
      return balancing.deleteListener(step.id);
    case 'DeleteLoadBalancer':
      return balancing.deleteLoadBalancer(step.id);
    case 'DeleteTargetGroup':
      return balancing.deleteTargetGroup(step.id);
    case 'DeregisterImage':
      return machines.deregisterImage(step.id);
    case 'DeleteSnapshot':
      return machines.deleteSnapshot(step.id);
    case 'DeleteSecurityGroup':
      return machines.deleteSecurityGroup(step.id);
    case 'ReleaseSiteThing':
      return step.of === 'Machine'
        ? machines.untagMachine(step.id, step.tags)
        : balancing.untagBalancing(step.id, step.tags);
  }
}

const pieces = new Set<SiteStep['do']>([
  'CreateSecurityGroup',
  'OpenPort',
  'ClosePort',
  'CreateTargetGroup',
  'ChangeTargetGroup',
  'CreateLoadBalancer',
  'ChangeLoadBalancer',
  'CreateListener',
  'ChangeListener',
]);
const rollout = new Set<SiteStep['do']>([
  'LaunchInstance',
  'CreateImage',
  'CopyImage',
  'RegisterTarget',
  'DeregisterTarget',
]);

export function siteRequest(step: SiteStep): AwsRequest {
  if (pieces.has(step.do)) return pieceRequest(step as SitePieceStep);
  return rollout.has(step.do) ? rolloutRequest(step as RolloutStep) : endRequest(step as SiteEndStep);
}

/** Which group of ours a rule names is not known before that is made. */
function doorOf(rule: Rule): object {
  return 'port' in rule ? { port: rule.port, world: 'cidr' in rule.from } : { rule: ruleWords(rule) };
}

/** Which thing of which site, and with what configuration; ids of what is made on the way are not known before, nor which image is the newest. */
export function siteIdentity(step: SiteStep): object {
  const { do: verb, effect, site, region } = step;
  const own = { do: verb, effect, site, region };
  switch (step.do) {
    case 'LaunchInstance':
      return { ...own, type: step.type, userData: digest(step.userData) };
    case 'RegisterTarget':
    case 'DeregisterTarget':
    case 'TerminateInstance':
      return own;
    case 'OpenPort':
    case 'ClosePort':
      return { ...own, ...doorOf(step.opening) };
    case 'CreateListener':
    case 'ChangeListener':
      return { ...own, port: step.settings.port, action: step.settings.action.type };
    default:
      return { ...own, target: step.target };
  }
}
