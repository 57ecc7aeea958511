// SPDX-License-Identifier: GPL-3.0-or-later
import type { RecordChange } from '../../../clouds/aws/route53/route53.ts';
import type { Tags } from '../../../core/owner-mark.ts';
import type { Step } from '../../../core/step.ts';

interface Of<Do extends string> extends Step {
  readonly do: Do;
}

export type CertificateStep =
  /** The token makes it the same certificate for an hour, by when it shows. */
  | (Of<'RequestCertificate'> & {
      readonly region: string;
      readonly names: readonly string[];
      readonly token: string;
      readonly tags: Tags;
    })
  | (Of<'ReleaseCertificate'> & { readonly region: string; readonly certificate: string; readonly tags: Tags })
  | (Of<'DeleteCertificate'> & { readonly region: string; readonly certificate: string })
  /** A validation record and its owner record, in one batch. What their names are AWS says only once it was asked for the certificate. */
  | (Of<'ProveDomain' | 'UnproveDomain'> & {
      readonly zone: string;
      readonly name: string;
      readonly changes: readonly RecordChange[];
    });
