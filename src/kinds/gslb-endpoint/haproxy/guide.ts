// SPDX-License-Identifier: GPL-3.0-or-later
/** The README for the person who installs the files. */
import { authFile, checkScript } from './keepalived.ts';
import type { HaproxyFile, HaproxyModel } from './model.ts';
import { usersFile } from './secret-files.ts';

type Spec = HaproxyModel['spec'];

const isGuarded = ({ stats }: Spec) => stats?.passwordSecretRef !== undefined;

function onDebian(spec: Spec): readonly string[] {
  const folder = '/etc/haproxy';
  const guarded = isGuarded(spec);
  return [
    '    apt-get install haproxy',
    `    install -m 0644 haproxy.cfg ${folder}/haproxy.cfg`,
    ...(guarded
      ? [
          `    install -m 0600 ${usersFile} ${folder}/${usersFile}    # from the Secret`,
          `    echo 'EXTRAOPTS="-S /run/haproxy-master.sock -f ${folder}/${usersFile}"' >> /etc/default/haproxy`,
        ]
      : []),
    `    haproxy -c -dW -f ${folder}/haproxy.cfg${guarded ? ` -f ${folder}/${usersFile}` : ''}`,
    '    systemctl enable haproxy && systemctl reload-or-restart haproxy',
    '',
    'A reload loses no connection.',
  ];
}

function inContainer(spec: Spec): readonly string[] {
  const more = isGuarded(spec) ? `, and ${usersFile} from the Secret,` : '';
  return [
    `Mount haproxy.cfg${more} into one folder, e.g. /usr/local/etc/haproxy (a projected volume does), and run`,
    '',
    '    haproxy -W -db -f /usr/local/etc/haproxy',
    '',
    'After a change: a SIGUSR2 to that process, which loses no connection, or a new Pod.',
  ];
}

function forKeepalived({ keepalived }: Spec): readonly string[] {
  if (!keepalived) return [];
  const folder = '/etc/keepalived';
  return [
    '',
    '## keepalived, on each machine',
    '',
    '    apt-get install keepalived',
    `    install -m 0644 keepalived-NAME.conf ${folder}/keepalived.conf    # NAME: ${keepalived.nodes.map(({ name }) => name).join(', ')}`,
    `    install -m 0755 ${checkScript} ${folder}/${checkScript}`,
    ...(keepalived.passwordSecretRef
      ? [`    install -m 0600 ${authFile} ${folder}/${authFile}    # from the Secret`]
      : []),
    '    keepalived -t && systemctl enable keepalived && systemctl reload-or-restart keepalived',
    '',
    `IP protocol 112 has to pass between the machines. Most clouds deliver no packets for an address that they did not give out: there ${keepalived.virtualAddress.split('/')[0]} does not move, and a load balancer is needed.`,
  ];
}

function ports({ listen, metrics, stats }: Spec): readonly string[] {
  return [
    '',
    '## Ports',
    '',
    ...listen.map(({ port, tls, action }) => {
      const what = action === 'Serve' ? 'clients' : 'are told to come back over https';
      return `- ${port}${tls ? ', TLS' : ''}: ${what}`;
    }),
    ...(metrics ? [`- ${metrics.port} of ${metrics.address}: metrics for Prometheus at /metrics`] : []),
    ...(stats
      ? [
          `- ${stats.port} of the loopback: statistics; from elsewhere ssh -L ${stats.port}:127.0.0.1:${stats.port} MACHINE`,
        ]
      : []),
  ];
}

function certificates({ listen }: Spec): readonly string[] {
  const paths = [...new Set(listen.flatMap(({ tls }) => tls?.certificatePaths ?? []))];
  if (paths.length === 0) return [];
  return [
    'Before: certificate, chain and key in one PEM file, readable for root only, at',
    '',
    ...paths.map((path) => `- ${path}`),
    '',
  ];
}

export function guide({ spec, object, servers }: HaproxyModel): HaproxyFile {
  const lines = [
    `# HAProxy for GslbEndpoint ${object}`,
    '',
    `${servers.length} ${servers.length === 1 ? 'server' : 'servers'}, ${spec.balance}: ${servers.map(({ name }) => name).join(', ')}.`,
    'Written by hybrid-cloud-operator: change the GslbEndpoint, not these files. For HAProxy 2.6 and later.',
    '',
    '## Install',
    '',
    ...certificates(spec),
    ...(spec.platform === 'Debian' ? onDebian(spec) : inContainer(spec)),
    ...forKeepalived(spec),
    ...ports(spec),
  ];
  return { name: 'README.md', content: `${lines.join('\n')}\n` };
}
