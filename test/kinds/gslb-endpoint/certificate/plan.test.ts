// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Certificate } from '../../../../src/clouds/aws/acm/certificate.ts';
import type { Desired } from '../../../../src/core/kind.ts';
import { preview, type Pure } from '../../../../src/core/preview.ts';
import { registryValue } from '../../../../src/core/registry-mark.ts';
import type { RecordSet } from '../../../../src/clouds/aws/route53/route53.ts';
import { certificateFacts } from '../../../../src/kinds/gslb-endpoint/certificate/facts.ts';
import { certificatesServing } from '../../../../src/kinds/gslb-endpoint/certificate/plan.ts';
import { certificateIdentity, certificateRequest } from '../../../../src/kinds/gslb-endpoint/certificate/requests.ts';
import type { CertificateStep } from '../../../../src/kinds/gslb-endpoint/certificate/steps.ts';
import { certificateWish, issuedIn } from '../../../../src/kinds/gslb-endpoint/certificate/wanted.ts';
import type { CertificateWorld } from '../../../../src/kinds/gslb-endpoint/certificate/world.ts';
import { certificate, owner, pure, seoul, shown, tokyo, wish, world, type Wanted } from './pieces.ts';

const see = (wanted: Wanted, at: CertificateWorld) => {
  const kind: Pure<never, never, CertificateWorld, CertificateStep> = {
    ...pure,
    plan: (_, here) => pure.plan(wanted, here),
  };
  return preview(kind, { absent: false } as Desired<never, never>, at);
};

const cname: RecordSet = {
  name: '_0a.gslb.seojun.shop',
  type: 'CNAME',
  policy: { type: 'Simple' },
  data: { ttl: 300, values: ['_0b.acm-validations.aws.'] },
};
/** The owner record beside it, as its own plan writes it. */
function proved(): readonly RecordSet[] {
  const at = world({ certificates: [{ region: seoul, certificates: [certificate('a')] }] });
  const one = { ...wish, regions: [seoul] };
  const step = pure.plan({ wish: one }, at).steps[0];
  if (step?.do !== 'ProveDomain') throw new Error('it is not proven first');
  return step.changes.map(({ record }) => record);
}

const both = (status: string, more: Partial<Certificate> = {}) => [
  { region: tokyo, certificates: [certificate('t', { status, ...more })] },
  { region: seoul, certificates: [certificate('s', { status, ...more })] },
];
const other = {
  names: ['old.seojun.shop'],
  records: [{ name: '_0c.old.seojun.shop', value: '_0d.acm-validations.aws' }],
};
const oldProof: RecordSet[] = [
  { ...cname, name: '_0c.old.seojun.shop', data: { ttl: 300, values: ['_0d.acm-validations.aws.'] } },
];

const rows: readonly [string, Wanted, Partial<CertificateWorld>, readonly string[]][] = [
  [
    'nothing there: one is requested in each region',
    { wish },
    {},
    [
      `RequestCertificate certificate gslb.seojun.shop in ${tokyo}`,
      `RequestCertificate certificate gslb.seojun.shop in ${seoul}`,
    ],
  ],
  [
    'its records do not show yet: waits',
    { wish },
    { certificates: both('PENDING_VALIDATION', { records: [] }) },
    ['Waiting CertificatePending'],
  ],
  [
    'records show: one for both regions, and for the wildcard too',
    { wish },
    { certificates: both('PENDING_VALIDATION') },
    ['ProveDomain validation record of gslb.seojun.shop'],
  ],
  [
    'the record is there, whosever: waits to be issued',
    { wish },
    { certificates: both('PENDING_VALIDATION'), records: [cname] },
    ['Waiting CertificatePending'],
  ],
  ['issued and proven: at rest', { wish }, { certificates: both('ISSUED'), records: [cname] }, []],
  [
    'issued, and somebody took the record away: it is back, as AWS renews by it',
    { wish },
    { certificates: both('ISSUED') },
    ['ProveDomain validation record of gslb.seojun.shop'],
  ],
  [
    'something else has the name of the record: a person',
    { wish },
    { certificates: both('PENDING_VALIDATION'), records: [{ ...cname, data: { ttl: 60, values: ['else.where.'] } }] },
    ['Blocked RecordConflict'],
  ],
  [
    'timed out: requested anew',
    { wish: { ...wish, regions: [seoul] } },
    { certificates: [{ region: seoul, certificates: [certificate('s', { status: 'VALIDATION_TIMED_OUT' })] }] },
    [`RequestCertificate certificate gslb.seojun.shop in ${seoul}`],
  ],
  [
    'refused by AWS: a person, and no hot loop',
    { wish },
    { certificates: both('FAILED', { failure: 'CAA_ERROR' }) },
    ['Blocked CertificateFailed'],
  ],
  [
    'other names: the old one goes once the new one is issued',
    { wish: { ...wish, regions: [seoul] } },
    { certificates: [{ region: seoul, certificates: [certificate('a', other), certificate('b')] }], records: [cname] },
    [`DeleteCertificate certificate old.seojun.shop in ${seoul}`],
  ],
  [
    'other names: the old one stays while a listener has it',
    { wish: { ...wish, regions: [seoul] } },
    {
      certificates: [
        { region: seoul, certificates: [certificate('a', { ...other, usedBy: ['alb'] }), certificate('b')] },
      ],
      records: [cname],
    },
    [],
  ],
  [
    'other names: the old one stays while the new one is pending',
    { wish: { ...wish, regions: [seoul] } },
    {
      certificates: [
        { region: seoul, certificates: [certificate('a', other), certificate('b', { status: 'PENDING_VALIDATION' })] },
      ],
      records: [cname],
    },
    ['Waiting CertificatePending'],
  ],
  [
    'taken out of the spec: the record that is ours, then the certificates',
    {},
    { certificates: both('ISSUED'), records: proved() },
    ['UnproveDomain validation record of gslb.seojun.shop'],
  ],
  [
    'taken out of the spec: a record that is not ours stays',
    {},
    { certificates: both('ISSUED'), records: [cname] },
    [
      `DeleteCertificate certificate *.gslb.seojun.shop in ${tokyo}`,
      `DeleteCertificate certificate *.gslb.seojun.shop in ${seoul}`,
    ],
  ],
  [
    'deleted: what is used is waited for',
    { going: 'Delete' },
    { certificates: both('ISSUED', { usedBy: ['alb'] }), records: proved() },
    ['Waiting CertificateInUse'],
  ],
  [
    'deleted with Retain: only the marks go',
    { going: 'Retain' },
    { certificates: both('ISSUED') },
    [
      `ReleaseCertificate certificate *.gslb.seojun.shop in ${tokyo}`,
      `ReleaseCertificate certificate *.gslb.seojun.shop in ${seoul}`,
    ],
  ],
  ['no certificate wanted, none there: at rest', {}, { records: oldProof }, []],
];

test.each(rows)('%s.', (_, wanted, at, expected) => {
  expect(shown(pure.plan(wanted, world(at)))).toEqual(expected);
});

test('The whole way: requested, proven once, issued; the preview ends where the plan is empty.', () => {
  const { steps, end, hold } = see({ wish }, world());
  expect(steps.map((step) => step.do)).toEqual(['RequestCertificate', 'RequestCertificate', 'ProveDomain']);
  expect(hold).toBeUndefined();
  expect(certificatesServing(end, wish)).toBe(true);
  expect(certificatesServing(world(), wish)).toMatchObject({ reason: 'CertificatePending' });
  expect(see({ going: 'Delete' }, end).steps.map((step) => step.do)).toEqual([
    'UnproveDomain',
    'DeleteCertificate',
    'DeleteCertificate',
  ]);
});

test('Owner records go with validation records, in one batch, and what is taken away is exactly what was seen.', () => {
  const [mark, record] = proved();
  expect(mark).toMatchObject({ type: 'TXT', data: { values: [registryValue(owner)] } });
  expect(record).toEqual(cname);
  const at = world({ certificates: both('ISSUED'), records: proved() });
  const [step] = pure.plan({}, at).steps;
  expect(step && 'changes' in step ? step.changes : []).toEqual(
    [cname, mark].map((one) => ({ action: 'DELETE', record: one })),
  );
});

test('What a person approves names domains and regions, not what AWS will call them.', () => {
  const known = (name: string) => {
    const records = [{ name: `${name}.gslb.seojun.shop`, value: 'a.acm-validations.aws' }];
    const [step] = pure.plan({ wish }, world({ certificates: both('PENDING_VALIDATION', { records }) })).steps;
    return step && certificateIdentity(step);
  };
  expect(known('_1')).toEqual(known('_2'));
});

test('Regions are those that are named and those of the sites, else that of the object; the subject is the first name.', () => {
  const aws = { region: seoul };
  const asked = { domains: wish.names };
  expect(certificateWish({ aws, certificate: asked })).toEqual({ names: wish.names, regions: [seoul] });
  const sites = [{ region: tokyo }, { region: seoul }];
  expect(certificateWish({ aws, certificate: { ...asked, regions: ['us-east-1'] }, sites })?.regions).toEqual([
    tokyo,
    seoul,
    'us-east-1',
  ]);
  expect(certificateWish({ aws })).toBeUndefined();
  const [step] = pure.plan({ wish }, world()).steps;
  expect(step && certificateRequest(step).input).toMatchObject({
    DomainName: 'gslb.seojun.shop',
    SubjectAlternativeNames: ['*.gslb.seojun.shop'],
  });
});

test('Status tells of each region what is there; listeners get what is issued.', () => {
  const at = world({ certificates: [{ region: seoul, certificates: [certificate('s', { notAfter: 0 })] }] });
  expect(certificateFacts(at, wish)).toEqual([
    { region: seoul, arn: 's', status: 'ISSUED', notAfter: '1970-01-01T00:00:00Z' },
  ]);
  expect(issuedIn(at, seoul, wish)).toBe('s');
  expect(issuedIn(at, tokyo, wish)).toBeUndefined();
  expect(issuedIn(at, seoul, undefined)).toBeUndefined();
});

const statuses = ['PENDING_VALIDATION', 'ISSUED', 'VALIDATION_TIMED_OUT', 'FAILED', 'EXPIRED'];
const someCertificate = fc
  .tuple(fc.uuid(), fc.constantFrom(...statuses), fc.boolean(), fc.boolean(), fc.boolean())
  .map(([id, status, known, used, old]) => {
    const base = certificate(id, { status, ...(old ? other : {}), usedBy: used ? ['alb'] : [] });
    return known || old ? base : { ...base, records: [] };
  });
const someWorld = fc
  .record({
    certificates: fc
      .tuple(fc.array(someCertificate, { maxLength: 3 }), fc.array(someCertificate, { maxLength: 3 }))
      .map(([here, there]) => [
        { region: tokyo, certificates: there },
        { region: seoul, certificates: here },
      ]),
    records: fc.constantFrom([], [cname], proved(), oldProof, [...proved(), ...oldProof]),
  })
  .map(world);
const someWish = fc.constantFrom<Wanted>(
  { wish },
  { wish: { ...wish, regions: [seoul] } },
  {},
  { going: 'Delete' },
  { going: 'Retain' },
);
const runs = { numRuns: 400 };

test('Laws: after shows what a step does, once; no step is planned again straight after itself; every way ends.', () => {
  fc.assert(
    fc.property(someWish, someWorld, (wanted, at) => {
      let now = at;
      for (const step of pure.plan(wanted, at).steps) {
        const next = pure.after(now, step);
        expect(next).not.toBe(now);
        expect(pure.after(next, step)).toBe(next);
        now = next;
      }
      const { end } = see(wanted, at);
      expect(pure.plan(wanted, end).steps).toEqual([]);
    }),
    runs,
  );
});

/** Another one that does the same. */
function hasTwin(at: CertificateWorld, region: string, gone: Certificate): boolean {
  const here = at.certificates.find((one) => one.region === region)?.certificates ?? [];
  return here.some(
    ({ id, status, names }) => id !== gone.id && status === 'ISSUED' && names.join() === gone.names.join(),
  );
}

test('Laws: an issued certificate that is wanted never goes without a twin, nor one that is used; records go only with our mark.', () => {
  fc.assert(
    fc.property(someWish, someWorld, (wanted, at) => {
      for (const step of see(wanted, at).steps) {
        if (step.do === 'UnproveDomain') expect(step.changes.some(({ record }) => record.type === 'TXT')).toBe(true);
        if (step.do !== 'DeleteCertificate') continue;
        const all = at.certificates.flatMap(({ certificates }) => certificates);
        const gone = all.find(({ id }) => id === step.certificate) ?? certificate('made on the way');
        if (wanted.going === undefined) expect(gone.usedBy).toEqual([]);
        const asked = wanted.wish?.regions.includes(step.region) && gone.names.join() === wish.names.toSorted().join();
        if (asked && gone.status === 'ISSUED') expect(hasTwin(at, step.region, gone)).toBe(true);
      }
    }),
    runs,
  );
});
