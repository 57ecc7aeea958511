// SPDX-License-Identifier: GPL-3.0-or-later
/** nft, and the shell's own syntax check. */
import { expect } from '@jest/globals';
import type { GatewayDevice } from '../../../../../src/kinds/site-vpn/gateway/model.ts';
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
