// SPDX-License-Identifier: GPL-3.0-or-later
/** The condition DataPathReachable. Pure. */
import { contains } from '../../../api/site-vpn/cidr.ts';
import type { SiteVpnStatus } from '../../../api/site-vpn.ts';
import type { Vpc } from '../../../clouds/aws/ec2/vpn.ts';
import type { Facts, News } from '../../../core/kind.ts';
import type { Context } from '../plan/part.ts';
import { answered, type Trial } from './trial.ts';

type Verdict = NonNullable<Facts['conditions']>[number];

const type = 'DataPathReachable';

export function isInVpc(host: string, { cidrs }: Vpc): boolean {
  return cidrs.some((cidr) => contains(cidr, `${host}/32`));
}

function verdictOf({ host, port, outcome }: Trial): Verdict {
  const at = `${host}:${port}`;
  switch (outcome) {
    case 'Accepted':
      return { type, status: 'True', reason: 'Reachable', message: `${at} accepts connections from the operator` };
    case 'Refused':
      return {
        type,
        status: 'True',
        reason: 'ConnectionRefused',
        message: `${at} refuses connections, so packets come and go: the way works, and nothing listens on that port`,
      };
    case 'NoAnswer':
      return {
        type,
        status: 'False',
        reason: 'NoAnswer',
        message: `${at} does not answer. Look at the tunnels, at the route tables and the site gateway's routes, at the security group and network ACL of the host, and that the network that the operator runs in is in site.cidrs`,
      };
    case 'NoRoute':
      return {
        type,
        status: 'False',
        reason: 'NoRoute',
        message: `There is no way to ${at} from where the operator runs: set a route to the VPC by way of the site gateway, on the nodes or on their router`,
      };
    case 'NotSent':
      return {
        type,
        status: 'False',
        reason: 'NotSent',
        message: `The machine that the operator runs on may not send to ${at}: let its network policy and packet filter pass that`,
      };
  }
}

/** Apart from Ready: AWS measures its end of the tunnels, this the whole way. Nothing where nothing is to be tried. */
export function dataPath({ spec, observed }: Context): readonly Verdict[] {
  const { probe } = spec;
  if (!probe) return [];
  const [vpc] = observed.vpcs;
  if (vpc && !isInVpc(probe.host, vpc))
    return [
      {
        type,
        status: 'Unknown',
        reason: 'ProbeOutsideVpc',
        message: `probe.host is not in the VPC, which has ${vpc.cidrs.join(', ')}; nothing was tried. Set it to the private address of a host there`,
      },
    ];
  if (observed.probe) return [verdictOf(observed.probe)];
  return [
    { type, status: 'Unknown', reason: 'NotProbed', message: 'Nothing was tried yet: there is no VPN connection' },
  ];
}

/** That the way was lost, or is there again. */
export function pathNews({ probe: before }: SiteVpnStatus, { probe: now }: SiteVpnStatus): readonly News[] {
  if (!now || (before ? answered(before.outcome) : false) === answered(now.outcome)) return [];
  const { reason, message } = verdictOf(now);
  return [{ type: answered(now.outcome) ? 'Normal' : 'Warning', reason, message }];
}
