// SPDX-License-Identifier: GPL-3.0-or-later
import type * as Acm from '@aws-sdk/client-acm';
import { ownerTag, type Tags } from '../../../core/owner-mark.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Certificate, ValidationRecord } from './certificate.ts';
import { codeOf } from '../errors.ts';
import { RecentlyMade, type Made } from '../ec2/recently-made.ts';
import { read, type AwsRequest } from '../request.ts';
import type { AwsSession } from '../session.ts';
import { fromTagList } from '../tags.ts';
import type { AgeLimit } from '../iam/users.ts';

const prefix = 'acm/';
const listLook = `${prefix}certificates`;
/** Nobody but the operator moves its mark: what is tagged as ours a moment ago still is. A write forgets it. */
const tagsAgeMs = 3_600_000;
/** API reference, ListCertificates: at most 1,000 a page. */
const perPage = 1000;

const plain = (name: string) => name.toLowerCase().replace(/\.$/, '');

function namesOf({ DomainName = '', SubjectAlternativeNames = [] }: Acm.CertificateDetail): readonly string[] {
  return [...new Set([DomainName, ...SubjectAlternativeNames].map(plain))].toSorted();
}

function recordsOf({ DomainValidationOptions = [] }: Acm.CertificateDetail): readonly ValidationRecord[] {
  const records = new Map<string, ValidationRecord>();
  for (const { ResourceRecord } of DomainValidationOptions) {
    const [name, value] = [plain(ResourceRecord?.Name ?? ''), plain(ResourceRecord?.Value ?? '')];
    if (name !== '') records.set(name, { name, value });
  }
  return [...records.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function certificateOf(found: Acm.CertificateDetail, tags: Tags): Certificate {
  const notAfter = found.NotAfter?.getTime();
  return {
    id: found.CertificateArn ?? '',
    names: namesOf(found),
    status: found.Status ?? 'PENDING_VALIDATION',
    records: recordsOf(found),
    usedBy: found.InUseBy ?? [],
    ...(notAfter === undefined ? {} : { notAfter }),
    ...(found.FailureReason ? { failure: found.FailureReason } : {}),
    tags,
  };
}

/**
 * Public certificates of one account and region. One shared list serves all objects; the list has no tags, so that those whose names are in
 * question are asked for theirs, once.
 */
export class Certificates {
  readonly #session: AwsSession;
  readonly #scope: Scope;
  readonly #made: RecentlyMade<Certificate>;

  constructor(session: AwsSession, scope: Scope) {
    const { memory, clock } = session;
    this.#session = session;
    this.#scope = scope;
    this.#made = memory.get(
      'acm/made',
      (saved) => new RecentlyMade(clock, saved as readonly Made<Certificate>[] | undefined),
    );
  }

  /** What an object made, of certificates with a name in that zone; sorted by ARN. */
  async of(uid: string, zone: string, age: AgeLimit): Promise<readonly Certificate[]> {
    const { looks } = this.#session;
    if (this.#made.expire()) looks.drop(listLook);
    const listed = await looks.get(listLook, age.maxAgeMs, () => this.#list());
    const inZone = ({ names }: Pick<Certificate, 'names'>) =>
      names.some((name) => name === zone || name.endsWith(`.${zone}`));
    const tagged = await Promise.all(
      listed.filter(inZone).map(async ({ id }) => ({ id, tags: await this.#tagsOf(id, tagsAgeMs) })),
    );
    const mine = tagged.filter(({ tags }) => tags?.[ownerTag] === uid);
    const found = await Promise.all(mine.map(({ id, tags = {} }) => this.#describe(id, tags, age)));
    const shown = this.#made.besides(found.flatMap((one) => one ?? []));
    return shown.filter((one) => one.tags[ownerTag] === uid && inZone(one)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Asked anew, whoever's: for what destroys. */
  async fresh(id: string): Promise<Certificate | undefined> {
    for (const look of [tagsLook(id), detailLook(id)]) this.#session.looks.drop(look);
    const tags = await this.#tagsOf(id, 0);
    return tags && this.#describe(id, tags, { maxAgeMs: 0 });
  }

  /** What it answers stands in for the certificate until AWS shows it. */
  async request(request: AwsRequest): Promise<string> {
    try {
      const answer = await this.#session.send<Acm.RequestCertificateCommandOutput>(request, this.#scope);
      const {
        DomainName = '',
        SubjectAlternativeNames,
        Tags: tags,
      } = request.input as unknown as Acm.RequestCertificateRequest;
      const id = answer.CertificateArn ?? '';
      const asked = { CertificateArn: id, DomainName, ...(SubjectAlternativeNames ? { SubjectAlternativeNames } : {}) };
      this.#made.remember(certificateOf(asked, fromTagList(tags)));
      return id;
    } finally {
      this.#session.looks.drop(listLook);
    }
  }

  /** Sends a write to a certificate that is there, and forgets what it may have changed. */
  async write(request: AwsRequest): Promise<void> {
    const id = String(request.input['CertificateArn']);
    try {
      await this.#session.send(request, this.#scope);
    } finally {
      this.#made.forget(id);
      for (const look of [listLook, tagsLook(id), detailLook(id)]) this.#session.looks.drop(look);
    }
  }

  /** A listing without `Includes` has RSA keys of 2,048 bits, which is what is asked for here. No scope: it is for every object. */
  async #list(): Promise<readonly Pick<Certificate, 'id' | 'names'>[]> {
    const found: Pick<Certificate, 'id' | 'names'>[] = [];
    let token: string | undefined;
    do {
      const page: Acm.ListCertificatesCommandOutput = await this.#session.send(
        read('acm', 'ListCertificates', { MaxItems: perPage, ...(token === undefined ? {} : { NextToken: token }) }),
      );
      for (const {
        CertificateArn = '',
        DomainName = '',
        SubjectAlternativeNameSummaries = [],
      } of page.CertificateSummaryList ?? [])
        found.push({ id: CertificateArn, names: [DomainName, ...SubjectAlternativeNameSummaries].map(plain) });
      token = page.NextToken || undefined;
    } while (token !== undefined);
    return found;
  }

  async #tagsOf(id: string, maxAgeMs: number): Promise<Tags | undefined> {
    const tags = await this.#session.looks.get(tagsLook(id), maxAgeMs, async () => {
      const found = await this.#orNone<Acm.ListTagsForCertificateCommandOutput>('ListTagsForCertificate', id);
      return found && fromTagList(found.Tags);
    });
    // one that is not there yet is there soon, and one that is listed and gone is not listed soon: neither is true for long
    if (tags === undefined) this.#session.looks.drop(tagsLook(id));
    return tags;
  }

  async #describe(id: string, tags: Tags, { maxAgeMs }: AgeLimit): Promise<Certificate | undefined> {
    return this.#session.looks.get(detailLook(id), maxAgeMs, async () => {
      const found = await this.#orNone<Acm.DescribeCertificateCommandOutput>('DescribeCertificate', id);
      return found?.Certificate && certificateOf(found.Certificate, tags);
    });
  }

  async #orNone<Output>(action: string, CertificateArn: string): Promise<Output | undefined> {
    try {
      return await this.#session.send<Output>(read('acm', action, { CertificateArn }), this.#scope);
    } catch (error) {
      if (codeOf(error) === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }
}

const tagsLook = (id: string) => `${prefix}tags/${id}`;
const detailLook = (id: string) => `${prefix}certificate/${id}`;
