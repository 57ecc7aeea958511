// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * A site, the Internet and AWS's side, each in namespaces of its own:
 *
 *   office --- gateway --- internet --+-- tunnel-1 --+-- vpc
 *                                     +-- tunnel-2 --+
 *
 * The Internet has routes to public addresses only: what is not in a tunnel does not arrive.
 */
import { assembled } from './assembly.ts';
import { run } from './command.ts';
import { Namespaces } from './namespaces.ts';

export const site = {
  publicIP: '123.142.252.25',
  cidr: '192.168.0.0/20',
  gatewayIP: '192.168.0.1',
  hostIP: '192.168.0.10',
};
export const vpc = { cidr: '10.26.0.0/16', hostIP: '10.26.1.10' };

export type End = 'tunnel-1' | 'tunnel-2';
export const ends: readonly End[] = ['tunnel-1', 'tunnel-2'];

/** Where the VPC hands what is for the site to a tunnel's end. */
export const insideVpc: Readonly<Record<End, string>> = { 'tunnel-1': '10.26.255.1', 'tunnel-2': '10.26.255.2' };

/** @param outside AWS's addresses of both tunnels. */
export function makeNetwork(outside: Readonly<Record<End, string>>) {
  return assembled(async (stack) => {
    const spaces = stack.use(new Namespaces());
    await spaces.add('office', 'gateway', 'internet', ...ends, 'vpc');
    await link(spaces);
    for (const [index, end] of ends.entries()) await linkEnd(spaces, end, [`100.64.0.${index + 1}`, outside[end]]);
    for (const router of ['internet', ...ends])
      await run(...spaces.inside(router, 'sysctl', '-q', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.rp_filter=0'));
    const rules = (does: 'add' | 'del', end: End) =>
      spaces.ip(
        'internet',
        ['from', 'to'].map((side) => `rule ${does} ${side} ${outside[end]} blackhole`),
      );
    return {
      spaces,
      outside,
      /** The Internet loses everything to and from that address, and tells nobody. */
      lose: (end: End) => rules('add', end),
      find: (end: End) => rules('del', end),
    };
  });
}

export type Network = Awaited<ReturnType<typeof makeNetwork>>;

/** All but the tunnels' ends. */
async function link(spaces: Namespaces): Promise<void> {
  await spaces.ip('office', [
    `link add lan type veth peer name lan netns ${spaces.name('gateway')}`,
    `address add ${site.hostIP}/20 dev lan`,
    'link set lan up',
    `route add default via ${site.gatewayIP}`,
  ]);
  await spaces.ip('gateway', [
    `address add ${site.gatewayIP}/20 dev lan`,
    'link set lan up',
    `link add wan type veth peer name site netns ${spaces.name('internet')}`,
    `address add ${site.publicIP}/30 dev wan`,
    'link set wan up',
    'route add default via 123.142.252.26',
  ]);
  await spaces.ip('internet', ['address add 123.142.252.26/30 dev site', 'link set site up']);
  await spaces.ip('vpc', ['link add lan type bridge', `address add ${vpc.hostIP}/16 dev lan`, 'link set lan up']);
}

async function linkEnd(
  spaces: Namespaces,
  end: End,
  [internetIP, outsideIP]: readonly [string, string],
): Promise<void> {
  await spaces.ip('internet', [
    `link add ${end} type veth peer name wan netns ${spaces.name(end)}`,
    `address add ${internetIP}/32 dev ${end}`,
    `link set ${end} up`,
    `route add ${outsideIP}/32 dev ${end}`,
  ]);
  await spaces.ip('vpc', [
    `link add ${end} type veth peer name lan netns ${spaces.name(end)}`,
    `link set ${end} master lan up`,
  ]);
  await spaces.ip(end, [
    `address add ${outsideIP}/32 dev wan`,
    'link set wan up',
    `route add ${internetIP}/32 dev wan`,
    `route add default via ${internetIP} dev wan src ${outsideIP}`,
    `address add ${insideVpc[end]}/16 dev lan`,
    'link set lan up',
  ]);
}
