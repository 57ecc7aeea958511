// SPDX-License-Identifier: GPL-3.0-or-later
import { expect } from '@jest/globals';
import { renderGateway } from '../../../../../src/kinds/site-vpn/gateway/render.ts';
import { office } from '../models.ts';
import { fileOf } from '../reading.ts';
import { ask, connections, lookAt, programAt, testWith, type Verdict } from './programs.ts';

const vtysh = programAt('/usr/bin/vtysh');
const check = testWith(vtysh, 'FRR is not installed (package frr)');

/** `bgpd -C` prints its errors and ends well; vtysh does not. */
function verdictOn(content: string): Verdict {
  return lookAt({ name: 'frr.conf', content }, (path) => ask(vtysh ?? '', ['-C', '-f', path]));
}

for (const [name, model] of connections.filter(([name]) => !name.startsWith('group')))
  check(`vtysh accepts frr.conf for ${name}.`, () => {
    const content = fileOf(renderGateway({ type: 'Libreswan' }, { ...model, routing: 'BGP' }), 'frr.conf');
    expect(verdictOn(content).status).toBe(0);
  });

const mutations: readonly (readonly [string, string, string])[] = [
  ['a misspelt word', 'remote-as', 'remoteas'],
  ['an ASN that is too great', 'remote-as 64512', 'remote-as 4294967296'],
  ['a network that is none', 'network 192.168.0.0/20', 'network 192.168.0.0/40'],
  ['a length that is none', 'le 32', 'le 33'],
  ['times that are none', 'timers 10 30', 'timers ten thirty'],
];
for (const [name, from, to] of mutations)
  check(`vtysh refuses frr.conf with ${name}.`, () => {
    const content = fileOf(renderGateway({ type: 'Libreswan' }, { ...office, routing: 'BGP' }), 'frr.conf');
    expect(content).toContain(from);
    expect(verdictOn(content.replace(from, to)).status).not.toBe(0);
  });
