// SPDX-License-Identifier: GPL-3.0-or-later
/** Between the backup servers and S3: what they ask there passes no process of the operator, and goes wrong all the same. */
import type { Clock } from '../../src/core/clock.ts';
import { NetworkError, respond, type SimService } from '../../src/simulator/kernel/service.ts';

/**
 * - `refused`: 503 SlowDown, also to whoever tries again
 * - `unreached`: no connection
 * - `answerLost`: the next change happens, and its answer is lost; once
 */
export type S3TroubleKind = 'refused' | 'unreached' | 'answerLost';

interface Trouble {
  readonly kind: S3TroubleKind;
  /** So many requests are answered first. */
  readonly after: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export type SavedS3Trouble = Trouble | null;

/** S3 error responses, "SlowDown". */
const slowDown =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

const isRead = (method: string) => method === 'GET' || method === 'HEAD';

export class S3Trouble {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #s3: SimService;
  #trouble: Trouble | undefined;

  constructor(clock: Pick<Clock, 'now'>, s3: SimService, from: SavedS3Trouble = null) {
    this.#clock = clock;
    this.#s3 = s3;
    this.#trouble = from ?? undefined;
  }

  /** What went wrong before is over. */
  begin({ kind, after, ms }: { readonly kind: S3TroubleKind; readonly after: number; readonly ms: number }): void {
    this.#trouble = { kind, after, until: this.#clock.now() + ms };
  }

  save(): SavedS3Trouble {
    return this.#now ?? null;
  }

  get #now(): Trouble | undefined {
    return this.#trouble && this.#trouble.until > this.#clock.now() ? this.#trouble : undefined;
  }

  /** S3 as the servers reach it. */
  readonly service: SimService = async (request) => {
    const now = this.#now;
    if (now && now.after > 0) this.#trouble = { ...now, after: now.after - 1 };
    const kind = now?.after === 0 ? now.kind : undefined;
    if (kind === 'unreached')
      throw new NetworkError('ECONNREFUSED', 'tcp connect error: Connection refused (os error 111)');
    if (kind === 'refused') return respond(503, { 'content-type': 'application/xml' }, slowDown);
    if (kind === undefined || isRead(request.method)) return this.#s3(request);
    this.#trouble = undefined;
    await this.#s3(request);
    throw new NetworkError('ECONNRESET', 'connection closed before message completed');
  };
}
