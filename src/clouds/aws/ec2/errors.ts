// SPDX-License-Identifier: GPL-3.0-or-later
/** What EC2's own error codes mean (EC2 API reference, "Error codes"); throttling, credentials and 5xx are the same for all services. */
import type { Failure } from '../../../core/failure.ts';

type Meaning = Pick<Failure, 'class' | 'reason' | 'message'> & { readonly applied?: 'no' };

/** It is not there, or does not show yet: EC2 shows what was made some seconds later, and not to every question at once. */
export function isUnknownToEC2(code: string | undefined): boolean {
  return code !== undefined && (code.endsWith('.NotFound') || code === 'InvalidVpnConnectionID');
}

/** It, or what hangs on it, is in another state than the call needs; that passes when the other change is through, or the user of it goes. */
const conflicts = new Set([
  'IncorrectState',
  'InvalidState',
  'DependencyViolation',
  'InvalidVpnConnection.InvalidState',
  'InvalidVpnGatewayState',
  // the VPC has a gateway, or the gateway a VPC: whoever looked before it attached did not see it yet, and the next look shows whose it is
  'InvalidVpcState',
  'VpnGatewayAttachmentLimitExceeded',
  'InvalidCustomerGatewayState',
  'Gateway.NotAttached',
  'RouteAlreadyExists',
  // somebody else's of that name, or ours that did not show yet: the next look tells which
  'InvalidGroup.Duplicate',
  'InvalidPermission.Duplicate',
  'InvalidAMIName.Duplicate',
  'InvalidSnapshot.InUse',
  'InvalidAMIID.Unavailable',
]);

/** As Service Quotas and the EC2 User Guide call them. */
const quotas: Readonly<Record<string, string>> = {
  VpnConnectionLimitExceeded: 'VPN connections per Region, or per virtual private gateway',
  VpnGatewayLimitExceeded: 'virtual private gateways per Region',
  CustomerGatewayLimitExceeded: 'customer gateways per Region',
  RouteLimitExceeded: 'routes per route table',
  VcpuLimitExceeded: 'vCPUs of running on-demand standard instances',
  SecurityGroupLimitExceeded: 'security groups per Region',
  RulesPerSecurityGroupLimitExceeded: 'rules per security group',
  TagLimitExceeded: '50 tags per resource, which AWS does not raise',
};

/** The account or the region is not open, whatever the identity may do. */
const closed = new Set(['OptInRequired', 'Blocked', 'PendingVerification', 'AccountDisabled']);

/** AWS is at something else of the same gateway or account: not the code says so, but its words (terraform-provider-aws#11720, and its retries). */
const busy = /pending VPNs or Virtual Interfaces|maximum number of mutating objects/i;

const families: readonly ((code: string, said: string) => Meaning | undefined)[] = [
  (code, said) =>
    isUnknownToEC2(code)
      ? {
          class: 'Transient',
          reason: 'NotFound',
          applied: 'no',
          message: `AWS does not find it (${said}). What was made a moment ago shows soon; what is gone, the next look tells`,
        }
      : undefined,
  (code, said) =>
    conflicts.has(code) || busy.test(said)
      ? {
          class: 'Transient',
          reason: 'Conflict',
          applied: 'no',
          message: `${code}, which passes or shows at the next look (AWS said: ${said})`,
        }
      : undefined,
  (code, said) =>
    code.endsWith('LimitExceeded')
      ? {
          class: 'Denied',
          reason: 'QuotaReached',
          message: `a quota of the account is used up: ${quotas[code] ?? code} (AWS said: ${said}). Ask AWS to raise it (Service Quotas), or free some.`,
        }
      : undefined,
  (code, said) =>
    closed.has(code)
      ? {
          class: 'Denied',
          reason: 'AccountNotReady',
          message: `AWS does not serve this account here (${code}: ${said}). Enable the region, or have AWS enable the account.`,
        }
      : undefined,
  // "Error codes" has it for two connections with one address of a site; the Site-to-Site VPN User Guide ("Architectural scenarios") says that
  // an address serves any number of VPCs, and so it is simulated. Where AWS refuses all the same, only a person can choose
  (code, said) =>
    code === 'InvalidCustomerGateway.DuplicateIpAddress'
      ? {
          class: 'Denied',
          reason: 'SiteAddressInUse',
          applied: 'no',
          message: `AWS has another VPN connection with this public address of the site, maybe in another account (AWS said: ${said}). Delete that one, or give the site another address in site.publicIP.`,
        }
      : undefined,
  (code) =>
    code === 'DryRunOperation'
      ? { class: 'Invalid', reason: 'DryRun', message: 'AWS would do it; since it was a dry run, nothing was done' }
      : undefined,
];

export function ec2Meaning(code: string, said: string): Meaning | undefined {
  // a throttling code that ends like a quota
  if (code === 'RequestLimitExceeded') return undefined;
  return families.map((mean) => mean(code, said)).find((known) => known !== undefined);
}
