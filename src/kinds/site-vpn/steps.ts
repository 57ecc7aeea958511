// SPDX-License-Identifier: GPL-3.0-or-later
import type { TunnelOptions } from '../../clouds/aws/ec2/vpn.ts';
import type { Tags } from '../../core/owner-mark.ts';
import type { Step } from '../../core/step.ts';
import type { PushStep } from './push/steps.ts';
import type { RouterStep } from './openstack/steps.ts';

export type TunnelName = 'tunnel1' | 'tunnel2';

interface Of<Do extends string> extends Step {
  readonly do: Do;
}

interface OnGateway<Do extends string> extends Of<Do> {
  readonly gateway: string;
}

interface OnConnection<Do extends string> extends Of<Do> {
  readonly connection: string;
}

/** What one tunnel has of its own. */
export interface OwnOptions {
  /** Absent: AWS chooses. */
  readonly insideCIDR?: string;
  /** Secret with the pre-shared key; absent: AWS makes one. */
  readonly presharedKeySecret?: string;
}

export type GatewayStep =
  /** `tags` hold the installation's mark for this VPC: its SiteVpns share the gateway. */
  | (Of<'CreateVpnGateway'> & { readonly vpc: string; readonly amazonASN?: number; readonly tags: Tags })
  | (OnGateway<'AdoptVpnGateway'> & { readonly tags: Tags })
  | (OnGateway<'AttachVpnGateway'> & { readonly vpc: string })
  | (OnGateway<'DetachVpnGateway'> & { readonly vpc: string })
  | (OnGateway<'ReleaseVpnGateway'> & { readonly tags: Tags })
  | OnGateway<'DeleteVpnGateway'>;

export type CustomerGatewayStep =
  /** With a device name of our own: else AWS answers with somebody else's gateway of the same address and ASN. */
  | (Of<'CreateCustomerGateway'> & {
      readonly ip: string;
      readonly asn: number;
      readonly deviceName: string;
      readonly tags: Tags;
    })
  | (Of<'AdoptCustomerGateway'> & { readonly customerGateway: string; readonly tags: Tags })
  | (Of<'TagCustomerGateway'> & { readonly customerGateway: string; readonly tags: Tags })
  | (Of<'ReleaseCustomerGateway'> & { readonly customerGateway: string; readonly tags: Tags })
  /** `ip`: what else has to be right before it is deleted. */
  | (Of<'DeleteCustomerGateway'> & { readonly customerGateway: string; readonly ip?: string });

export type ConnectionStep =
  /** AWS may answer with an existing connection of the same gateways: the mark is looked at afterwards. */
  | (Of<'CreateVpnConnection'> & {
      readonly gateway: string;
      readonly customerGateway: string;
      readonly staticRoutesOnly: boolean;
      readonly localCIDR: string;
      readonly remoteCIDR: string;
      readonly options: TunnelOptions;
      readonly own: readonly [OwnOptions, OwnOptions];
      readonly tags: Tags;
    })
  | (OnConnection<'AdoptVpnConnection'> & { readonly tags: Tags })
  | (OnConnection<'TagVpnConnection'> & { readonly tags: Tags })
  /** To another customer gateway: outside addresses and keys stay (ModifyVpnConnection). */
  | (OnConnection<'MoveVpnConnection'> & { readonly customerGateway: string })
  | (OnConnection<'SetTrafficSelectors'> & { readonly localCIDR: string; readonly remoteCIDR: string })
  /** All options of one tunnel in one change, which interrupts that tunnel. */
  | (OnConnection<'ModifyTunnel'> &
      OwnOptions & { readonly tunnel: TunnelName; readonly outsideIP: string; readonly options: TunnelOptions })
  | (OnConnection<'CreateStaticRoute'> & { readonly cidr: string })
  | (OnConnection<'DeleteStaticRoute'> & { readonly cidr: string })
  | (OnConnection<'ReleaseVpnConnection'> & { readonly tags: Tags })
  /** `customerGateway`: what else has to be right before it is deleted. */
  | (OnConnection<'DeleteVpnConnection'> & { readonly customerGateway: string });

export type TableStep =
  | (OnGateway<'EnablePropagation'> & { readonly table: string })
  | (OnGateway<'DisablePropagation'> & { readonly table: string })
  | (OnGateway<'CreateRoute'> & { readonly table: string; readonly cidr: string })
  | (OnGateway<'DeleteRoute'> & { readonly table: string; readonly cidr: string });

export type FilesStep =
  /** Renders the files of the site's gateway and puts them, with both keys, into the Secret. */
  | (OnConnection<'DeliverGatewayFiles'> & { readonly secret: string; readonly digestOfInputs: string })
  | (Of<'RemoveGatewayFiles'> & { readonly secret: string });

export type SiteVpnStep =
  | GatewayStep
  | CustomerGatewayStep
  | ConnectionStep
  | TableStep
  | FilesStep
  | PushStep
  | RouterStep;
