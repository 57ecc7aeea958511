// SPDX-License-Identifier: GPL-3.0-or-later
/** The writes to certificates, as data. */
import type * as Acm from '@aws-sdk/client-acm';
import type { Tags } from '../../../core/owner-mark.ts';
import { write, type AwsRequest } from '../request.ts';
import { toTagList } from '../tags.ts';

const acm = (action: string, input: Readonly<Record<string, unknown>>) => write('acm', action, input);

export interface NewCertificate {
  /** The first one is the certificate's domain name. */
  readonly names: readonly string[];
  readonly token: string;
  readonly tags: Tags;
}

/** The mark goes on in the request: never a moment in which the certificate is nobody's. */
export function requestCertificate({ names, token, tags }: NewCertificate): AwsRequest {
  const [first = '', ...more] = names;
  return acm('RequestCertificate', {
    DomainName: first,
    ...(more.length === 0 ? {} : { SubjectAlternativeNames: more }),
    ValidationMethod: 'DNS',
    IdempotencyToken: token,
    Tags: toTagList(tags),
  } satisfies Acm.RequestCertificateCommandInput);
}

export function deleteCertificate(arn: string): AwsRequest {
  return acm('DeleteCertificate', { CertificateArn: arn } satisfies Acm.DeleteCertificateCommandInput);
}

export function untagCertificate(arn: string, tags: Tags): AwsRequest {
  return acm('RemoveTagsFromCertificate', {
    CertificateArn: arn,
    Tags: toTagList(tags),
  } satisfies Acm.RemoveTagsFromCertificateCommandInput);
}
