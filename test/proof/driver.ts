// SPDX-License-Identifier: GPL-3.0-or-later
/** Drives one object through time: what the queue, the watch and the process supervisor do in life, one look after the other. */
import { Failure } from '../../src/core/failure.ts';
import type { KubeObject } from '../../src/core/objects.ts';
import { readStatus } from '../../src/core/status.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { calls, wishOf, type Wish } from '../../src/operator/wish.ts';
import { View, type Seen } from './cache.ts';
import type { Fault, FaultKind } from './faults.ts';
import { Network, type Carried, type Listener } from './network.ts';
import { key, startProcess, type Memory, type Output, type Process, type Program } from './process.ts';
import type { Judge } from './script.ts';
import type { Worlds } from './worlds.ts';

const firstBackOffMs = 1000;
const longestBackOffMs = 300_000;
const restartMs = 1000;

export interface Looked {
  readonly outcome: Outcome['next'] | 'killed';
  readonly error?: unknown;
  /** Index of its first call and of the call after its last. */
  readonly calls: readonly [from: number, to: number];
}

/** Where a driver stands between two looks. */
export interface DriverState {
  readonly seen: Seen;
  readonly memory: Memory;
  readonly due: number;
  readonly failures: number;
  readonly wish: Wish | undefined;
  readonly idle: boolean;
  readonly deaf: boolean;
  readonly outdated: boolean;
  readonly looks: readonly Looked[];
  readonly calls: readonly Carried[];
  readonly count: number;
}

export interface DriverOptions {
  readonly program: Program;
  readonly worlds: Worlds;
  readonly faults: readonly Fault[];
  readonly judge: Judge;
  /** Where another one stood; absent: at the beginning. */
  readonly from?: DriverState;
}

export class Driver {
  readonly worlds: Worlds;
  readonly network: Network;
  readonly output: Output = { records: [], notes: [] };
  readonly looks: Looked[];
  readonly #program: Program;
  #view: View;
  #process: Process;
  #processes = 0;
  #due = 0;
  #failures = 0;
  #wish: Wish | undefined;
  #secrets: readonly unknown[];
  /** The last look ended, and what is planned is rest. */
  idle = false;
  #again = false;
  #deaf = false;
  /** The last look was refused because the object is another one by now: the next one asks the API server. */
  #outdated = false;
  /** The call that was sent last made a new version of the object. */
  #news = false;
  #looking = false;

  constructor({ program, worlds, faults, judge, from }: DriverOptions) {
    this.worlds = worlds;
    this.#program = program;
    this.#secrets = worlds.kube.objects('secrets');
    const listener: Listener = {
      sending: (call) => judge.sending(call),
      sent: async (call) => {
        const before = this.#view.length;
        this.#observeKubernetes();
        this.#news = this.#view.length > before;
        await judge.sent(call);
      },
      struck: (kind) => this.#struck(kind),
    };
    this.network = new Network(worlds, faults, listener, from);
    this.looks = [...(from?.looks ?? [])];
    this.#view = new View(from?.seen);
    if (!from) this.#observeKubernetes();
    this.#process = this.#start(from?.memory);
    if (from) this.#resume(from);
  }

  #resume({ due, failures, wish, idle, deaf, outdated }: DriverState): void {
    this.#view.replaceNewest(this.object);
    this.#due = due;
    this.#failures = failures;
    this.#wish = wish;
    this.idle = idle;
    this.#deaf = deaf;
    this.#outdated = outdated;
  }

  /** To go on from here another time; `undefined` while something is under way that cannot be copied. */
  save(): DriverState | undefined {
    const { network } = this;
    const memory = this.#process.remembers();
    if (!memory || network.owes || this.#again || !this.#allSeen) return undefined;
    return {
      seen: this.#view.save(),
      memory,
      due: this.#due,
      failures: this.#failures,
      wish: this.#wish,
      idle: this.idle,
      deaf: this.#deaf,
      outdated: this.#outdated,
      looks: [...this.looks],
      calls: [...network.calls],
      count: network.count,
    };
  }

  /** Nothing happened in Kubernetes of which the driver does not know. */
  get #allSeen(): boolean {
    const secrets = this.worlds.kube.objects('secrets');
    return this.object === this.#view.newest && secrets.every((one, i) => one === this.#secrets[i]);
  }

  get object(): KubeObject | undefined {
    return this.worlds.kube.objects(this.#program.resource.plural)[0] as unknown as KubeObject | undefined;
  }

  /** A person did something: the watches tell of it, as far as they do. */
  userActed(): void {
    this.#observeKubernetes();
    this.idle = false;
  }

  /** By its own status, nothing is left to do. */
  get settled(): boolean {
    const { object } = this;
    if (!this.idle || this.#view.blind) return false;
    if (!object) return true;
    const { observedGeneration, conditions, begun } = readStatus(object);
    const is = (type: string) => conditions.find((condition) => condition.type === type)?.status;
    if (observedGeneration !== object.metadata.generation || begun.length > 0) return false;
    return is('Ready') !== 'Unknown' && is('Reconciling') === 'False' && is('Synced') !== 'Unknown';
  }

  /** Waits until something is due, and looks once. False: nothing will ever be due. */
  async step(): Promise<boolean> {
    const { clock } = this.worlds;
    if (this.#view.blind) this.#due = Math.min(this.#due, Math.max(clock.now(), this.#view.seesAgainAt));
    if (!Number.isFinite(this.#due)) return false;
    await clock.advance(Math.max(0, this.#due - clock.now()));
    const wasBlind = this.#view.blind;
    const seen = this.#view.at(clock.now());
    if (wasBlind && !this.#view.blind) this.#delivered();
    const freshness = this.#program.forgetsWrites ? ({ is: 'fresh' } as const) : this.#process.written.check(key, seen);
    if (freshness.is === 'behind') {
      this.#due = clock.now() + Math.min(freshness.forMs, Math.max(1, this.#view.seesAgainAt - clock.now()));
      return true;
    }
    await this.#look(seen, freshness.is === 'lost' || this.#outdated);
    return true;
  }

  async #look(seen: KubeObject | undefined, live: boolean): Promise<void> {
    const from = this.network.count + 1;
    this.network.look = this.looks.length + 1;
    const process = this.#process;
    this.#looking = true;
    const looking = (async (): Promise<Outcome> => {
      const object = live && seen ? await this.#live(seen) : seen;
      return process.look(object);
    })().catch((error: unknown): Outcome => ({ next: 'retry', error }));
    const outcome = await Promise.race([looking, process.killed]);
    this.#looking = false;
    const done = outcome === 'killed' ? 'killed' : outcome.next;
    const failed = outcome !== 'killed' && outcome.next === 'retry' ? { error: outcome.error } : {};
    this.looks.push({ outcome: done, calls: [from, this.network.count + 1], ...failed });
    if (outcome === 'killed') {
      this.#again = false;
      await this.worlds.clock.advance(restartMs);
      this.#process = this.#start();
      return;
    }
    this.#outdated = outcome.next === 'retry' && isConflict(outcome.error);
    if (outcome.written) process.written.wrote(key, outcome.written);
    this.#plan(outcome);
  }

  async #live(seen: KubeObject): Promise<KubeObject | undefined> {
    const { namespace, name } = seen.metadata;
    const object = await this.#process.client.get(this.#program.resource, { namespace, name });
    this.#process.written.read(key, object);
    return object;
  }

  #plan(outcome: Outcome): void {
    const now = this.worlds.clock.now();
    this.#failures = outcome.next === 'retry' ? this.#failures + 1 : 0;
    this.idle = outcome.next !== 'now' && outcome.next !== 'retry';
    switch (outcome.next) {
      case 'now':
        this.#due = now;
        break;
      case 'later':
        this.#due = now + outcome.ms;
        break;
      case 'retry': {
        const backOff = Math.min(longestBackOffMs, firstBackOffMs * 2 ** (this.#failures - 1));
        this.#due = now + Math.max(backOff, outcome.atLeastMs ?? 0);
        break;
      }
      default:
        this.#due = Number.POSITIVE_INFINITY;
    }
    if (!this.#again) return;
    this.#again = false;
    this.#due = now;
  }

  #start(memory?: Memory): Process {
    const { worlds, network, output } = this;
    this.#processes = memory?.number ?? this.#processes + 1;
    this.#failures = 0;
    this.#outdated = false;
    this.#due = worlds.clock.now();
    this.idle = false;
    const number = this.#processes;
    return startProcess({ worlds, network, program: this.#program, number, output, ...(memory ? { memory } : {}) });
  }

  #struck(kind: FaultKind): void {
    if (kind === 'eventTwice') this.#again = true;
    else if (kind === 'wakeLate') this.#deaf = true;
    // a watch never takes back what it has shown: only a change that this very call made can be late
    else if (this.#news || kind.startsWith('restart')) this.#view.strike(kind, this.worlds.clock.now());
  }

  #observeKubernetes(): void {
    const { object } = this;
    const now = this.worlds.clock.now();
    if (object !== this.#view.newest) {
      if (this.#view.length > 0 && this.#view.blind && this.#view.seesAgainAt - now > 60_000) this.#view.recovered();
      this.#view.happened(object, now);
      if (!this.#view.blind) this.#delivered();
    }
    const secrets = this.worlds.kube.objects('secrets');
    const changed = secrets.length !== this.#secrets.length || secrets.some((one, i) => one !== this.#secrets[i]);
    this.#secrets = secrets;
    if (changed && !this.#deaf) this.#wake();
    if (changed) this.#deaf = false;
  }

  /** As the controller: a new wish of a person calls for a look, our own writes do not. */
  #delivered(): void {
    const object = this.#view.at(this.worlds.clock.now());
    const before = this.#wish;
    this.#wish = object && wishOf(object, this.#program.kind.finalizer);
    if (!object || !this.#wish || calls(before, this.#wish)) this.#wake();
  }

  #wake(): void {
    if (this.#looking) this.#again = true;
    else this.#due = this.worlds.clock.now();
  }
}

/** As the controller: looking at the cache again would only be refused again. */
function isConflict(error: unknown): boolean {
  return error instanceof Failure && ['Conflict', 'ObjectGone'].includes(error.reason);
}
