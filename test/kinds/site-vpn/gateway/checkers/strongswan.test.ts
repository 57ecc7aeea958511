// SPDX-License-Identifier: GPL-3.0-or-later
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { renderGateway } from '../../../../../src/kinds/site-vpn/gateway/render.ts';
import { office } from '../models.ts';
import { fileOf, readStrongSwan } from '../reading.ts';
import { canRun, startCharon, type Charon } from './charon.ts';
import { connections, testWith } from './programs.ts';

const check = testWith(
  canRun,
  'it needs root, /dev/net/tun and the packages strongswan-charon, strongswan-swanctl and libcharon-extra-plugins',
);
const bindings = ['XFRM', 'VTI', 'Policy'] as const;
let charon: Charon;
beforeAll(async () => {
  if (canRun) charon = await startCharon();
});
afterAll(async () => {
  if (canRun) await charon[Symbol.asyncDispose]();
});

for (const [name, model] of connections)
  check(`charon loads both connections and both keys for ${name}.`, () => {
    // charon begins at once what it loads, and the greatest groups keep it busy
    for (const binding of name.startsWith('group') ? (['XFRM'] as const) : bindings) {
      const routing = binding === 'Policy' ? 'Static' : model.routing;
      const rendered = renderGateway({ type: 'StrongSwan', binding }, { ...model, routing });
      const { status, said } = charon.load(fileOf(rendered, 'aws-vpn.conf'));
      expect(status).toBe(0);
      expect(said.match(/^loaded ike secret 'ike-aws-tunnel-[12]'$/gm)).toHaveLength(2);
      expect(said).toMatch(/^successfully loaded 2 connections, 0 unloaded$/m);
    }
  });

check('charon shows the addresses, selectors and lifetimes that the model has.', () => {
  const { cidrs } = office.vpc;
  charon.load(fileOf(renderGateway({ type: 'StrongSwan', binding: 'Policy' }, office), 'aws-vpn.conf'));
  const { said } = charon.ask('--list-conns');
  for (const tunnel of office.tunnels) expect(said).toContain(`remote: ${tunnel.outsideIP}`);
  for (const text of ['IKEv2', 'every 25920s', 'every 3240s', 'dpd delay 10s', `remote: ${cidrs[0]}`])
    expect(said).toContain(text);
});

test('With VTI, charon loads no plugin that marks what comes in: the kernel would drop it.', () => {
  const [own, others] = (['VTI', 'XFRM'] as const).map((binding) =>
    readStrongSwan(fileOf(renderGateway({ type: 'StrongSwan', binding }, office), 'charon-aws-vpn.conf')),
  );
  expect(own).toMatchObject({ charon: { install_routes: 'no', plugins: { forecast: { load: 'no' } } } });
  expect(others).toMatchObject({ charon: { install_routes: 'no' } });
});

const mutations: readonly (readonly [string, string, string])[] = [
  ['an algorithm that does not exist', 'aes256-sha256-modp2048', 'aes257-sha256-modp2048'],
  ['an unknown key', 'mobike = no', 'mobyke = no'],
  ['a version that is no number', 'version = 2', 'version = two'],
  ['a start action that does not exist', 'start_action = start', 'start_action = run'],
  ['a time that is none', 'life_time = 3600s', 'life_time = soon'],
  ['a section that is closed too early', '    local {', '}\n    local {'],
  ['a secret without a value', '    secret = 0s', '    # 0s'],
];
for (const [name, from, to] of mutations)
  check(`charon does not load all of a file with ${name}.`, () => {
    const content = fileOf(renderGateway({ type: 'StrongSwan', binding: 'XFRM' }, office), 'aws-vpn.conf');
    expect(content).toContain(from);
    const { said } = charon.load(content.replace(from, to));
    const keys = said.match(/^loaded ike secret/gm) ?? [];
    expect(/^successfully loaded 2 connections/m.test(said) && keys.length === 2).toBe(false);
  });
