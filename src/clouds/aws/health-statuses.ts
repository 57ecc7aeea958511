// SPDX-License-Identifier: GPL-3.0-or-later
import type * as Route53 from '@aws-sdk/client-route-53';
import { codeOf } from './errors.ts';
import type { HealthCheck, HealthStatus } from './health-check.ts';
import { healthStatusOf } from './health-status.ts';
import { read } from './request.ts';
import type { AwsSession } from './session.ts';
import type { Remembering } from './session-memory.ts';
import type { AgeLimit } from './users.ts';

/** Who asked for a check within this time asks again. */
const interestMs = 3_600_000;

/**
 * Each status is a call of its own, and an account has five a second for everything and everybody: what is only told may take a tenth of
 * that. A hundred checks are asked for once in 200 seconds, however often the objects look; what Route 53 answers does not depend on it.
 */
const shareMs = 2000;

/** How the endpoints of all objects of an account are. */
export class HealthStatuses implements Remembering {
  readonly #session: AwsSession;
  readonly #asked = new Map<string, number>();

  constructor(session: AwsSession) {
    this.#session = session;
  }

  save(): undefined {
    return undefined;
  }

  /** `undefined`: it is no check of an endpoint (what a calculated one is follows from its children), or gone. */
  async of({ id, settings }: HealthCheck, { maxAgeMs }: AgeLimit): Promise<HealthStatus | undefined> {
    if (settings.type !== 'HTTP' && settings.type !== 'HTTPS' && settings.type !== 'TCP') return undefined;
    const age = Math.max(maxAgeMs, this.#interested(id) * shareMs);
    const observations = await this.#session.looks.get(`route53/health/${id}`, age, () => this.#ask(id));
    return observations && healthStatusOf(id, settings, observations);
  }

  #interested(id: string): number {
    const now = this.#session.clock.monotonic();
    this.#asked.delete(id);
    this.#asked.set(id, now);
    // the longest ago come first
    for (const [one, at] of this.#asked) {
      if (now - at <= interestMs) break;
      this.#asked.delete(one);
    }
    return this.#asked.size;
  }

  async #ask(id: string): Promise<readonly Route53.HealthCheckObservation[] | undefined> {
    try {
      const { HealthCheckObservations } = await this.#session.send<Route53.GetHealthCheckStatusCommandOutput>(
        read('route53', 'GetHealthCheckStatus', { HealthCheckId: id }),
      );
      return HealthCheckObservations ?? [];
    } catch (error) {
      if (codeOf(error) === 'NoSuchHealthCheck') return undefined;
      throw error;
    }
  }
}
