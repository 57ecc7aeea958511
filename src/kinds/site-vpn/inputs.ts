// SPDX-License-Identifier: GPL-3.0-or-later
/** What the gateway's files are made of, keys left out: as AWS has it now, not as it shall be. Pure. */
import type { SiteVpnSpec } from '../../api/site-vpn.ts';
import type { VpnConnection } from '../../clouds/aws/ec2/vpn.ts';
import { canonical, digest } from '../../core/digest.ts';
import type { Observed } from './observed.ts';

export function digestOfInputs(spec: SiteVpnSpec, observed: Observed, connection: VpnConnection): string {
  const { device, site } = spec;
  const vpc = observed.vpcs[0];
  const gateway = observed.gateways.find(({ id }) => id === connection.gateway);
  return digest(
    canonical({
      device: device?.type === 'StrongSwan' ? [device.type, device.binding] : device?.type,
      publicIP: site.publicIP,
      localIP: site.localIP,
      cidrs: site.cidrs.toSorted(),
      vpc: vpc?.cidrs,
      static: connection.staticRoutesOnly,
      asn: connection.staticRoutesOnly ? undefined : [site.bgpASN, gateway?.amazonASN],
      selectors: [connection.localCIDR, connection.remoteCIDR],
      tunnels: connection.tunnels
        .toSorted((a, b) => (a.outsideIP < b.outsideIP ? -1 : 1))
        .map(({ outsideIP, insideCIDR, options }) => ({ outsideIP, insideCIDR, options })),
    }),
  );
}
