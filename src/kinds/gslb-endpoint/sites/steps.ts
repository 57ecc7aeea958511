// SPDX-License-Identifier: GPL-3.0-or-later
import type { TargetCheck } from '../../../clouds/aws/elbv2/load-balancer.ts';
import type { ListenerSettings } from '../../../clouds/aws/elbv2/load-balancer-requests.ts';
import type { Opening, Rule } from '../../../clouds/aws/ec2/machine.ts';
import type { Tags } from '../../../core/owner-mark.ts';
import type { Step } from '../../../core/step.ts';

/** Of a site, in its region. */
interface At<Do extends string> extends Step {
  readonly do: Do;
  readonly site: string;
  readonly region: string;
}

interface Named<Do extends string> extends At<Do> {
  readonly name: string;
  readonly tags: Tags;
}

/** `id`: what is changed or goes. */
interface On<Do extends string> extends At<Do> {
  readonly id: string;
}

export type SitePieceStep =
  | (Named<'CreateSecurityGroup'> & { readonly vpc: string; readonly description: string })
  | (On<'OpenPort'> & { readonly opening: Opening })
  | (On<'ClosePort'> & { readonly opening: Rule })
  | (Named<'CreateTargetGroup'> & { readonly vpc: string; readonly port: number; readonly check: TargetCheck })
  | (On<'ChangeTargetGroup'> & { readonly check: TargetCheck })
  | (Named<'CreateLoadBalancer'> & { readonly subnets: readonly string[]; readonly securityGroups: readonly string[] })
  | (On<'ChangeLoadBalancer'> & { readonly securityGroups: readonly string[] })
  /** `id`: the load balancer that gets it. */
  | (On<'CreateListener'> & { readonly settings: ListenerSettings; readonly tags: Tags })
  | (On<'ChangeListener'> & { readonly settings: ListenerSettings });

export type RolloutStep =
  /** By its token it is one instance however often it is asked for. What is in `userData` whoever sees the instance may read. */
  | (At<'LaunchInstance'> & {
      readonly image: string;
      readonly type: string;
      readonly subnet: string;
      readonly groups: readonly string[];
      readonly userData: string;
      readonly token: string;
      readonly tags: Tags;
    })
  | (Named<'CreateImage'> & { readonly id: string })
  | (Named<'CopyImage'> & { readonly id: string; readonly from: string; readonly token: string })
  /** `id`: the instance. */
  | (On<'RegisterTarget' | 'DeregisterTarget'> & { readonly group: string });

export type SiteEndStep =
  | On<
      | 'TerminateInstance'
      | 'DeleteListener'
      | 'DeleteLoadBalancer'
      | 'DeleteTargetGroup'
      | 'DeregisterImage'
      | 'DeleteSnapshot'
      | 'DeleteSecurityGroup'
    >
  /** The marks go, the thing stays. */
  | (On<'ReleaseSiteThing'> & { readonly of: 'Machine' | 'Balancing'; readonly tags: Tags });

export type SiteStep = SitePieceStep | RolloutStep | SiteEndStep;
