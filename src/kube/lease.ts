// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Which of several operators may write. The holder fences itself: it holds for 2/3 of the lease's duration after the *start* of its last
 * successful renewal, and no longer, whatever it did or did not notice since. The others take over when they have seen no change
 * for the whole duration by their own monotonic clock; no clock of another machine is ever compared. The third in between is for
 * clocks that run up to 50 % too fast, and for writes that were on their way.
 */
import type { Clock } from '../core/clock.ts';
import { Failure } from '../core/failure.ts';
import type { KubeObject } from '../core/objects.ts';
import type { KubeClient } from './client.ts';
import { claimed, released, specOf, type LeaseSpec } from './lease-record.ts';
import { leases } from './resource.ts';

export interface LeaseOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: () => number;
  readonly namespace: string;
  readonly name: string;
  /** Of this process and no other, also not of the one before it in the same Pod. */
  readonly identity: string;
  /** Default 15,000. */
  readonly durationMs?: number;
  readonly onHeld?: () => void;
  /** Called when the lease is lost, or when this process finds out that it was frozen for longer than it held it. */
  readonly onLost?: () => void;
  readonly onProblem?: (message: string, error: unknown) => void;
}

interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

export class Lease {
  readonly #options: LeaseOptions;
  readonly #durationMs: number;
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;
  /** The start of the last renewal that succeeded. */
  #renewed: Instant | undefined;
  /** Our lease as we wrote it last. */
  #ours: KubeObject | undefined;
  /** Another's lease, and since when it stands unchanged before our eyes. */
  #observed: { readonly version: string; readonly at: number } | undefined;
  #told: 'held' | 'lost' = 'lost';
  #fuse = new AbortController();

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#durationMs = options.durationMs ?? 15_000;
  }

  /** Whether this process may write now. Asked before every write, so it costs two clock reads. */
  holds(): boolean {
    return this.#leftMs() > 0;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Writes nothing more and gives the lease back. Call it when the workers have stopped. */
  async stop(): Promise<void> {
    if (this.#stopped.signal.aborted) return this.#running;
    this.#stopped.abort();
    await this.#running;
    const held = this.holds();
    this.#renewed = undefined;
    this.#fuse.abort();
    if (held)
      await this.#release().catch((error: unknown) => this.#problem('the lease was not given back; it expires', error));
    this.#tellLost();
  }

  #now(): Instant {
    return { monotonic: this.#options.clock.monotonic(), wall: this.#options.clock.now() };
  }

  /**
   * The monotonic clock of a virtual machine stands still while the machine does; then the wall clock tells. A wall clock that jumps
   * ahead costs no more than one early renewal; one that jumps back has no say.
   */
  #leftMs(): number {
    if (!this.#renewed) return 0;
    const now = this.#now();
    const passed = Math.max(now.monotonic - this.#renewed.monotonic, now.wall - this.#renewed.wall);
    return (this.#durationMs * 2) / 3 - passed;
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#options;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      this.#tellLost(); // a process that was frozen finds out here
      const failed = await this.#try().then(
        () => false,
        (error: unknown) => (this.#problem('the lease could not be read or written', error), true),
      );
      this.#tellLost();
      // A fifth of the duration between renewals; after a failure sooner, since the fuse is burning.
      const pauseMs = failed && this.holds() ? this.#durationMs / 15 : this.#durationMs / 5;
      if (!signal.aborted) await clock.sleep(pauseMs * (1 - 0.2 * random()), signal);
    }
  }

  async #try(): Promise<void> {
    const { namespace, name } = this.#options;
    if (this.#ours && (await this.#claim(this.#ours))) return;
    const lease = await this.#options.client.get(leases, { namespace, name }, this.#sending());
    if (this.#stopped.signal.aborted) return;
    if (!lease || this.#mayTake(lease)) await this.#claim(lease);
  }

  /** Ours, free, or unchanged before our eyes for as long as its holder may rely on it. */
  #mayTake(lease: KubeObject): boolean {
    const { holderIdentity, leaseDurationSeconds } = specOf(lease);
    if (!holderIdentity || holderIdentity === this.#options.identity) return true;
    this.#renewed = undefined; // whatever we believed: the lease says otherwise
    const now = this.#options.clock.monotonic();
    const version = lease.metadata.resourceVersion;
    if (this.#observed?.version !== version) this.#observed = { version, at: now };
    return now - this.#observed.at > Math.max(this.#durationMs, (leaseDurationSeconds ?? 0) * 1000);
  }

  /** Writes exactly over what was read; false when another was faster. */
  async #claim(before: KubeObject | undefined): Promise<boolean> {
    const { clock, identity } = this.#options;
    const start = this.#now();
    try {
      const claim = { identity, durationMs: this.#durationMs, now: clock.now() };
      this.#ours = await this.#write(before, claimed(before && specOf(before), claim));
    } catch (error) {
      if (!(error instanceof Failure) || !lostRace.includes(error.reason)) throw error;
      this.#ours = undefined;
      return false;
    }
    this.#renewed = start;
    this.#observed = undefined;
    this.#tellHeld();
    return true;
  }

  #write(before: KubeObject | undefined, spec: LeaseSpec): Promise<KubeObject> {
    const { client, namespace, name } = this.#options;
    const place = { namespace, name };
    const sending = { ...this.#sending(), lease: true as const };
    if (!before) return client.create(leases, place, { metadata: place, spec }, sending);
    return client.replace(leases, place, { metadata: before.metadata, spec }, sending);
  }

  /** Far shorter than the time the lease is held, so that one hanging request cannot lose it. */
  #sending(): { readonly timeoutMs: number } {
    return { timeoutMs: this.#durationMs / 4 };
  }

  async #release(): Promise<void> {
    if (this.#ours) await this.#write(this.#ours, released(specOf(this.#ours), this.#options.clock.now()));
  }

  #tellHeld(): void {
    this.#fuse.abort();
    this.#fuse = new AbortController();
    void this.#burn(this.#fuse.signal);
    if (this.#told === 'held' || !this.holds()) return;
    this.#told = 'held';
    this.#call(this.#options.onHeld);
  }

  /** Tells the loss when it happens, also while a renewal hangs. */
  async #burn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.holds()) await this.#options.clock.sleep(Math.max(1, this.#leftMs()), signal);
    if (!signal.aborted) this.#tellLost();
  }

  #tellLost(): void {
    if (this.#told === 'lost' || this.holds()) return;
    this.#told = 'lost';
    this.#call(this.#options.onLost);
  }

  #call(listener: (() => void) | undefined): void {
    try {
      listener?.();
    } catch (error) {
      this.#problem('a listener of the lease threw', error);
    }
  }

  #problem(message: string, error: unknown): void {
    this.#options.onProblem?.(message, error);
  }
}

const lostRace = ['Conflict', 'AlreadyExists', 'NotFound'];
