// SPDX-License-Identifier: GPL-3.0-or-later
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { readAll } from '../../../src/simulator/kernel/service.ts';
import { createOpenStack, type OpenStackWorld } from '../../../src/simulator/openstack/index.ts';
import type { OpenStackSite } from './site.ts';

/** The simulated site, prepared as test/openstack/office.ts prepares the real one. */
export function simulatedSite(
  clock = new VirtualClock(),
  { atomic = true }: { readonly atomic?: boolean } = {},
): OpenStackSite & { readonly world: OpenStackWorld } {
  const world = createOpenStack({ clock, maxRoutes: 5, atomic });
  const [office, neighbour] = [world.project('contract'), world.project('neighbour')];
  const subnet = office.subnet('192.168.0.0/24');
  return {
    world,
    keystone: world.authURL,
    neutron: world.networkURL,
    router: office.router('office', [{ subnet, address: '192.168.0.1' }]).id,
    foreign: neighbour.router('office').id,
    subnet,
    member: office.credential({ name: 'member' }),
    reader: office.credential({ name: 'reader', roles: ['reader'] }),
    writer: office.credential({ name: 'writer', roles: ['member'] }),
    async send(request) {
      const { status, headers, body } = await world.service(request);
      return { status, headers, text: Buffer.from(await readAll(body)).toString('utf8') };
    },
  };
}
