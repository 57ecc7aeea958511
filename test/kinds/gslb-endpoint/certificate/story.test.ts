// SPDX-License-Identifier: GPL-3.0-or-later
/** Certificates on the simulated AWS: looked at, planned and done until there is nothing to do. */
import { expect, test } from '@jest/globals';
import { failure, owner, seoul, sitesWorld, tokyo } from '../../../clouds/aws/sites-world.ts';
import { write } from '../../../../src/clouds/aws/request.ts';
import type { Zone } from '../../../../src/clouds/aws/route53/route53.ts';
import { ZoneRecords } from '../../../../src/clouds/aws/route53/zone-records.ts';
import { certificateActions, type CertificateClouds } from '../../../../src/kinds/gslb-endpoint/certificate/act.ts';
import { namesOfProofs, observeCertificates } from '../../../../src/kinds/gslb-endpoint/certificate/observe.ts';
import type { CertificateStep } from '../../../../src/kinds/gslb-endpoint/certificate/steps.ts';
import type { CertificateWorld } from '../../../../src/kinds/gslb-endpoint/certificate/world.ts';
import { pure, wish, type Wanted } from './pieces.ts';

async function stage() {
  const world = sitesWorld({ lagMs: (service) => (service === 'acm' ? 3000 : 0) });
  const session = world.session('us-east-1');
  const regions = { [seoul]: world.session(seoul), [tokyo]: world.session(tokyo) } as const;
  const made = await session.send<{ HostedZone: { Id: string } }>(
    write('route53', 'CreateHostedZone', { Name: 'seojun.shop', CallerReference: 'a' }),
  );
  const zone: Zone = { id: made.HostedZone.Id.split('/').at(-1) ?? '', name: 'seojun.shop', private: false };
  const clouds: CertificateClouds = {
    scope: world.scope,
    owner,
    session,
    inRegion: async (region) => regions[region as typeof seoul],
  };
  const look = async (): Promise<CertificateWorld> => {
    const certificates = await observeCertificates(
      clouds,
      { regions: [seoul, tokyo], zone: zone.name },
      { maxAgeMs: 0 },
    );
    const records = new ZoneRecords(session, world.scope, zone);
    const names = namesOfProofs(certificates, zone.name);
    return { owner, certificates, records: await records.of(names, { maxAgeMs: 0 }), change: 'Unknown' };
  };
  const act = (step: CertificateStep) =>
    (certificateActions[step.do] as (c: CertificateClouds, s: CertificateStep) => Promise<void>)(clouds, step);
  return { ...world, zone, look, act };
}

type Stage = Awaited<ReturnType<typeof stage>>;

/** What was done on the way, to rest. */
async function settle({ look, act, clock, zone }: Stage, wanted: Wanted): Promise<string[]> {
  const done: string[] = [];
  for (let round = 0; round < 60; round++) {
    const { steps, hold } = pure.plan(wanted, await look());
    const here = steps.map((step) => ('zone' in step ? { ...step, zone: zone.id } : step));
    for (const step of here) {
      await act(step);
      done.push(step.do);
    }
    if (steps.length === 0 && !hold) return done;
    await clock.advance(hold?.lookAgainAfterMs ?? 1000);
  }
  throw new Error('it does not settle');
}

test('Two regions, one validation record: requested, proven, issued; then other names; then all of it goes.', async () => {
  const at = await stage();
  expect(await settle(at, { wish })).toEqual(['RequestCertificate', 'RequestCertificate', 'ProveDomain']);
  for (const region of [seoul, tokyo]) expect(at.home.certificates(region)).toMatchObject([{ status: 'ISSUED' }]);
  expect(await settle(at, { wish })).toEqual([]);
  const names = ['www.seojun.shop'];
  expect(await settle(at, { wish: { names, regions: [seoul] } })).toEqual([
    'RequestCertificate',
    'ProveDomain',
    'UnproveDomain',
    'DeleteCertificate',
    'DeleteCertificate',
  ]);
  expect(at.home.certificates(seoul)).toMatchObject([{ status: 'ISSUED', names }]);
  expect(at.home.certificates(tokyo)).toEqual([]);
  expect(await settle(at, { going: 'Delete' })).toEqual(['UnproveDomain', 'DeleteCertificate']);
  expect(at.home.certificates(seoul)).toEqual([]);
  const left = at.aws.route53.records(at.zone.id).filter(({ type }) => type === 'CNAME' || type === 'TXT');
  expect(left).toEqual([]);
}, 20_000);

test('With Retain the marks go, and the certificates and their record stay.', async () => {
  const at = await stage();
  await settle(at, { wish: { ...wish, regions: [seoul] } });
  expect(await settle(at, { going: 'Retain' })).toEqual(['ReleaseCertificate']);
  expect(at.home.certificates(seoul)).toMatchObject([{ status: 'ISSUED', tags: {} }]);
});

test('One that lost our mark meanwhile is not deleted.', async () => {
  const at = await stage();
  await settle(at, { wish: { ...wish, regions: [seoul] } });
  const arn = at.home.certificates(seoul)[0]?.arn ?? '';
  const take = { CertificateArn: arn, Tags: [{ Key: 'hybridcloud.dev/owner', Value: 'u2' }] };
  await at.session(seoul).send(write('acm', 'AddTagsToCertificate', take));
  const step = { do: 'DeleteCertificate', effect: 'delete', target: 'a', region: seoul, certificate: arn } as const;
  expect(await failure(at.act(step))).toMatchObject({ class: 'Transient' });
  expect(at.home.certificates(seoul)).toHaveLength(1);
});
