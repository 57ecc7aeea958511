// SPDX-License-Identifier: GPL-3.0-or-later
/** Instances, images and security groups: found by their mark, made once, gone when they are gone. */
import { expect, test } from '@jest/globals';
import { Images } from '../../../../src/clouds/aws/ec2/images.ts';
import { Instances } from '../../../../src/clouds/aws/ec2/instances.ts';
import {
  closePort,
  copyImage,
  createImage,
  createSecurityGroup,
  deleteSecurityGroup,
  deleteSnapshot,
  deregisterImage,
  openPort,
  runInstance,
  terminateInstance,
  untagMachine,
} from '../../../../src/clouds/aws/ec2/machine-requests.ts';
import type { Rule } from '../../../../src/clouds/aws/ec2/machine.ts';
import { permissionOf } from '../../../../src/clouds/aws/ec2/security-group-rules.ts';
import { SecurityGroups } from '../../../../src/clouds/aws/ec2/security-groups.ts';
import { markOf } from '../../../../src/core/owner-mark.ts';
import { failure, minute, now, owner, seoul, sitesWorld, tokyo, type SitesWorld } from '../sites-world.ts';

const tags = markOf(owner);
const debian = ['136693071363', 'debian-13-amd64-*'] as const;

function region(world: SitesWorld, name = seoul) {
  const session = world.session(name);
  const { id: vpc = '', subnets = [] } = world.vpcs[name] ?? {};
  const [images, instances, groups] = [
    new Images(session, world.scope),
    new Instances(session, world.scope),
    new SecurityGroups(session, world.scope),
  ];
  const run = async (token = 'one') => {
    const image = (await images.newest(...debian))?.id ?? '';
    const userData = Buffer.from('#cloud-config\n').toString('base64');
    const more = { subnet: subnets[0] ?? '', groups: [`sg-${vpc.slice(4)}`], userData, token, tags };
    await instances.run(runInstance({ image, type: 't3.micro', ...more }));
    return (await instances.of(owner.uid, now))[0]?.id ?? '';
  };
  return { images, instances, groups, run, vpc, subnets };
}

test('An instance is made once by its token, seen at once, and found by its mark; what is terminated is gone.', async () => {
  const world = sitesWorld({ lagMs: (service) => (service === 'ec2' ? 4000 : 0) });
  await world.clock.advance(5000);
  const { run, instances } = region(world);
  const id = await run();
  expect(await run()).toBe(id);
  expect(await instances.of(owner.uid, now)).toMatchObject([{ id, state: 'pending', type: 't3.micro', tags }]);
  expect(await instances.of('u2', now)).toEqual([]);
  await world.clock.advance(minute);
  expect(await instances.of(owner.uid, now)).toMatchObject([{ id, state: 'running' }]);
  expect(world.home.machines(seoul).instances).toMatchObject([{ publicIP: expect.stringMatching(/^3\./) }]);
  await instances.write(terminateInstance(id), id);
  await world.clock.advance(minute);
  expect(await instances.fresh(id)).toBeUndefined();
  expect(await instances.of(owner.uid, now)).toMatchObject([{ state: 'terminated' }]);
});

test('An image is made without a reboot, copied once by its token, and taken away with its snapshot.', async () => {
  const world = sitesWorld();
  const here = region(world);
  const there = region(world, tokyo);
  const id = await here.run();
  await world.clock.advance(minute);
  const name = 'gslb-1';
  await here.images.make(createImage(id, name, tags), { name, tags });
  expect(await here.images.of(owner.uid, now)).toMatchObject([{ name, state: 'pending', tags }]);
  const image = (await here.images.of(owner.uid, now))[0]?.id ?? '';
  const copy = copyImage({ region: seoul, image }, { name, token: 'one', tags });
  expect(await failure(there.images.make(copy, { name, tags }))).toMatchObject({
    class: 'Transient',
    reason: 'Conflict',
  });
  await world.clock.advance(5 * minute);
  for (let n = 0; n < 2; n++) await there.images.make(copy, { name, tags });
  await world.clock.advance(6 * minute);
  expect(await there.images.of(owner.uid, now)).toMatchObject([{ name, state: 'available' }]);
  const [snapshot] = await here.images.snapshotsOf(owner.uid, now);
  const dropSnapshot = () => here.images.write(deleteSnapshot(snapshot?.id ?? ''), snapshot?.id ?? '');
  expect(await failure(dropSnapshot())).toMatchObject({ reason: 'Conflict' });
  expect(await here.images.fresh(image)).toMatchObject({ tags });
  await here.images.write(deregisterImage(image), image);
  expect(await here.images.of(owner.uid, now)).toEqual([]);
  await dropSnapshot();
  expect(await here.images.freshSnapshot(snapshot?.id ?? '')).toBeUndefined();
});

test('The newest image of Debian is taken, for the region that is asked.', async () => {
  const world = sitesWorld();
  const newest = await region(world).images.newest(...debian);
  expect(newest?.name).toBe('debian-13-amd64-20251117-2299');
  expect((await region(world, tokyo).images.newest(...debian))?.id).not.toBe(newest?.id);
  expect(await region(world).images.newest(debian[0], 'plan9-*')).toBeUndefined();
});

test('Security groups are found by mark and by name, with what they open; others’ are seen where they stand in the way.', async () => {
  const world = sitesWorld();
  const { groups, vpc } = region(world);
  await groups.write(createSecurityGroup({ name: 'SG-ALB', description: 'web', vpc, tags }));
  const [{ id } = { id: '' }] = await groups.of(owner.uid, now);
  const opening = { port: 80, from: { cidr: '0.0.0.0/0' } };
  await groups.write(openPort(id, opening), id);
  expect(await failure(groups.write(openPort(id, opening), id))).toMatchObject({ reason: 'Conflict' });
  expect(await groups.of(owner.uid, now)).toMatchObject([{ name: 'SG-ALB', openings: [opening] }]);
  await groups.write(closePort(id, opening), id);
  const others: readonly Rule[] = [
    { protocol: 'tcp', ports: { from: 8000, to: 9000 }, from: { cidr: '10.0.0.0/8' } },
    { port: 8000, from: { group: id } },
    { protocol: 'udp', ports: { from: 53, to: 53 }, from: { cidr6: '::/0' } },
    { protocol: '-1', from: { cidr: '192.0.2.0/24' } },
  ];
  const authorize = { ...openPort(id, opening), input: { GroupId: id, IpPermissions: others.map(permissionOf) } };
  await groups.write(authorize, id);
  expect((await groups.of(owner.uid, now))[0]?.openings).toEqual(others);
  for (const rule of others) await groups.write(closePort(id, rule), id);
  expect((await groups.of(owner.uid, now))[0]?.openings).toEqual([]);
  await groups.write(untagMachine(id, tags), id);
  expect(await groups.of(owner.uid, now)).toEqual([]);
  expect(await groups.named(vpc, ['SG-ALB', 'SG-2'])).toMatchObject([{ id, openings: [], tags: {} }]);
  await groups.write(deleteSecurityGroup(id), id);
  expect(await groups.fresh(id)).toBeUndefined();
});

test('Subnets come with their zones.', async () => {
  const { groups, vpc, subnets } = region(sitesWorld());
  const found = await groups.subnets(vpc, now);
  expect(found.map(({ id }) => id)).toEqual([...subnets].toSorted());
  expect(found.map(({ zone }) => zone).toSorted()).toEqual([`${seoul}a`, `${seoul}c`]);
});

test('A quota of instances is a matter for a person.', async () => {
  const world = sitesWorld({ quotas: { vcpus: 1 } });
  expect(await failure(region(world).run())).toMatchObject({ class: 'Denied', reason: 'QuotaReached' });
});
