// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Start and stop, in an order that never lets two operators write: health first (so that a standby is seen to live), then the lease,
 * and only with it watches and workers. A lost lease ends the process: what it believes about the world is of no more use.
 */
import type { Clock } from '../core/clock.ts';
import { Failure } from '../core/failure.ts';
import type { Outside } from '../kinds/outside.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Events } from '../kube/events.ts';
import type { GrantsWatch } from '../kube/grants-watch.ts';
import type { Lease } from '../kube/lease.ts';
import type { Resource } from '../kube/resource.ts';
import type { SecretWatch } from '../kube/secret-watch.ts';
import type { Controller } from './controller.ts';
import type { HealthServer } from './health.ts';
import type { Log } from './log.ts';

export interface Ending {
  /** 0 when it was asked to stop, 1 when it lost the lease. */
  readonly status: 0 | 1;
  readonly why: string;
}

/** The parts, made at the composition root. */
export interface OperatorParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly client: KubeClient;
  readonly events: Events;
  readonly grants: GrantsWatch;
  readonly secretWatch: SecretWatch;
  readonly controllers: readonly { readonly controller: Controller; readonly resource: Resource }[];
  /** Makes the lease; it must not be started yet. */
  readonly lease: (told: { readonly onHeld: () => void; readonly onLost: () => void }) => Lease;
  /** What of the world around is learnt once, before the first look. */
  readonly outside: { clusterUID: Outside['clusterUID'] };
  readonly serveHealth: () => Promise<HealthServer>;
}

const namespaces: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const retryMs = { first: 1000, most: 30_000 };
/** Looks that are still going on after this are left: they are safe to be killed anywhere. Kubernetes kills after 30 s. */
const patienceMs = 15_000;
/** The grants' ConfigMap may be unreadable (RBAC); then nobody has any, and that must not stop the rest. */
const grantsMs = 5000;
const beatMs = 1000;
const deadMs = 30_000;

type Phase = 'new' | 'standby' | 'starting' | 'leading' | 'stopping' | 'ended';

export class Operator {
  readonly #parts: OperatorParts;
  readonly #lease: Lease;
  readonly #stopping = new AbortController();
  #phase: Phase = 'new';
  #health: HealthServer | undefined;
  #beatAt = 0;
  #missing = new Set<string>();
  #end: (ending: Ending) => void = () => undefined;

  constructor(parts: OperatorParts) {
    this.#parts = parts;
    this.#lease = parts.lease({ onHeld: () => this.#held(), onLost: () => this.#lost() });
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Of the health server, once `run` was called and it listens. */
  get port(): number | undefined {
    return this.#health?.port;
  }

  /** The event loop turns; a process that does not answer at all is found by the probe itself. */
  readonly live = (): string | undefined => {
    const silentMs = this.#parts.clock.monotonic() - this.#beatAt;
    return silentMs > deadMs ? `no heartbeat for ${Math.round(silentMs / 1000)} s` : undefined;
  };

  /** Standing by is ready, too: a rolling update must not wait for a lease that the old process still holds. */
  readonly ready = (): string | undefined => {
    if (this.#phase === 'leading' || this.#phase === 'standby') return undefined;
    const missing = [...this.#missing].join(', ');
    return missing ? `the API server has no ${missing}: apply the CRDs` : `it is ${this.#phase}`;
  };

  /** Serves until `stop` is called or the lease is lost. @throws when the health port cannot be taken. */
  async run(): Promise<Ending> {
    const { log } = this.#parts;
    const ended = new Promise<Ending>((resolve) => (this.#end = resolve));
    this.#beatAt = this.#parts.clock.monotonic();
    this.#health = await this.#parts.serveHealth();
    void this.#beat();
    log.info({ port: this.#health.port }, 'health and metrics are served');
    this.#phase = 'standby';
    this.#lease.start();
    const ending = await ended;
    this.#phase = 'ended';
    await this.#health.close();
    return ending;
  }

  /** Ends the run: no new looks, those in flight go on to their end, the lease is given back. Under 20 s. */
  async stop(why = 'asked to stop'): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { log, events } = this.#parts;
    log.info({ why }, 'stopping');
    this.#phase = 'stopping';
    this.#stopping.abort();
    const quiet = await this.#within(patienceMs, this.#stopWork());
    if (quiet) {
      await events.stop();
      // one whose looks go on keeps the lease until it expires: nobody else may write while they do
      await this.#within(3000, this.#lease.stop());
    } else
      log.warn({ afterMs: patienceMs }, 'looks were still going on and are left; the next operator goes on from there');
    this.#end({ status: 0, why });
  }

  async #stopWork(): Promise<void> {
    const { controllers, secretWatch, grants } = this.#parts;
    await Promise.all(controllers.map(({ controller }) => controller.stop()));
    await Promise.all([secretWatch.stop(), grants.stop()]);
  }

  /** Whether the work was over in time. */
  async #within(ms: number, work: Promise<unknown>): Promise<boolean> {
    const over = new AbortController();
    const done = work.then(
      () => true,
      (error: unknown) => {
        this.#parts.log.error({ error }, 'stopping failed');
        return true;
      },
    );
    const late = this.#parts.clock.sleep(ms, over.signal).then(() => false);
    return Promise.race([done, late]).finally(() => over.abort());
  }

  #held(): void {
    if (this.#phase !== 'standby') return;
    this.#phase = 'starting';
    this.#parts.log.info('this process has the lease and starts to work');
    this.#lead().catch((error: unknown) => this.#parts.log.error({ error }, 'the start failed'));
  }

  #lost(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#phase = 'stopping';
    this.#parts.log.error('the lease is lost: this process writes nothing more and ends');
    // reads in flight are not waited for: nothing that they find may be acted on
    void this.#stopWork().catch(() => undefined);
    void this.#lease.stop();
    this.#end({ status: 1, why: 'the lease is lost' });
  }

  async #lead(): Promise<void> {
    const { outside, client, grants, controllers, log } = this.#parts;
    const uid = await this.#insist('the namespace kube-system', async () => {
      const namespace = await client.get(namespaces, { name: 'kube-system' });
      return namespace?.metadata.uid;
    });
    if (uid === undefined) return;
    outside.clusterUID = uid;
    grants.start();
    const read = await this.#within(grantsMs, grants.synced);
    if (!read) log.warn('the namespace grants could not be read yet: only the own namespace has any');
    for (const { resource } of controllers) this.#missing.add(`${resource.plural}.${resource.group}`);
    await Promise.all(controllers.map((one) => this.#begin(one)));
    if (this.#phase === 'starting') this.#phase = 'leading';
    if (this.#phase === 'leading') log.info('all caches are complete');
  }

  async #begin({ controller, resource }: OperatorParts['controllers'][number]): Promise<void> {
    const name = `${resource.plural}.${resource.group}`;
    const there = await this.#insist(name, async () => {
      await this.#parts.client.list(resource, {}, { limit: 1, signal: this.#stopping.signal });
      return true;
    });
    this.#missing.delete(name);
    if (!there || this.#stopping.signal.aborted) return;
    controller.start();
    await controller.synced;
  }

  /** Tries until there is an answer; `undefined` when it is stopped before. One clear line at the first refusal of each reason. */
  async #insist<T>(what: string, look: () => Promise<T | undefined>): Promise<T | undefined> {
    const { log, clock } = this.#parts;
    let said: string | undefined;
    for (let waitMs = retryMs.first; !this.#stopping.signal.aborted; waitMs = Math.min(retryMs.most, waitMs * 2)) {
      const error = await look().then(
        (found) => (found === undefined ? new Error('not found') : { found }),
        (thrown: unknown) => thrown,
      );
      if (isFound(error)) return error.found as T;
      const reason = error instanceof Failure ? error.reason : 'NotFound';
      if (said !== reason) log.error({ what, error }, adviceFor(reason));
      said = reason;
      await clock.sleep(waitMs, this.#stopping.signal);
    }
    return undefined;
  }

  async #beat(): Promise<void> {
    const { clock } = this.#parts;
    while (!this.#stopping.signal.aborted) {
      this.#beatAt = clock.monotonic();
      await clock.sleep(beatMs, this.#stopping.signal);
    }
  }
}

function isFound(answer: unknown): answer is { readonly found: unknown } {
  return typeof answer === 'object' && answer !== null && 'found' in answer;
}

function adviceFor(reason: string): string {
  if (reason === 'NotFound')
    return 'the API server does not know what the operator serves: apply the CRDs (kubectl apply -f crds/); it is tried again';
  if (reason === 'Forbidden') return 'the operator lacks a right: apply its RBAC (deploy/); it is tried again';
  return 'the API server gave no answer that can be used; it is tried again';
}
