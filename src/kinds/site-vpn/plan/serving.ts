// SPDX-License-Identifier: GPL-3.0-or-later
/** Whether the VPN carries traffic now, by AWS's telemetry. Pure. */
import type { VpnConnection } from '../../../clouds/aws/ec2/vpn.ts';
import type { Hold } from '../../../core/plan.ts';
import { oneLine } from '../../../core/one-line.ts';
import { isUp, namedTunnels, type Named } from '../tunnels.ts';
import { connectionFor } from './connection.ts';
import { waiting, type Context } from './part.ts';

function trouble({ name, tunnel }: Named): string {
  const { status, message } = tunnel.telemetry;
  // how long, and since when, stands in the status: a message that changes would wake its own object
  const why = status === 'UP' ? 'is up and AWS took no route over it' : 'is down';
  return `${name} (${tunnel.outsideIP}) ${why}${message === '' || status === 'UP' ? '' : `, AWS says: ${oneLine(message)}`}`;
}

function cure({ spec, observed: { files } }: Context, connection: VpnConnection): string {
  if (!connection.staticRoutesOnly)
    return "Look at the site's gateway: its IPsec, and that it announces site.cidrs over BGP.";
  return spec.device && files.found === 'ours'
    ? `Install the files of Secret ${files.secret} on the site's gateway as its README says, and look at that gateway's log.`
    : "Look at the site's gateway: its options have to be those of spec.tunnels.";
}

export function serving(context: Context): true | Hold {
  const connection = connectionFor(context);
  if (!connection) return waiting('NoVpnConnection', 'The VPN connection does not exist yet');
  const tunnels = namedTunnels(context.spec, context.observed, connection);
  if (tunnels.length === 0) return waiting('VpnConnectionPending', 'AWS is making the tunnels');
  const { tunnelsUp } = context.spec.readiness;
  const down = tunnels.filter(({ tunnel }) => !isUp(tunnel, connection));
  const up = tunnels.length - down.length;
  if (up >= tunnelsUp) return true;
  const reason = down.every(({ tunnel }) => tunnel.telemetry.status === 'UP') ? 'NoRoutesAccepted' : 'TunnelsDown';
  return waiting(
    reason,
    `${up} of 2 tunnels carry traffic, and readiness.tunnelsUp is ${tunnelsUp}: ${down.map(trouble).join('; ')}. ${cure(context, connection)}`,
  );
}
