// SPDX-License-Identifier: GPL-3.0-or-later
import { Certificates } from '../../../clouds/aws/acm/certificates.ts';
import type { AwsSession } from '../../../clouds/aws/session.ts';
import { ZoneRecords } from '../../../clouds/aws/route53/zone-records.ts';
import { ownershipOf, type Owner } from '../../../core/owner-mark.ts';
import type { Actions } from '../../../core/kind.ts';
import type { Scope } from '../../../core/scope.ts';
import { changed } from '../../changed.ts';
import { certificateRequest } from './requests.ts';
import type { CertificateStep } from './steps.ts';

/** What certificates need of all that a look reaches. */
export interface CertificateClouds {
  readonly scope: Scope;
  readonly owner: Owner;
  /** Where Route 53 is. */
  readonly session: AwsSession;
  /** The same identity in another region. */
  readonly inRegion: (region: string) => Promise<AwsSession>;
}

type Do<Name extends CertificateStep['do']> = Extract<CertificateStep, { do: Name }>;

async function certificatesIn({ inRegion, scope }: CertificateClouds, region: string): Promise<Certificates> {
  return new Certificates(await inRegion(region), scope);
}

/** One that lost the mark meanwhile stays as it is. */
async function ours(clouds: CertificateClouds, step: Do<'ReleaseCertificate' | 'DeleteCertificate'>): Promise<void> {
  const certificates = await certificatesIn(clouds, step.region);
  const found = await certificates.fresh(step.certificate);
  if (!found) return;
  if (ownershipOf(found.tags, clouds.owner) !== 'mine')
    throw changed(`Certificate ${step.certificate} does not carry our mark any more; it was not touched`);
  await certificates.write(certificateRequest(step));
}

/** A batch says what has to be there for it to be done. */
async function prove({ session, scope }: CertificateClouds, step: Do<'ProveDomain' | 'UnproveDomain'>): Promise<void> {
  await new ZoneRecords(session, scope, { id: step.zone }).write(certificateRequest(step));
}

export const certificateActions: Actions<CertificateStep, CertificateClouds> = {
  RequestCertificate: async (clouds, step) => {
    const certificates = await certificatesIn(clouds, step.region);
    await certificates.request(certificateRequest(step));
  },
  ReleaseCertificate: ours,
  DeleteCertificate: ours,
  ProveDomain: prove,
  UnproveDomain: prove,
};
