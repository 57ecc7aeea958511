// SPDX-License-Identifier: GPL-3.0-or-later
import { dirname } from 'node:path';
import { expect } from '@jest/globals';
import { renderGateway } from '../../../../../src/kinds/site-vpn/gateway/render.ts';
import { office } from '../models.ts';
import { fileOf, readIpsec } from '../reading.ts';
import { ask, connections, lookAt, programAt, testWith, type Verdict } from './programs.ts';

const reason = 'Libreswan is not here (its package, or VPN_TOOLS: where test/vpn/install.sh extracted it to)';
const addconn = programAt('/usr/libexec/ipsec/addconn');
const algparse = programAt('/usr/libexec/ipsec/algparse');
const check = testWith(addconn && algparse, reason);

function verdictOn(content: string): Verdict {
  const environment = { IPSEC_EXECDIR: dirname(addconn ?? '') };
  return lookAt({ name: 'aws.conf', content }, (path) =>
    ask(addconn ?? '', ['--config', path, '--checkconfig'], environment),
  );
}

/** algparse ends well whatever it read; it says ERROR. */
function algorithmErrors(content: string): string {
  const proposals = [...readIpsec(content).values()].flatMap(({ ike, esp }) =>
    ike && esp ? [`ike=${ike}`, `esp=${esp}`] : [],
  );
  expect(proposals).toHaveLength(4);
  return proposals
    .map((proposal) => ask(algparse ?? '', ['-v2', '-pfs=yes', proposal]).said)
    .filter((said) => /ERROR|ignoring/.test(said) || !/^\t[A-Z]/m.test(said))
    .join('');
}

for (const [name, model] of connections)
  check(`addconn and algparse accept aws.conf for ${name}.`, () => {
    const content = fileOf(renderGateway({ type: 'Libreswan' }, model), 'aws.conf');
    expect(verdictOn(content)).toEqual({ status: 0, said: '' });
    expect(algorithmErrors(content)).toBe('');
  });

const mutations: readonly (readonly [string, string, string])[] = [
  ['a keyword of another program', 'authby=secret', 'authby=secret\n    auth=esp'],
  ['an unknown keyword', 'salifetime', 'sa-lifetime'],
  ['a value that does not exist', 'ikev2=insist', 'ikev2=perhaps'],
  ['a lifetime that is none', '28800s', '28800 bananas'],
  ['a section that does not exist', 'conn aws-tunnel-1', 'connection aws-tunnel-1'],
  ['an inside address that is none', '169.254.10.2/30', '169.254.10.2/99'],
];
for (const [name, from, to] of mutations)
  check(`addconn refuses aws.conf with ${name}.`, () => {
    const content = fileOf(renderGateway({ type: 'Libreswan' }, office), 'aws.conf').replace(from, to);
    expect(verdictOn(content)).not.toMatchObject({ status: 0, said: '' });
  });

check('algparse refuses a group that Libreswan does not have, which addconn does not see.', () => {
  const content = fileOf(renderGateway({ type: 'Libreswan' }, office), 'aws.conf').replaceAll('dh14', 'dh22');
  expect(verdictOn(content).status).toBe(0);
  expect(algorithmErrors(content)).toMatch(/DH algorithm 'dh22' is not supported/);
});
