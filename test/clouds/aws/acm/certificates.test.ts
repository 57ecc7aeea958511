// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import {
  deleteCertificate,
  requestCertificate,
  untagCertificate,
} from '../../../../src/clouds/aws/acm/certificate-requests.ts';
import { Certificates } from '../../../../src/clouds/aws/acm/certificates.ts';
import { write } from '../../../../src/clouds/aws/request.ts';
import { markOf } from '../../../../src/core/owner-mark.ts';
import { acmTimes } from '../../../../src/simulator/aws/acm/times.ts';
import { failure, minute, now, owner, seoul, sitesWorld, tokyo, type SitesWorld } from '../sites-world.ts';

const tags = markOf(owner);
const names = ['gslb.seojun.shop', '*.gslb.seojun.shop'];

function region(world: SitesWorld, name = seoul) {
  const certificates = new Certificates(world.session(name), world.scope);
  const request = (uid = owner.uid) => {
    const token = `token${uid}`;
    return certificates.request(requestCertificate({ names, token, tags: markOf({ ...owner, uid }) }));
  };
  return { certificates, request, mine: () => certificates.of(owner.uid, 'seojun.shop', now) };
}

test('A certificate is found by its mark, among those with a name in the zone; asked for again it is the same one.', async () => {
  const world = sitesWorld();
  const { request, mine, certificates } = region(world);
  const id = await request();
  expect(await request()).toBe(id);
  const other = await request('u2');
  expect(other).not.toBe(id);
  expect(await mine()).toMatchObject([
    { id, names: names.toSorted(), status: 'PENDING_VALIDATION', records: [], tags },
  ]);
  expect(await certificates.of(owner.uid, 'else.shop', now)).toEqual([]);
  expect(await region(world, tokyo).mine()).toEqual([]);
});

test('A name and its wildcard need one record, which shows after some seconds, without a dot at the end.', async () => {
  const world = sitesWorld();
  const { request, mine } = region(world);
  await request();
  await world.clock.advance(acmTimes.resourceRecord);
  const [certificate] = await mine();
  expect(certificate?.records).toEqual([
    {
      name: expect.stringMatching(/^_[0-9a-f]{32}\.gslb\.seojun\.shop$/),
      value: expect.stringMatching(/\.acm-validations\.aws$/),
    },
  ]);
});

test('It is issued once its record is in the zone, and tells until when it is good and who uses it.', async () => {
  const world = sitesWorld();
  const { request, mine } = region(world);
  await request();
  await world.clock.advance(acmTimes.resourceRecord);
  const record = (await mine())[0]?.records[0];
  const root = world.session('us-east-1');
  const made = write('route53', 'CreateHostedZone', { Name: 'seojun.shop', CallerReference: 'a' });
  const { HostedZone } = await root.send<{ HostedZone: { Id: string } }>(made);
  const set = { Name: record?.name, Type: 'CNAME', TTL: 300, ResourceRecords: [{ Value: record?.value }] };
  const ChangeBatch = { Changes: [{ Action: 'CREATE', ResourceRecordSet: set }] };
  await root.send(write('route53', 'ChangeResourceRecordSets', { HostedZoneId: HostedZone.Id, ChangeBatch }));
  await world.clock.advance(2 * minute);
  expect(await mine()).toMatchObject([{ status: 'PENDING_VALIDATION' }]);
  await world.clock.advance(acmTimes.validation);
  const issued = await mine();
  expect(issued).toMatchObject([{ status: 'ISSUED', usedBy: [], notAfter: world.clock.now() + 198 * 86_400_000 }]);
});

test('What was requested a moment ago stands in until AWS shows it, and a repeated look makes no other.', async () => {
  const world = sitesWorld({ lagMs: (service) => (service === 'acm' ? 5000 : 0) });
  const { request, mine } = region(world);
  const id = await request();
  expect(await mine()).toMatchObject([{ id, status: 'PENDING_VALIDATION', records: [], tags }]);
  await world.clock.advance(5000);
  expect(await mine()).toMatchObject([{ id, records: [{}] }]);
});

test('A deleted one is gone, one without our mark is not ours; what is not there is nothing.', async () => {
  const world = sitesWorld();
  const { request, mine, certificates } = region(world);
  const id = await request();
  await certificates.write(untagCertificate(id, tags));
  expect(await mine()).toEqual([]);
  expect(await certificates.fresh(id)).toMatchObject({ id, tags: {} });
  await certificates.write(deleteCertificate(id));
  expect(await certificates.fresh(id)).toBeUndefined();
  expect(await failure(certificates.write(deleteCertificate(id)))).toMatchObject({
    class: 'Transient',
    reason: 'NotFound',
  });
});

test('A quota is a matter for a person.', async () => {
  const world = sitesWorld({ quotas: { certificates: 0 } });
  expect(await failure(region(world).request())).toMatchObject({ class: 'Denied', reason: 'QuotaReached' });
});

test('One list and one look at the tags serve many objects.', async () => {
  const world = sitesWorld();
  const { request, certificates } = region(world);
  await request();
  const calls = () => Object.groupBy(world.aws.calls, ({ action }) => action);
  for (const uid of ['u1', 'u2', 'u3']) await certificates.of(uid, 'seojun.shop', { maxAgeMs: minute });
  expect(calls()['ListCertificates']).toHaveLength(1);
  expect(calls()['ListTagsForCertificate']).toHaveLength(1);
  expect(calls()['DescribeCertificate']).toHaveLength(1);
});
