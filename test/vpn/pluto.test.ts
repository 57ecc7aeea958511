// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Libreswan's daemon agrees with a strongSwan in AWS's place, from the rendered files and without a kernel's ESP: IKE is established, the peer
 * takes the tunnel's algorithms, and then this kernel refuses the keys. Traffic is the affair of `npm run test:vpn`.
 */
import { expect, test } from '@jest/globals';
import { renderGateway } from '../../src/kinds/site-vpn/gateway/render.ts';
import type { GatewayModel } from '../../src/kinds/site-vpn/gateway/model.ts';
import { office, withTunnels } from '../kinds/site-vpn/gateway/models.ts';
import { within } from '../tunnels/assembly.ts';
import { Charon } from '../tunnels/charon.ts';
import { Namespaces } from '../tunnels/namespaces.ts';
import { reason } from '../tunnels/needs.ts';
import { awsConnections } from './aws-ends.ts';
import { missing, Pluto } from './pluto.ts';

const { phase1, phase2 } = office.tunnels[0];
const gcm = { encryption: 'AES256-GCM-16', integrity: 'SHA2-384', dhGroup: 20 };
const weakest = { encryption: 'AES128', integrity: 'SHA1', dhGroup: 14 };
const models: readonly (readonly [string, GatewayModel])[] = [
  ['the strong defaults', office],
  ['GCM and a curve', withTunnels({ phase1: { ...phase1, ...gcm }, phase2: { ...phase2, ...gcm } })],
  [
    'IKEv1 with the weakest',
    withTunnels({ ikeVersion: 'ikev1', phase1: { ...phase1, ...weakest }, phase2: { ...phase2, ...weakest } }),
  ],
];

/** Userland ESP on AWS's side cannot have everything as its selector: these are within it. */
function narrow(model: GatewayModel): GatewayModel {
  return { ...model, selectors: { site: model.site.cidrs[0] ?? '', vpc: model.vpc.cidrs[0] ?? '' } };
}

async function scene(stack: AsyncDisposableStack, model: GatewayModel, key?: string): Promise<[Pluto, Charon]> {
  const spaces = stack.use(new Namespaces());
  await spaces.add('site', 'aws');
  await spaces.ip('site', [`link add wan0 type veth peer name wan0 netns ${spaces.name('aws')}`]);
  const { publicIP } = model.site;
  const internet = publicIP.replace(/\d+$/, '1');
  await spaces.ip('site', [
    `address add ${publicIP}/24 dev wan0`,
    'link set wan0 up',
    `route add default via ${internet}`,
  ]);
  const outside = model.tunnels.map(({ outsideIP }) => `address add ${outsideIP}/32 dev lo`);
  await spaces.ip('aws', [
    `address add ${internet}/24 dev wan0`,
    'link set wan0 up',
    ...outside,
    'address add 10.26.0.1/16 dev lo',
  ]);
  const charon = stack.use(await Charon.start(spaces, 'aws', ''));
  expect(await charon.load(awsConnections(narrow(model), () => ({})))).toMatchObject({ connections: 2, secrets: 2 });
  const files = new Map(renderGateway({ type: 'Libreswan' }, model).files.map(({ name, content }) => [name, content]));
  const secrets = files.get('aws.secrets') ?? '';
  if (key !== undefined) files.set('aws.secrets', secrets.replace(model.tunnels[1].presharedKey, key));
  const pluto = stack.use(new Pluto());
  await pluto.start(spaces, 'site', files);
  return [pluto, charon];
}

function check(title: string, body: (stack: AsyncDisposableStack) => Promise<void>): void {
  const without = reason ?? missing;
  const whole = () => within(body);
  if (without === undefined) test(title, whole, 30_000);
  else test.skip(`${title} skipped: ${without}`, whole);
}

/** Per tunnel, what pluto says when both have proved that they know the key. */
function established(name: string, { ikeVersion }: { ikeVersion: string }): RegExp {
  return ikeVersion === 'ikev2'
    ? new RegExp(`"${name}" #\\d+: initiator established IKE SA; authenticated peer`)
    : new RegExp(`"${name}" #\\d+: IKE SA established \\{auth=PRESHARED_KEY`);
}

for (const [name, model] of models)
  check(`pluto establishes IKE for both tunnels, and the peer takes their algorithms, with ${name}.`, async (stack) => {
    const [pluto, charon] = await scene(stack, model);
    for (const [index, tunnel] of model.tunnels.entries()) {
      const line = established(`aws-tunnel-${index + 1}`, tunnel);
      expect(await pluto.says(line)).toMatch(line);
    }
    for (const number of [1, 2]) {
      const { log } = charon;
      expect(log).toMatch(new RegExp(`IKE_SA aws-tunnel-${number}\\[\\d+\\] established`));
      expect(log).toMatch(/selected proposal: ESP:/);
    }
  });

check('With another key for the second tunnel, only the first is established.', async (stack) => {
  const [pluto, charon] = await scene(stack, office, 'another.key_0123');
  const [one, two] = [established('aws-tunnel-1', office.tunnels[0]), established('aws-tunnel-2', office.tunnels[1])];
  expect(await pluto.says(one)).toMatch(one);
  const refused = /"aws-tunnel-2".*(AUTHENTICATION_FAILED|authentication failed)/;
  expect(await pluto.says(refused)).toMatch(refused);
  expect(pluto.log).not.toMatch(two);
  expect(charon.log).not.toMatch(/IKE_SA aws-tunnel-2\[\d+\] established/);
});
