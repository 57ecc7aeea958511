// SPDX-License-Identifier: GPL-3.0-or-later
import type * as Route53 from '@aws-sdk/client-route-53';
import { codeOf } from '../errors.ts';
import type { EndpointCheck, HealthCheck, HealthStatus, HealthTold } from './health-check.ts';
import { healthStatusOf } from './health-status.ts';
import { HealthVerdicts, type SavedVerdicts } from './health-verdicts.ts';
import { read } from '../request.ts';
import type { AwsSession } from '../session.ts';
import type { Remembering } from '../session-memory.ts';
import type { AgeLimit } from '../iam/users.ts';

/** Who asked for a check within this time asks again. */
const interestMs = 3_600_000;

/**
 * Each status is a call of its own, and an account has five a second for everything and everybody: what is only told may take a tenth of
 * that. A hundred checks are asked for once in 200 seconds, however often the objects look; what Route 53 answers does not depend on it.
 */
const shareMs = 2000;
/** So many may be asked for at once; the first time of a check counts for nothing. */
const most = 20;

type Observations = readonly Route53.HealthCheckObservation[] | undefined;

interface Told {
  readonly at: number;
  readonly observations: Promise<Observations>;
}

/** For one that goes on where this one was. */
export interface SavedStatuses {
  readonly asked: readonly (readonly [string, number])[];
  readonly told: readonly (readonly [string, Told])[];
  readonly room: number;
  readonly roomAt: number;
  readonly verdicts: SavedVerdicts;
}

/** How the endpoints of all objects of an account are. */
export class HealthStatuses implements Remembering {
  readonly #session: AwsSession;
  readonly #asked: Map<string, number>;
  readonly #told: Map<string, Told>;
  readonly #verdicts: HealthVerdicts;
  #room: number;
  #roomAt: number;

  constructor(session: AwsSession, saved?: SavedStatuses) {
    this.#session = session;
    this.#asked = new Map(saved?.asked);
    this.#told = new Map(saved?.told);
    this.#verdicts = new HealthVerdicts(saved?.verdicts);
    this.#room = saved?.room ?? most;
    this.#roomAt = saved?.roomAt ?? 0;
  }

  save(): SavedStatuses {
    return {
      asked: [...this.#asked],
      told: [...this.#told],
      room: this.#room,
      roomAt: this.#roomAt,
      verdicts: this.#verdicts.save(),
    };
  }

  /**
   * `undefined`: it is no check of an endpoint (what a calculated one is follows from its children), or gone.
   * @param before What counts while this process has heard nothing of it: an outage may have begun a moment before it started.
   */
  async of(
    { id, settings }: HealthCheck,
    { maxAgeMs }: AgeLimit,
    before?: HealthTold,
  ): Promise<HealthStatus | undefined> {
    if (settings.type !== 'HTTP' && settings.type !== 'HTTPS' && settings.type !== 'TCP') return undefined;
    const now = this.#session.clock.monotonic();
    if (before) this.#verdicts.recall(id, this.#recalled(before, now));
    const usual = Math.max(maxAgeMs, this.#interested(id, now) * shareMs);
    // whose checkers changed their minds is asked again when Route 53 may have followed them
    const age =
      this.#verdicts.turningSince(id) !== undefined ? Math.min(usual, HealthVerdicts.patienceMs(settings)) : usual;
    const told = this.#told.get(id);
    const due = told === undefined || (now - told.at > age && this.#take(now));
    const observations = await (due ? this.#tell(id, now, told) : told.observations);
    if (!observations) return undefined;
    const status = healthStatusOf(id, settings, observations);
    return { ...status, ...this.#judged(id, settings, status.healthy) };
  }

  #judged(
    id: string,
    settings: EndpointCheck,
    seen: boolean | undefined,
  ): Pick<HealthStatus, 'healthy' | 'turningSince'> {
    const now = this.#session.clock.monotonic();
    const healthy = this.#verdicts.of(id, settings, seen, this.#told.get(id)?.at ?? now);
    const since = this.#verdicts.turningSince(id);
    if (since === undefined) return { healthy };
    const turningSince = Math.round((this.#session.clock.now() - (now - since)) / 1000) * 1000;
    return { healthy, turningSince };
  }

  /** No clock of the wall is believed for the future. */
  #recalled({ healthy, turningSince }: HealthTold, now: number) {
    if (turningSince === undefined) return { healthy };
    return { healthy, since: now - Math.max(0, this.#session.clock.now() - turningSince) };
  }

  #interested(id: string, now: number): number {
    this.#asked.delete(id);
    this.#asked.set(id, now);
    // the longest ago come first
    for (const [one, at] of this.#asked) {
      if (now - at <= interestMs) break;
      this.#asked.delete(one);
      this.#told.delete(one);
      this.#verdicts.forget(one);
    }
    return this.#asked.size;
  }

  /** Spreads them: whoever finds no room is told what was told last. */
  #take(now: number): boolean {
    this.#room = Math.min(most, this.#room + (now - this.#roomAt) / shareMs);
    this.#roomAt = now;
    if (this.#room < 1) return false;
    this.#room -= 1;
    return true;
  }

  #tell(id: string, at: number, before: Told | undefined): Promise<Observations> {
    const told = { at, observations: this.#ask(id) };
    this.#told.set(id, told);
    told.observations.catch(() => {
      if (this.#told.get(id) !== told) return;
      if (before) this.#told.set(id, before);
      else this.#told.delete(id);
    });
    return told.observations;
  }

  async #ask(id: string): Promise<Observations> {
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
