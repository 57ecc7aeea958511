// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What is known of one zone's records: the whole list, pages of 300, as it was at some time, and single names that were asked for by
 * themselves since. Every object of the zone asks here; which way costs fewer calls is decided by who else asks.
 */
import type { Clock } from '../../../core/clock.ts';
import type { Remembering } from '../session-memory.ts';
import type { ChangeStatus, RecordSet } from './route53.ts';

/** API reference, ListResourceRecordSets: MaxItems. */
export const recordsPerPage = 300;

/** Who asked for a name within this time asks again. */
const interestMs = 3_600_000;

interface Answer {
  /** When it was begun, by the monotonic clock. */
  readonly at: number;
  /** How many writes had been done when it was begun. */
  readonly after: number;
  readonly records: Promise<readonly RecordSet[]>;
}

/** The two ways to look; each answers with all records of the zone or of the name. */
export interface Looks {
  readonly whole: () => Promise<readonly RecordSet[]>;
  readonly single: (name: string) => Promise<readonly RecordSet[]>;
}

/** When a name was asked for last, and how old an answer might be. */
interface Asked {
  readonly at: number;
  readonly maxAgeMs: number;
}

/** All that is known, for a book that goes on where this one was. */
export interface SavedBook {
  readonly whole: Answer | undefined;
  readonly size: number | undefined;
  readonly writes: number;
  readonly single: readonly (readonly [string, Answer])[];
  readonly asked: readonly (readonly [string, Asked])[];
  readonly written: readonly (readonly [string, number])[];
  readonly changes: readonly (readonly [string, ChangeStatus])[];
  readonly inDoubt: readonly string[];
}

export class ZoneBook implements Remembering {
  readonly #clock: Clock;
  #whole: Answer | undefined;
  #size: number | undefined;
  #writes: number;
  readonly #single: Map<string, Answer>;
  readonly #asked: Map<string, Asked>;
  /** The number of the last write to a name. */
  readonly #written: Map<string, number>;
  /** By name, the last batch that changed it. */
  readonly #changes: Map<string, ChangeStatus>;
  /** Names of a batch whose answer never came: it may be under way. */
  readonly #inDoubt: Set<string>;

  constructor(clock: Clock, saved?: SavedBook) {
    this.#clock = clock;
    this.#whole = saved?.whole;
    this.#size = saved?.size;
    this.#writes = saved?.writes ?? 0;
    this.#single = new Map(saved?.single);
    this.#asked = new Map(saved?.asked);
    this.#written = new Map(saved?.written);
    this.#changes = new Map(saved?.changes);
    this.#inDoubt = new Set(saved?.inDoubt);
  }

  save(): SavedBook {
    return {
      whole: this.#whole,
      size: this.#size,
      writes: this.#writes,
      single: [...this.#single],
      asked: [...this.#asked],
      written: [...this.#written],
      changes: [...this.#changes],
      inDoubt: [...this.#inDoubt],
    };
  }

  /** The record sets of these names. `size`: how many the zone has, as far as is known. */
  async get(
    names: readonly string[],
    { maxAgeMs, size, looks }: { readonly maxAgeMs: number; readonly size?: number | undefined; readonly looks: Looks },
  ): Promise<readonly RecordSet[]> {
    const now = this.#clock.monotonic();
    for (const name of names) this.#asked.set(name, { at: now, maxAgeMs });
    const missing = names.filter((name) => !this.#fresh(name, maxAgeMs));
    if (missing.length > 0) {
      const pages = Math.max(1, Math.ceil((this.#size ?? size ?? 1) / recordsPerPage));
      if (pages <= this.#wanting(now)) this.#lookAtAll(looks);
      else for (const name of missing) this.#lookAt(name, looks);
    }
    const answers = names.map((name) => ({ name, answer: this.#fresh(name, maxAgeMs) }));
    const found = await Promise.all(
      answers.map(async ({ name, answer }) => ((await answer?.records) ?? []).filter((one) => one.name === name)),
    );
    return found.flat();
  }

  /** A batch that changed these names went out; whatever was asked before it was answered is old. */
  changed(names: Iterable<string>, change?: ChangeStatus): void {
    this.#writes += 1;
    for (const name of names) {
      this.#written.set(name, this.#writes);
      if (change) this.#changes.set(name, change);
    }
    if (change) this.#follows(change);
  }

  /** A batch went out, and nobody knows whether it was taken. */
  lost(names: Iterable<string>): void {
    const all = [...names];
    this.changed(all);
    for (const name of all) this.#inDoubt.add(name);
  }

  /** All name servers have it. */
  settled(change: ChangeStatus): void {
    for (const [name, { id }] of this.#changes) if (id === change.id) this.#changes.set(name, change);
  }

  changeOf(name: string): ChangeStatus | undefined {
    return this.#changes.get(name);
  }

  /** What was sent last for it may be under way, and has no id that could be asked for. */
  isInDoubt(name: string): boolean {
    return this.#inDoubt.has(name);
  }

  /** Changes to a zone are taken one after the other: when this one is everywhere, so is what was lost before it. */
  #follows(change: ChangeStatus): void {
    for (const name of this.#inDoubt) this.#changes.set(name, change);
    this.#inDoubt.clear();
  }

  /** How many names are asked for by somebody to whom what is known is too old. */
  #wanting(now: number): number {
    let wanting = 0;
    for (const [name, { at, maxAgeMs }] of this.#asked) {
      if (now - at > interestMs) {
        this.#asked.delete(name);
        this.#single.delete(name);
      } else if (!this.#fresh(name, maxAgeMs)) wanting += 1;
    }
    return wanting;
  }

  #fresh(name: string, maxAgeMs: number): Answer | undefined {
    const now = this.#clock.monotonic();
    const written = this.#written.get(name) ?? 0;
    const fits = (answer?: Answer) =>
      answer !== undefined && now - answer.at <= maxAgeMs && answer.after >= written ? answer : undefined;
    return fits(this.#single.get(name)) ?? fits(this.#whole);
  }

  #lookAtAll({ whole }: Looks): void {
    const answer = this.#begin(whole());
    this.#whole = answer;
    answer.records.then(
      (records) => {
        this.#size = records.length;
      },
      () => {
        if (this.#whole === answer) this.#whole = undefined;
      },
    );
  }

  #lookAt(name: string, { single }: Looks): void {
    const answer = this.#begin(single(name));
    this.#single.set(name, answer);
    answer.records.catch(() => {
      if (this.#single.get(name) === answer) this.#single.delete(name);
    });
  }

  #begin(records: Promise<readonly RecordSet[]>): Answer {
    return { at: this.#clock.monotonic(), after: this.#writes, records };
  }
}
