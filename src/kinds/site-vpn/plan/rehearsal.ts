// SPDX-License-Identifier: GPL-3.0-or-later
/** Whether this device's files can be written for such a connection, tried with addresses and keys that stand for those AWS will choose. Pure. */
import type { SiteVpnSpec } from '../../../api/site-vpn.ts';
import type { CustomerGatewayTunnel } from '../../../clouds/aws/ec2/customer-gateway-configuration.ts';
import type { Tunnel, VpnConnection } from '../../../clouds/aws/ec2/vpn.ts';
import { Failure } from '../../../core/failure.ts';
import type { Hold } from '../../../core/plan.ts';
import { deviceOf } from '../device.ts';
import { gatewayModel } from '../gateway/from-aws.ts';
import { renderGateway } from '../gateway/render.ts';
import { ownOptions, tunnelNames, wantedOptions } from '../tunnels.ts';
import { blocked, type Context, type InVpc } from './part.ts';

type Connection = Pick<VpnConnection, 'localCIDR' | 'remoteCIDR' | 'staticRoutesOnly' | 'tunnels'>;

const stand = {
  connectionID: 'vpn-00000000',
  presharedKey: 'stands.for.a.key',
  mss: 1379,
  dpd: { intervalSeconds: 10, retries: 3 },
  outsideIP: ['13.124.202.55', '54.180.47.146'],
  insideCIDR: ['169.254.8.0/30', '169.254.9.0/30'],
} as const;

function said({ spec }: Context, { outsideIP, insideCIDR }: Tunnel, at: number): CustomerGatewayTunnel {
  const inside = insideCIDR ?? stand.insideCIDR[at] ?? '';
  const host = (number: number) => inside.replace(/\d{1,3}\/30$/, (last) => String(Number.parseInt(last, 10) + number));
  const { bgpASN, publicIP } = spec.site;
  return {
    outsideIP,
    customerOutsideIP: publicIP,
    insideCIDR: inside,
    awsInsideIP: host(1),
    customerInsideIP: host(2),
    presharedKey: stand.presharedKey,
    mss: stand.mss,
    dpd: stand.dpd,
    ...(bgpASN === undefined ? {} : { bgp: { customerAsn: bgpASN, awsAsn: 64_512, holdSeconds: 30 } }),
  };
}

/** Why not, with the cure. */
export function notRenderable(context: InVpc, connection: Connection): string | undefined {
  const { spec, vpc } = context;
  if (!spec.device) return undefined;
  const device = deviceOf(spec.device);
  const { publicIP, localIP, cidrs } = spec.site;
  // in a preview nobody knows the addresses yet
  const tunnels = connection.tunnels.map((one, at) => ({ ...one, outsideIP: stand.outsideIP[at] ?? one.outsideIP }));
  const byAddress = new Map(tunnels.map((one, at) => [one.outsideIP, said(context, one, at)]));
  const routing = connection.staticRoutesOnly ? 'Static' : 'BGP';
  try {
    const model = gatewayModel({
      device,
      configuration: { connectionID: stand.connectionID, routing, tunnels: byAddress },
      connection: { ...connection, tunnels },
      site: { publicIP, cidrs, ...(localIP === undefined ? {} : { localIP }) },
      vpc,
    });
    renderGateway(device, model);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

/** As it will be once everything is as the spec says. */
function wanted({ spec }: Context): Connection {
  const telemetry = { status: 'DOWN', message: '', acceptedRoutes: 0 } as const;
  return {
    ...spec.connection,
    staticRoutesOnly: spec.routing === 'Static',
    tunnels: tunnelNames.map((name, at) => {
      const { insideCIDR } = ownOptions(spec, name);
      const options = wantedOptions(spec);
      return {
        outsideIP: stand.outsideIP[at] ?? '',
        options,
        telemetry,
        ...(insideCIDR === undefined ? {} : { insideCIDR }),
      };
    }),
  };
}

/** A preview plans many times for one spec, and to write the files takes longest of it. */
const tried = new WeakMap<SiteVpnSpec, { readonly cidrs: string; readonly why: string | undefined }>();

function whyNot(context: InVpc): string | undefined {
  const cidrs = context.vpc.cidrs.join();
  const before = tried.get(context.spec);
  if (before?.cidrs === cidrs) return before.why;
  const why = notRenderable(context, wanted(context));
  tried.set(context.spec, { cidrs, why });
  return why;
}

/** Said before anything is made or interrupted for files that cannot be. */
export function deviceHold(context: InVpc): Hold | undefined {
  const { device } = context.spec;
  const why = whyNot(context);
  if (!device || why === undefined) return undefined;
  return blocked('GatewayNotRenderable', `device.type is ${device.type}. ${why}`, [
    { kind: 'Device', id: device.type },
  ]);
}
