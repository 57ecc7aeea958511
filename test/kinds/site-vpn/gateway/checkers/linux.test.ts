// SPDX-License-Identifier: GPL-3.0-or-later
/** nft, the shell's own syntax check, and shellcheck. */
import { expect } from '@jest/globals';
import type { GatewayDevice, GatewayFile } from '../../../../../src/kinds/site-vpn/gateway/model.ts';
import { renderGateway } from '../../../../../src/kinds/site-vpn/gateway/render.ts';
import { office } from '../models.ts';
import { fileOf } from '../reading.ts';
import { ask, lookAt, programAt, testWith, type Verdict } from './programs.ts';

const devices: readonly GatewayDevice[] = [
  { type: 'Libreswan' },
  { type: 'StrongSwan', binding: 'XFRM' },
  { type: 'StrongSwan', binding: 'VTI' },
  { type: 'StrongSwan', binding: 'Policy' },
];
const nameOf = (device: GatewayDevice) => `${device.type}${device.type === 'StrongSwan' ? ` ${device.binding}` : ''}`;

/** In a network namespace of its own, so that it needs no right on this machine's. */
const isolated = ['--map-root-user', '--net', '--'];
const nft = programAt('/usr/sbin/nft');
const inside = nft && ask('/usr/bin/unshare', [...isolated, nft, 'list', 'ruleset']).status === 0 ? nft : undefined;
const withNft = testWith(
  inside,
  'nft is not installed (package nftables), or this process may make no network namespace',
);
const withShell = testWith(programAt('/bin/sh'), 'there is no shell');
const shellcheck = programAt('/usr/bin/shellcheck');
const withShellcheck = testWith(shellcheck, 'shellcheck is not installed (package shellcheck)');

function verdictOn(content: string): Verdict {
  return lookAt({ name: 'mss.nft', content }, (path) =>
    ask('/usr/bin/unshare', [...isolated, inside ?? '', '-c', '-f', path]),
  );
}

for (const device of devices) {
  withNft(`nft accepts the MSS clamp for ${nameOf(device)}.`, () => {
    expect(verdictOn(fileOf(renderGateway(device, office), 'aws-vpn-mss.nft'))).toEqual({ status: 0, said: '' });
  });

  withShell(`The shell reads every script for ${nameOf(device)}.`, () => {
    const scripts = renderGateway(device, office).files.filter(({ name }) => name.endsWith('.sh'));
    for (const script of scripts)
      expect(lookAt(script, (path) => ask('/bin/sh', ['-n', path]))).toEqual({ status: 0, said: '' });
  });
}

/** OPNsense's keeps the id of whatever it made, also where nothing later names it (SC2034). */
function complaints(script: GatewayFile): Verdict {
  return lookAt(script, (path) => ask(shellcheck ?? '', ['--exclude=SC2034', path]));
}

for (const device of [...devices, { type: 'OPNsense' }, { type: 'PfSense' }] as const)
  withShellcheck(`shellcheck has nothing to say about the scripts for ${nameOf(device)}.`, () => {
    const scripts = renderGateway(device, office).files.filter(({ name }) => name.endsWith('.sh'));
    expect(scripts.length).toBe(device.type === 'StrongSwan' ? { XFRM: 2, VTI: 2, Policy: 0 }[device.binding] : 1);
    for (const script of scripts) expect(complaints(script)).toEqual({ status: 0, said: '' });
  });

const slips: readonly (readonly [string, string, string])[] = [
  ['an open loop', '    sleep 2\n  done', '    sleep 2'],
  ['a name that nobody set', 'dev "$interface"', 'dev "$interfaces"'],
  ['a variable that is not quoted', '"$peer"', '$peer'],
];
for (const [name, from, to] of slips)
  withShellcheck(`shellcheck refuses a monitor with ${name}.`, () => {
    const content = fileOf(renderGateway({ type: 'Libreswan' }, office), 'aws-vpn-monitor.sh');
    expect(content).toContain(from);
    expect(complaints({ name: 'monitor.sh', content: content.replace(from, to) }).status).not.toBe(0);
  });

const mutations: readonly (readonly [string, string, string])[] = [
  ['a misspelt word', 'oifname', 'oifnam'],
  ['a size that is too great', 'size set 1379', 'size set 137900'],
  ['an open block', '  }\n}', '  }\n'],
  ['a chain at no hook', 'hook forward', 'hook foreward'],
];
for (const [name, from, to] of mutations)
  withNft(`nft refuses the MSS clamp with ${name}.`, () => {
    const content = fileOf(renderGateway({ type: 'Libreswan' }, office), 'aws-vpn-mss.nft');
    expect(content).toContain(from);
    expect(verdictOn(content.replace(from, to)).status).not.toBe(0);
  });
