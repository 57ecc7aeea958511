// SPDX-License-Identifier: GPL-3.0-or-later
import type * as Route53 from '@aws-sdk/client-route-53';
import type { Scope } from '../../../core/scope.ts';
import { codeOf } from '../errors.ts';
import { recordSetOf } from './record-readings.ts';
import { read, type AwsRequest } from '../request.ts';
import type { ChangeStatus, RecordSet, Zone } from './route53.ts';
import type { AwsSession } from '../session.ts';
import type { AgeLimit } from '../iam/users.ts';
import { recordsPerPage, ZoneBook, type SavedBook } from './zone-book.ts';
import { changeStatusOf, ZoneChanges } from './zone-changes.ts';

type Listed = Route53.ListResourceRecordSetsCommandOutput;
type From = Pick<
  Route53.ListResourceRecordSetsCommandInput,
  'StartRecordName' | 'StartRecordType' | 'StartRecordIdentifier'
>;

/** "Changes generally propagate within 60 seconds" (API reference, GetChange): to ask more often than this tells nobody anything. */
const shortestPollMs = 5000;

/** The records of one zone. What is read is shared by all objects of the zone (zone-book.ts), what is written goes in turn (zone-changes.ts). */
export class ZoneRecords {
  readonly #session: AwsSession;
  readonly #scope: Scope;
  readonly #zone: Pick<Zone, 'id' | 'records'>;
  readonly #book: ZoneBook;
  readonly #changes: ZoneChanges;

  constructor(session: AwsSession, scope: Scope, zone: Pick<Zone, 'id' | 'records'>) {
    const { memory, clock } = session;
    this.#session = session;
    this.#scope = scope;
    this.#zone = zone;
    this.#book = memory.get(
      `route53/records/${zone.id}`,
      (saved) => new ZoneBook(clock, saved as SavedBook | undefined),
    );
    this.#changes = memory.get(`route53/changes/${zone.id}`, () => new ZoneChanges(zone.id, session, this.#book));
  }

  /** All record sets of these names, of any type and whosever. Nothing older than the last write to them. */
  async of(names: readonly string[], { maxAgeMs }: AgeLimit): Promise<readonly RecordSet[]> {
    const looks = { whole: () => this.#list(), single: (name: string) => this.#list(name) };
    return this.#book.get([...new Set(names)], { maxAgeMs, size: this.#zone.records, looks });
  }

  /**
   * Sends the changes of one name, possibly with others' of the same zone.
   * @throws Failure `Conflict` when a record is not what the changes take it for: nothing was done.
   */
  async write(request: AwsRequest): Promise<ChangeStatus> {
    return this.#changes.send(request, this.#scope);
  }

  /**
   * Of the last batch that this process sent for any of these names and that is not at all name servers yet, else the last. `undefined`: it
   * sent none, or one whose answer it never got.
   */
  async changeOf(names: readonly string[], { maxAgeMs }: AgeLimit): Promise<ChangeStatus | undefined> {
    if (names.some((name) => this.#book.isInDoubt(name))) return undefined;
    const sent = names.flatMap((name) => this.#book.changeOf(name) ?? []);
    const asked = await Promise.all(sent.map((change) => this.#follow(change, Math.max(maxAgeMs, shortestPollMs))));
    const latest = asked.toSorted((a, b) => b.submittedAt - a.submittedAt);
    return latest.find(({ status }) => status === 'PENDING') ?? latest[0];
  }

  /** Of one that another process sent, by its id. Of an id that Route 53 does not know: INSYNC. */
  async stateOf(id: string, { maxAgeMs }: AgeLimit): Promise<ChangeStatus['status']> {
    return (await this.#follow({ id, status: 'PENDING', submittedAt: 0 }, Math.max(maxAgeMs, shortestPollMs))).status;
  }

  async #follow(change: ChangeStatus, maxAgeMs: number): Promise<ChangeStatus> {
    if (change.status === 'INSYNC') return change;
    const key = `route53/change/${change.id}`;
    const now = await this.#session.looks.get(key, maxAgeMs, () => this.#ask(change));
    if (now.status === 'INSYNC') {
      this.#book.settled(now);
      this.#session.looks.drop(key);
    }
    return now;
  }

  async #ask(change: ChangeStatus): Promise<ChangeStatus> {
    try {
      const { ChangeInfo } = await this.#session.send<Route53.GetChangeCommandOutput>(
        read('route53', 'GetChange', { Id: change.id }),
      );
      return changeStatusOf(ChangeInfo ?? {});
    } catch (error) {
      // forgotten: that takes longer than any change
      if (codeOf(error) === 'NoSuchChange') return { ...change, status: 'INSYNC' };
      throw error;
    }
  }

  /** The whole zone, or one name. Route 53 lists by name, so that a name's record sets come together. */
  async #list(name?: string): Promise<readonly RecordSet[]> {
    const found: RecordSet[] = [];
    let from: From | undefined = name === undefined ? {} : { StartRecordName: `${name}.` };
    while (from) {
      const page: Listed = await this.#session.send<Listed>(
        read('route53', 'ListResourceRecordSets', {
          HostedZoneId: this.#zone.id,
          MaxItems: recordsPerPage,
          ...from,
        }),
      );
      const records = (page.ResourceRecordSets ?? []).map(recordSetOf);
      found.push(...records);
      from = nextOf(page);
      if (name !== undefined && records.some((record) => record.name !== name)) break;
    }
    return name === undefined ? found : found.filter((record) => record.name === name);
  }
}

function nextOf({ IsTruncated, NextRecordName, NextRecordType, NextRecordIdentifier }: Listed): From | undefined {
  if (!IsTruncated || NextRecordName === undefined) return undefined;
  return {
    StartRecordName: NextRecordName,
    ...(NextRecordType === undefined ? {} : { StartRecordType: NextRecordType }),
    ...(NextRecordIdentifier === undefined ? {} : { StartRecordIdentifier: NextRecordIdentifier }),
  };
}
