// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What a process remembers from one look to the next, so that it can be copied: another process that is given it goes on where the first
 * one was. Nothing of the operator is replaced: its own classes are told again what they were told, at the times when they were.
 */
import { Aws, type AwsOptions, type Login } from '../../src/clouds/aws/aws.ts';
import type { Heard } from '../../src/clouds/aws/service-time.ts';
import type { AwsSession } from '../../src/clouds/aws/session.ts';
import { SessionMemory } from '../../src/clouds/aws/session-memory.ts';
import { Kept } from '../../src/clouds/proxmox/kept.ts';
import { SharedLooks } from '../../src/clouds/shared-look.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import type { Scope } from '../../src/core/scope.ts';
import { ReadYourWrites } from '../../src/kube/read-your-writes.ts';
import type { HttpResponse, Wire } from '../../src/wire/call.ts';

/** A clock that can stand at a moment of the past while that moment is told again. */
export class ToldClock implements Clock {
  readonly #clock: Clock;
  readonly #pass: (ms: number) => Promise<void>;
  #told: number | undefined;
  /** Who of this process is asleep: calls under way, mostly. */
  sleeping = 0;

  /** @param pass Lets time pass. */
  constructor(clock: Clock, pass: (ms: number) => Promise<void>) {
    this.#clock = clock;
    this.#pass = pass;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#told ?? this.#clock.monotonic();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeping++;
    // what nobody can end early is a pause in the middle of a look (a zone is busy): nothing else lets time pass meanwhile
    await (signal ? this.#clock.sleep(ms, signal) : this.#pass(ms));
    this.sleeping--;
  }

  asOf<T>(monotonic: number, tell: () => T): T {
    this.#told = monotonic;
    try {
      return tell();
    } finally {
      this.#told = undefined;
    }
  }
}

export interface Answer {
  readonly at: number;
  readonly value: Promise<unknown>;
}

export type Answers = readonly (readonly [string, Answer])[];

/** As far as they make a difference: what was answered, and how long ago. */
export function byAge(answers: Answers, monotonic: number): Promise<unknown> {
  const inOrder = answers.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(inOrder.map(async ([name, { at, value }]) => [name, monotonic - at, await value]));
}

/** Shared answers, of which a list is kept beside. */
export class ListedLooks extends SharedLooks {
  readonly answers = new Map<string, Answer>();
  readonly #clock: ToldClock;

  constructor(clock: ToldClock, answers: Answers) {
    super(clock);
    this.#clock = clock;
    for (const [key, { at, value }] of answers) void clock.asOf(at, () => this.get(key, 0, () => value));
  }

  override get<T>(key: string, maxAgeMs: number, look: () => Promise<T>): Promise<T> {
    return super.get(key, maxAgeMs, () => {
      const answer = { at: this.#clock.monotonic(), value: look() };
      this.answers.set(key, answer);
      answer.value.catch(() => {
        if (this.answers.get(key) === answer) this.answers.delete(key);
      });
      return answer.value;
    });
  }

  override drop(key: string): void {
    this.answers.delete(key);
    super.drop(key);
  }

  override dropAll(beginning: string): void {
    for (const key of this.answers.keys()) if (key.startsWith(beginning)) this.answers.delete(key);
    super.dropAll(beginning);
  }
}

export interface ProxmoxAnswers {
  readonly pve: Answers;
  readonly pbs: Answers;
  /** Of Proxmox VE, what never changes again. */
  readonly kept: ReturnType<Kept['save']>;
}

/** What was seen of Proxmox VE and of backup servers a moment ago. */
export class ProxmoxLooks {
  readonly pve: ListedLooks;
  readonly pbs: ListedLooks;
  readonly kept: Kept;

  constructor(clock: ToldClock, known: ProxmoxAnswers = { pve: [], pbs: [], kept: [] }) {
    this.kept = new Kept(known.kept);
    this.pve = new ListedLooks(clock, known.pve);
    this.pbs = new ListedLooks(clock, known.pbs);
  }

  save(): ProxmoxAnswers {
    return { pve: [...this.pve.answers], pbs: [...this.pbs.answers], kept: this.kept.save() };
  }
}

interface LoggedIn {
  readonly account: string;
  readonly answers: Answers;
  readonly memory: ReadonlyMap<string, unknown>;
  /** IAM's time, as it was heard last. */
  readonly heard?: Heard | undefined;
}

interface RememberingOptions extends AwsOptions {
  readonly clock: ToldClock;
  readonly known?: ReadonlyMap<string, LoggedIn>;
}

interface Told {
  account?: string | undefined;
}

/** The wire, but for a process that goes on: who it is, it was told before. */
function tellingWire(wire: Wire, told: Told): Wire {
  return {
    ...wire,
    send: (call, request) =>
      told.account === undefined ? wire.send(call, request) : Promise.resolve(identity(told.account)),
  };
}

function identity(account: string): HttpResponse {
  const result = `<GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult>`;
  const text = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}</GetCallerIdentityResponse>`;
  async function* body() {
    yield Buffer.from(text);
  }
  return { status: 200, headers: { 'content-type': 'text/xml' }, body: body() };
}

/** Logins with the process's own identity, and the answers that they share. */
export class RememberingAws extends Aws {
  readonly #clock: ToldClock;
  readonly #told: Told;
  readonly #sessions = new Map<string, AwsSession>();
  readonly #known: Map<string, LoggedIn>;
  /** There were logins that cannot be copied. */
  others = false;

  constructor({ known, ...options }: RememberingOptions) {
    const told: Told = {};
    super({ ...options, wire: tellingWire(options.wire, told) });
    this.#clock = options.clock;
    this.#told = told;
    this.#known = new Map(known);
  }

  override async session(login: Login, scope?: Scope): Promise<AwsSession> {
    const key = JSON.stringify(login);
    if (login.credentials || login.role) this.others = true;
    const before = this.#known.get(key);
    this.#known.delete(key);
    this.#told.account = before?.account;
    const session = await super.session(login, scope);
    this.#told.account = undefined;
    if (this.#sessions.get(key) !== session) {
      session.iamTime.heard = before?.heard;
      const looks = new ListedLooks(this.#clock, before?.answers ?? []);
      const memory = new SessionMemory(before?.memory);
      this.#sessions.set(key, Object.assign(session, { looks, memory }));
    }
    return session;
  }

  save(): ReadonlyMap<string, LoggedIn> {
    const now = [...this.#sessions].map(
      ([key, { account, looks, memory, iamTime }]) =>
        [
          key,
          { account, answers: [...(looks as ListedLooks).answers], memory: memory.save(), heard: iamTime.heard },
        ] as const,
    );
    return new Map([...this.#known, ...now]);
  }
}

interface Wrote {
  readonly at: number;
  readonly answer: KubeObject;
  /** It was read live. */
  readonly read: boolean;
}

/** What was written, or read live, since the cache had seen everything. */
export class ListedWrites extends ReadYourWrites {
  readonly #clock: ToldClock;
  readonly #key: string;
  #wrote: Wrote[] = [];

  constructor(clock: ToldClock, key: string, wrote: readonly Wrote[] = []) {
    super(clock);
    this.#clock = clock;
    this.#key = key;
    for (const { at, answer, read } of wrote)
      clock.asOf(at, () => (read ? this.read(key, answer) : this.wrote(key, answer)));
  }

  override wrote(key: string, answer: KubeObject): void {
    this.#list(key, answer, false);
    super.wrote(key, answer);
  }

  override read(key: string, answer: KubeObject | undefined): void {
    if (answer) this.#list(key, answer, true);
    super.read(key, answer);
  }

  #list(key: string, answer: KubeObject, read: boolean): void {
    if (key !== this.#key) throw new Error(`one object is driven, ${this.#key}, not ${key}`);
    if (this.size === 0) this.#wrote = [];
    this.#wrote.push({ at: this.#clock.monotonic(), answer, read });
  }

  save(): readonly Wrote[] {
    return this.size === 0 ? [] : [...this.#wrote];
  }
}
