// SPDX-License-Identifier: GPL-3.0-or-later
/** A folder with all that a machine needs to play a story: addresses, the gateway's rendered files, AWS's two ends. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { GatewayDevice, GatewayModel } from '../../src/kinds/site-vpn/gateway/model.ts';
import { renderGateway } from '../../src/kinds/site-vpn/gateway/render.ts';
import { awsBgp, awsConnections } from './aws-ends.ts';

export interface Scene {
  readonly device: GatewayDevice;
  readonly model: GatewayModel;
  /** With static routing AWS sends through this one while both are up, whatever the site does. */
  readonly awsPrefers: 1 | 2;
}

/** Sends again for 24 seconds, and then a peer is dead: AWS's own DPD time-out is 30. */
const charon = `charon {
  load = random nonce aes sha1 sha2 hmac kdf gmp gcm openssl kernel-netlink socket-default vici updown
  install_routes = no
  retransmit_tries = 3
  retransmit_timeout = 2.0
  plugins {
    vici {
      socket = unix:///mnt/aws.vici
    }
  }
  filelog {
    log {
      path = /mnt/aws-charon.log
      ike = 1
      flush_line = yes
    }
  }
}
`;

const inside = join(import.meta.dirname, 'inside');

function write(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

function environment({ device, model }: Scene, tools: string): Readonly<Record<string, string | number>> {
  const [one, two] = model.tunnels;
  const family = device.type === 'StrongSwan' && device.binding === 'XFRM' ? 'xfrm' : 'vti';
  return {
    TOOLS: resolve(tools),
    ROUTING: model.routing,
    PUBLIC_IP: model.site.publicIP,
    LOCAL_IP: model.site.localIP ?? '',
    ROUTER_IP: (model.site.localIP ?? '').replace(/\d+$/, '1'),
    INTERNET_IP: model.site.publicIP.replace(/\d+$/, '1'),
    OUTSIDE_1: one.outsideIP,
    OUTSIDE_2: two.outsideIP,
    AWS_INSIDE_1: one.awsInsideIP,
    AWS_INSIDE_2: two.awsInsideIP,
    LINK_1: `${family}1`,
    LINK_2: `${family}2`,
    MSS: one.mss,
    SITE_GATEWAY: '192.168.0.1',
    OFFICE_HOST: '192.168.0.10',
    SITE_PREFIX: 20,
    VPC_GATEWAY: '10.26.0.1',
    VPC_HOST: '10.26.0.10',
    VPC_PREFIX: 16,
    VPC_CIDR: '10.26.0.0/16',
  };
}

export function writeScene(folder: string, scene: Scene, tools: string): void {
  const { device, model, awsPrefers } = scene;
  const [network] = model.site.cidrs;
  const updown = (number: number) => {
    const route = model.routing === 'Static' ? ` ${number === awsPrefers ? 50 : 60} ${network}` : '';
    return `${join(inside, 'updown.sh')} aws-tunnel-${number} vti${number}${route}`;
  };
  const values = Object.entries(environment(scene, tools)).map(([name, value]) => `${name}='${value}'\n`);
  write(folder, { environment: values.join('') });
  const files = renderGateway(device, model).files.map(({ name, content }) => [name, content]);
  write(join(folder, 'gateway'), Object.fromEntries(files) as Record<string, string>);
  const ends = awsConnections(model, (number) => ({
    mark_in: String(number),
    mark_out: String(number),
    updown: updown(number),
  }));
  write(join(folder, 'aws'), { 'swanctl.conf': ends, 'strongswan.conf': charon });
  write(join(folder, 'aws', 'frr'), { 'frr.conf': awsBgp(model), 'vtysh.conf': '' });
}
