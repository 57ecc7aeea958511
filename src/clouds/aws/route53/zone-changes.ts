// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Changes to one zone go one after the other, as AWS wants it (PriorRequestNotComplete), and those that come while one is on its way go
 * together in the next, each name's changes whole. A batch is done as a whole or not at all: where it is refused, its halves are tried, so
 * that one name that cannot be changed does not keep the others from it.
 */
import type * as Route53 from '@aws-sdk/client-route-53';
import { domainName } from '../../../core/domain-name.ts';
import { Failure } from '../../../core/failure.ts';
import type { Scope } from '../../../core/scope.ts';
import { changesIn, fitting } from './change-batch.ts';
import { write, type AwsRequest } from '../request.ts';
import type { ChangeStatus } from './route53.ts';
import type { AwsSession } from '../session.ts';
import type { Remembering } from '../session-memory.ts';
import type { ZoneBook } from './zone-book.ts';

interface Wanted {
  readonly request: AwsRequest;
  readonly scope: Scope;
  readonly done: (change: ChangeStatus) => void;
  readonly failed: (error: unknown) => void;
}

/** As long as AWS is at something else; then the object's own back-off goes on. */
const waitsMs = [500, 1000, 2000, 4000, 8000] as const;
const passing = new Set(['ZoneBusy', 'Throttled']);

function isBusy(error: unknown): error is Failure {
  return error instanceof Failure && passing.has(error.reason) && error.applied === 'no';
}

/** AWS said no to what was in it, and did nothing. */
function isRefused(error: unknown): boolean {
  return error instanceof Failure && error.applied === 'no' && error.class !== 'Fenced' && !passing.has(error.reason);
}

export function changeStatusOf({ Id = '', Status, SubmittedAt }: Partial<Route53.ChangeInfo>): ChangeStatus {
  return {
    id: Id.split('/').at(-1) ?? '',
    status: Status === 'INSYNC' ? 'INSYNC' : 'PENDING',
    submittedAt: SubmittedAt?.getTime() ?? 0,
  };
}

function namesIn(requests: readonly AwsRequest[]): ReadonlySet<string> {
  return new Set(requests.flatMap(changesIn).map(({ ResourceRecordSet }) => domainName(ResourceRecordSet?.Name ?? '')));
}

export class ZoneChanges implements Remembering {
  readonly #zone: string;
  readonly #session: AwsSession;
  readonly #book: ZoneBook;
  readonly #waiting: Wanted[] = [];
  #running = false;

  constructor(zone: string, session: AwsSession, book: ZoneBook) {
    this.#zone = zone;
    this.#session = session;
    this.#book = book;
  }

  /** Whoever waits here has not been answered, and asks again. */
  save(): undefined {
    return undefined;
  }

  /** @throws Failure what became of this very request, whatever it went out with. */
  async send(request: AwsRequest, scope: Scope): Promise<ChangeStatus> {
    return new Promise<ChangeStatus>((done, failed) => {
      this.#waiting.push({ request, scope, done, failed });
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    // what is wanted in the same moment goes together from the first
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#sendAll(this.#next());
    this.#running = false;
  }

  /** What may not be written is refused by itself: the wire has to see whose it is. */
  #next(): readonly Wanted[] {
    const allowed = this.#waiting.findIndex(({ scope }) => scope.policy !== 'Apply');
    const together = allowed === -1 ? this.#waiting : this.#waiting.slice(0, Math.max(1, allowed));
    return this.#waiting.splice(0, fitting(together.map(({ request }) => request)));
  }

  /** Never throws: everyone is told. */
  async #sendAll(batch: readonly Wanted[]): Promise<void> {
    try {
      const change = await this.#sendPatiently(batch);
      for (const { done } of batch) done(change);
    } catch (error) {
      if (batch.length === 1 || !isRefused(error)) {
        for (const { failed } of batch) failed(error);
        return;
      }
      const half = Math.ceil(batch.length / 2);
      await this.#sendAll(batch.slice(0, half));
      await this.#sendAll(batch.slice(half));
    }
  }

  async #sendPatiently(batch: readonly Wanted[]): Promise<ChangeStatus> {
    for (const wait of waitsMs) {
      try {
        return await this.#sendOnce(batch);
      } catch (error) {
        if (!isBusy(error)) throw error;
        await this.#session.clock.sleep(Math.max(wait, error.retryAfterMs ?? 0));
      }
    }
    return this.#sendOnce(batch);
  }

  async #sendOnce(batch: readonly Wanted[]): Promise<ChangeStatus> {
    const [first] = batch;
    const requests = batch.map(({ request }) => request);
    // one object's call is recorded as its own, that of several as nobody's
    const alone = batch.every(({ scope }) => scope.uid === first?.scope.uid) ? first?.scope : undefined;
    const request = write('route53', 'ChangeResourceRecordSets', {
      HostedZoneId: this.#zone,
      ChangeBatch: { Changes: requests.flatMap(changesIn) },
    });
    const names = namesIn(requests);
    try {
      const answer = await this.#session.send<Route53.ChangeResourceRecordSetsCommandOutput>(request, alone);
      const change = changeStatusOf(answer.ChangeInfo ?? {});
      this.#book.changed(names, change);
      return change;
    } catch (error) {
      if (error instanceof Failure && error.applied === 'no') this.#book.changed(names);
      else this.#book.lost(names);
      throw error;
    }
  }
}
