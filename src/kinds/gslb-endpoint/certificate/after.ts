// SPDX-License-Identifier: GPL-3.0-or-later
/** What certificates look like once a step is done or an event happened; the same object when it already shows. Pure. */
import type { Certificate, ValidationRecord } from '../../../clouds/aws/acm/certificate.ts';
import type { RecordChange, RecordSet } from '../../../clouds/aws/route53/route53.ts';
import type { Event } from '../../../core/step.ts';
import { shown } from '../../shown.ts';
import { sameSet } from '../wanted-records.ts';
import type { CertificateStep } from './steps.ts';
import type { CertificateWorld } from './world.ts';

function inRegion<W extends CertificateWorld>(
  world: W,
  region: string,
  edit: (all: readonly Certificate[]) => readonly Certificate[],
): W {
  const here = world.certificates.find((one) => one.region === region)?.certificates ?? [];
  const next = edit(here);
  if (next === here) return world;
  const others = world.certificates.filter((one) => one.region !== region);
  const all = [...others, { region, certificates: next }].toSorted((a, b) => (a.region < b.region ? -1 : 1));
  return { ...world, certificates: all };
}

function requested<W extends CertificateWorld>(
  world: W,
  step: Extract<CertificateStep, { do: 'RequestCertificate' }>,
): W {
  const { region, tags } = step;
  const names = step.names.toSorted();
  const here = world.certificates.find((one) => one.region === region)?.certificates ?? [];
  const there = here.find(
    (one) => one.names.join() === names.join() && ['PENDING_VALIDATION', 'ISSUED'].includes(one.status),
  );
  if (there) return shown(world, there);
  return inRegion(world, region, (all) => {
    const id = `<certificate ${names.join(' ')} in ${region}>`;
    return [...all, { id, names, status: 'PENDING_VALIDATION', records: [], usedBy: [], tags }];
  });
}

function without<W extends CertificateWorld>(world: W, region: string, id: string): W {
  return inRegion(world, region, (all) =>
    all.some((one) => one.id === id) ? all.filter((one) => one.id !== id) : all,
  );
}

function changedBy(records: readonly RecordSet[], changes: readonly RecordChange[]): readonly RecordSet[] {
  let next = records;
  for (const { action, record } of changes) {
    const there = next.some((one) => sameSet(one, record));
    if (action === 'DELETE' && there) next = next.filter((one) => !sameSet(one, record));
    if (action !== 'DELETE' && !there) next = [...next, record];
  }
  return next;
}

export function afterCertificateStep<W extends CertificateWorld>(world: W, step: CertificateStep): W {
  switch (step.do) {
    case 'RequestCertificate':
      return requested(world, step);
    case 'DeleteCertificate':
    // without the mark it is not seen as ours any more
    case 'ReleaseCertificate':
      return without(world, step.region, step.certificate);
    default: {
      const records = changedBy(world.records, step.changes);
      return records === world.records ? world : { ...world, records, change: 'Pending' };
    }
  }
}

/** What AWS will say proves a name: for an account always the same; where it was never said before, a name that stands for it. */
function foreseen({ names }: Certificate, said: readonly ValidationRecord[]): readonly ValidationRecord[] {
  const bare = [...new Set(names.map((name) => name.replace(/^\*\./, '')))].toSorted();
  return bare.map((name) => {
    const known = said.find((one) => one.name.slice(one.name.indexOf('.') + 1) === name);
    return known ?? { name: `_validation.${name}`, value: `_validation.${name}.acm-validations.aws` };
  });
}

function said({ certificates }: CertificateWorld): readonly ValidationRecord[] {
  return certificates.flatMap((here) => here.certificates.flatMap(({ records }) => records));
}

function edited<W extends CertificateWorld>(world: W, id: string, edit: (one: Certificate) => Certificate): W {
  const region = world.certificates.find((one) => one.certificates.some((it) => it.id === id))?.region;
  if (region === undefined) return world;
  return inRegion(world, region, (all) => {
    const next = all.map((one) => (one.id === id ? edit(one) : one));
    return next.every((one, at) => one === all[at]) ? all : next;
  });
}

export function afterCertificateEvent<W extends CertificateWorld>(world: W, event: Event): W {
  if (!('id' in event)) return world;
  switch (event.happens) {
    case 'ValidationRecordsKnown':
      return edited(world, event.id, (one) =>
        one.records.length > 0 ? one : { ...one, records: foreseen(one, said(world)) },
      );
    case 'CertificateIssued':
      return edited(world, event.id, (one) => (one.status === 'ISSUED' ? one : { ...one, status: 'ISSUED' }));
    case 'CertificateUnused':
      return edited(world, event.id, (one) => (one.usedBy.length === 0 ? one : { ...one, usedBy: [] }));
    default:
      return world;
  }
}
