// SPDX-License-Identifier: GPL-3.0-or-later
/** What an instance is started with that shall be an HAProxy: cloud-init installs the package and puts the configuration there. Pure. */
import { Failure } from '../../../core/failure.ts';
import { base64, gzip } from '../../../core/gzip.ts';
import type { HaproxyModel } from './model.ts';
import { renderConfiguration } from './render.ts';

/** Before base64 (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html). */
const limitBytes = 16_384;

/**
 * What a site cannot have: whoever may look at an instance reads its user data, so there are no passwords in it, and no certificate's key comes to it.
 * TLS ends at the load balancer, and the load balancer is what keepalived would be.
 */
function siteModel(model: HaproxyModel): HaproxyModel {
  const { keepalived: _, stats, secretRef: __, ...spec } = model.spec;
  const listen = spec.listen.filter(({ tls }) => !tls).map((one) => ({ ...one, action: 'Serve' as const }));
  const refused = (message: string) => new Failure({ class: 'Invalid', reason: 'HaproxyNotForSites', message });
  if (listen.length === 0)
    throw refused(
      'haproxy.listen has no port without tls, and TLS ends at the load balancer of a site: add one, e.g. {port: 80}.',
    );
  return {
    ...model,
    spec: { ...spec, platform: 'Debian', listen, ...(stats ? { stats: { port: stats.port } } : {}) },
  };
}

/** JSON is YAML (https://yaml.org/spec/1.2.2/, 1.3), and its quoting has no surprises. */
function cloudConfig(configuration: string): string {
  const document = {
    package_update: true,
    packages: ['haproxy'],
    write_files: [
      // after the package, which asks before it writes over what is there; older ones of cloud-init write it before, and keep it
      { path: '/etc/haproxy/haproxy.cfg', permissions: '0644', defer: true, content: configuration },
      // Debian's package brings this, others do not
      {
        path: '/etc/tmpfiles.d/hybrid-haproxy.conf',
        permissions: '0644',
        content: 'd /run/haproxy 0755 haproxy haproxy -\n',
        defer: true,
      },
    ],
    runcmd: [
      ['systemd-tmpfiles', '--create', '/etc/tmpfiles.d/hybrid-haproxy.conf'],
      ['systemctl', 'enable', 'haproxy'],
      ['systemctl', 'restart', 'haproxy'],
    ],
  };
  return `#cloud-config\n${JSON.stringify(document, null, 1)}\n`;
}

/**
 * For EC2's RunInstances: base64, compressed where it would be too long (cloud-init unpacks it). Equal models give equal text. For images of Debian and
 * Ubuntu.
 *
 * @throws Failure, Invalid: it stays too long, or nobody could be served.
 */
export function siteUserData(model: HaproxyModel): string {
  const plain = cloudConfig(renderConfiguration(siteModel(model)));
  // ASCII: as many bytes as characters
  if (plain.length <= limitBytes) return base64(plain);
  const short = gzip(plain);
  if (short.byteLength <= limitBytes) return base64(short);
  throw new Failure({
    class: 'Invalid',
    reason: 'UserDataTooLong',
    message: `The HAProxy configuration does not fit into the ${limitBytes} bytes of user data that EC2 takes: take out some of haproxy.servers.`,
  });
}
