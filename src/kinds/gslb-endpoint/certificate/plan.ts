// SPDX-License-Identifier: GPL-3.0-or-later
/** Certificates: asked for, proven, followed to ISSUED; what is left over goes when nothing uses it. Pure. */
import type { Certificate } from '../../../clouds/aws/acm/certificate.ts';
import type { Zone } from '../../../clouds/aws/route53/route53.ts';
import { digest } from '../../../core/digest.ts';
import { markOf } from '../../../core/owner-mark.ts';
import type { Hold } from '../../../core/plan.ts';
import { markIn } from '../marks.ts';
import { blocked, waiting } from '../plan/part.ts';
import { proofHold, proofs, recordsOf, unproofs } from './records.ts';
import type { CertificateStep } from './steps.ts';
import { certificateIn, isFor, type CertificateWish } from './wanted.ts';
import type { CertificateWorld } from './world.ts';

export interface CertificatePart {
  readonly steps: readonly CertificateStep[];
  readonly hold?: Hold;
}

interface Here {
  readonly region: string;
  readonly certificate: Certificate;
}

/** Until ACM has looked: it does so every few minutes. */
const pollMs = 15_000;

const targetOf = (names: readonly string[], region: string) => `certificate ${names[0] ?? ''} in ${region}`;

function allOf({ certificates }: CertificateWorld): readonly Here[] {
  return certificates.flatMap(({ region, certificates: some }) => some.map((certificate) => ({ region, certificate })));
}

function requests(world: CertificateWorld, wish: CertificateWish): CertificateStep[] {
  const { owner } = world;
  const missing = wish.regions.filter((region) => !certificateIn(world, region, wish));
  return missing.map((region) => ({
    do: 'RequestCertificate',
    effect: 'create',
    target: targetOf(wish.names, region),
    region,
    names: wish.names,
    // for an hour AWS answers the same token with the same certificate (API reference, RequestCertificate)
    token: digest(owner.uid, region, ...wish.names),
    tags: markOf(owner),
    once: `RequestCertificate/${region}`,
    repeatable: true,
  }));
}

/** AWS refused it: it would do so again. */
function failedHold(world: CertificateWorld, wish: CertificateWish): Hold | undefined {
  const failed = allOf(world).find(
    ({ region, certificate }) =>
      ['FAILED', 'REVOKED', 'INACTIVE'].includes(certificate.status) &&
      isFor(certificate, wish) &&
      wish.regions.includes(region) &&
      !certificateIn(world, region, wish),
  );
  if (!failed) return undefined;
  const { region, certificate } = failed;
  return blocked(
    'CertificateFailed',
    `AWS does not issue the certificate ${certificate.id} (${certificate.failure ?? certificate.status}). Correct what it complains of, then delete that certificate in ${region}: it is requested anew.`,
    [{ kind: 'Certificate', id: certificate.id }],
  );
}

function pendingHold(world: CertificateWorld, wish: CertificateWish): Hold | undefined {
  const pending = wish.regions.flatMap((region) => {
    const found = certificateIn(world, region, wish);
    return found && found.status !== 'ISSUED' ? [{ region, found }] : [];
  })[0];
  if (!pending) return undefined;
  const { region, found } = pending;
  // the records show some seconds after the request, and are written before anything is waited for
  const known = found.records.length > 0;
  const message = known
    ? `AWS has not issued the certificate in ${region} yet: it looks for the validation records in public DNS every few minutes. Where that takes long, see that the registrar names the name servers of this zone`
    : `AWS has not said yet what proves the names of the certificate in ${region}`;
  const until = { happens: known ? 'CertificateIssued' : 'ValidationRecordsKnown', id: found.id };
  return { ...waiting('CertificatePending', message, until), lookAgainAfterMs: known ? pollMs : 5000 };
}

/** Ours that are wanted no more, or of which nothing comes. */
function surplus(world: CertificateWorld, wish: CertificateWish | undefined): readonly Here[] {
  return allOf(world).filter(({ region, certificate }) => {
    if (!wish?.regions.includes(region)) return true;
    return certificateIn(world, region, wish)?.id !== certificate.id && certificate.status !== 'FAILED';
  });
}

/** First the records that nothing else of ours needs, then the certificate, which is how they are known. */
function removals(world: CertificateWorld, zone: Zone | undefined, gone: readonly Here[]): CertificateStep[] {
  const ids = new Set(gone.map(({ certificate }) => certificate.id));
  const kept = allOf(world).filter(({ certificate }) => !ids.has(certificate.id));
  const needed = new Set(recordsOf(kept.map(({ certificate }) => certificate)).map(({ name }) => name));
  const left = recordsOf(gone.map(({ certificate }) => certificate)).filter(({ name }) => !needed.has(name));
  const records = zone ? unproofs(world, zone, left) : [];
  if (records.length > 0) return records;
  return gone.map(({ region, certificate }) => ({
    do: 'DeleteCertificate',
    effect: 'delete',
    target: targetOf(certificate.names, region),
    region,
    certificate: certificate.id,
  }));
}

const isFree = ({ certificate }: Here) => certificate.usedBy.length === 0;

/** ACM lets go of a certificate a while after the listener that used it is gone. */
function usedHold(left: readonly Here[]): Hold | undefined {
  const used = left.find((one) => !isFree(one));
  if (!used) return undefined;
  const { id, usedBy } = used.certificate;
  const until = { happens: 'CertificateUnused', id };
  const message = `The certificate ${id} is still used by ${usedBy[0] ?? ''}: it is deleted when that is over`;
  return { ...waiting('CertificateInUse', message, until), lookAgainAfterMs: pollMs };
}

/** What is not wanted any more, and goes as soon as nothing uses it: only once all else is done, which is why it is used no more. */
export function surplusHold(world: CertificateWorld, wish: CertificateWish | undefined): Hold | undefined {
  return usedHold(surplus(world, wish));
}

/** @param zone Where the names are; the records of others' zones nobody here can write. */
export function planCertificates(
  world: CertificateWorld,
  wish: CertificateWish | undefined,
  zone: Zone,
): CertificatePart {
  if (!wish) return { steps: removals(world, zone, surplus(world, wish).filter(isFree)) };
  const failed = failedHold(world, wish);
  if (failed) return { steps: [], hold: failed };
  const asked = requests(world, wish);
  if (asked.length > 0) return { steps: asked };
  const wanted = recordsOf(wish.regions.flatMap((region) => certificateIn(world, region, wish) ?? []));
  const conflict = proofHold(world, zone, wanted);
  if (conflict) return { steps: [], hold: conflict };
  const proving = proofs(world, zone, wanted);
  if (proving.length > 0) return { steps: proving };
  const pending = pendingHold(world, wish);
  return pending ? { steps: [], hold: pending } : { steps: removals(world, zone, surplus(world, wish).filter(isFree)) };
}

/** Deletion. One that a listener still uses is waited for. */
export function absentCertificates(
  world: CertificateWorld,
  zone: Zone | undefined,
  deletionPolicy: 'Retain' | 'Delete',
): CertificatePart {
  const all = allOf(world);
  if (deletionPolicy === 'Retain') return { steps: all.flatMap(release) };
  const steps = removals(world, zone, all.filter(isFree));
  const hold = steps.length > 0 ? undefined : usedHold(all);
  return { steps, ...(hold ? { hold } : {}) };
}

function release({ region, certificate }: Here): CertificateStep[] {
  const tags = markIn(certificate.tags);
  const target = targetOf(certificate.names, region);
  return [{ do: 'ReleaseCertificate', effect: 'update', target, region, certificate: certificate.id, tags }];
}

/** What keeps a region's certificate from being used: for the verdict on whether all works. */
export function certificatesServing(world: CertificateWorld, wish: CertificateWish | undefined): true | Hold {
  if (!wish) return true;
  const missing = wish.regions.find((region) => certificateIn(world, region, wish)?.status !== 'ISSUED');
  if (missing === undefined) return true;
  return waiting(
    'CertificatePending',
    `There is no issued certificate in ${missing} yet: see Synced for what is waited for`,
  );
}
