// SPDX-License-Identifier: GPL-3.0-or-later
/** One file for each machine, and the script that asks HAProxy. `man keepalived.conf`, 2.2 */
import type { HaproxyFile, HaproxyModel } from './model.ts';

type Keepalived = NonNullable<HaproxyModel['spec']['keepalived']>;
type Node = Keepalived['nodes'][number];

export const checkScript = 'check-haproxy';
export const authFile = 'keepalived-auth.conf';
const folder = '/etc/keepalived';

/**
 * Taken off the priority of a machine whose HAProxy fails: enough for each other one to come before it, and the address stays somewhere when all fail.
 * Who does not preempt does not take it from one that has merely become less, either: there a machine that fails gives it up (0).
 */
function weight({ nodes, preemption }: Keepalived): number {
  if (preemption === 'Stay') return 0;
  const priorities = nodes.map(({ priority }) => priority);
  return Math.min(...priorities) - Math.max(...priorities) - 1;
}

function configuration(all: Keepalived, own: Node, object: string): string {
  const peers = all.nodes.filter(({ name }) => name !== own.name);
  const password = all.passwordSecretRef !== undefined;
  const lines = [
    `# keepalived.conf of ${own.name}, for GslbEndpoint ${object}. Written by hybrid-cloud-operator.`,
    'global_defs {',
    `    router_id ${own.name}`,
    '    enable_script_security',
    '    script_user nobody',
    `    vrrp_version ${password ? 2 : 3}`,
    '}',
    '',
    'vrrp_script haproxy {',
    `    script "${folder}/${checkScript}"`,
    '    interval 1',
    '    timeout 2',
    '    fall 2',
    '    rise 2',
    `    weight ${weight(all)}`,
    '}',
    '',
    'vrrp_instance GSLB {',
    // all begin so, and the first that hears nobody takes the address
    '    state BACKUP',
    ...(all.preemption === 'Stay' ? ['    nopreempt'] : []),
    `    interface ${all.interface}`,
    `    virtual_router_id ${all.virtualRouterID}`,
    `    priority ${own.priority}`,
    `    advert_int ${all.advertisementSeconds}`,
    ...(password ? [`    include ${folder}/${authFile}`] : []),
    `    unicast_src_ip ${own.address}`,
    '    unicast_peer {',
    ...peers.map(({ address }) => `        ${address}`),
    '    }',
    '    virtual_ipaddress {',
    `        ${all.virtualAddress} dev ${all.interface}`,
    '    }',
    '    track_script {',
    '        haproxy',
    '    }',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** Bash opens the connection itself, so that no other program has to be there. */
function script({ checkPort }: Keepalived): string {
  const lines = [
    '#!/bin/bash',
    '# Whether HAProxy answers, and has a server that works. For keepalived, by hybrid-cloud-operator.',
    `exec 3<>/dev/tcp/127.0.0.1/${checkPort} || exit 1`,
    "printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3",
    'read -r -t 1 _ status _ <&3',
    '[ "$status" = 200 ]',
  ];
  return `${lines.join('\n')}\n`;
}

export function keepalivedFiles({ spec, object }: HaproxyModel): readonly HaproxyFile[] {
  const { keepalived } = spec;
  if (!keepalived) return [];
  return [
    ...keepalived.nodes.map((own) => ({
      name: `keepalived-${own.name}.conf`,
      content: configuration(keepalived, own, object),
    })),
    { name: checkScript, content: script(keepalived) },
  ];
}
