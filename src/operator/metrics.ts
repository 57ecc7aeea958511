// SPDX-License-Identifier: GPL-3.0-or-later
/** What Prometheus sees. Labels come from closed lists of ours, and from an object's kind, namespace and name: never from other user text. */
import { channel } from 'node:diagnostics_channel';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { conditionOf } from '../core/conditions.ts';
import type { KubeObject } from '../core/objects.ts';
import type { Outcome } from '../core/outcome.ts';
import { readStatus } from '../core/status.ts';
import type { Step } from '../core/step.ts';
import type { CallRecord } from '../wire/call.ts';
import type { Controller } from './controller.ts';
import { statusNumbers } from './status-numbers.ts';

/** Where the numbers of now are read when somebody asks for them. */
export interface Readings {
  readonly controllers: () => readonly Controller[];
  readonly leads: () => boolean;
}

const seconds = (ms: number) => ms / 1000;
const fast = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Every answer, for whoever listens in this process (the test run searches them for secrets). */
const told = channel('hybridcloud.metrics.text');

export class Metrics {
  readonly #registry = new Registry();
  readonly #calls = new Counter({
    name: 'hybridcloud_api_calls_total',
    help: 'Calls to the outside by result: an HTTP status, or why there was none.',
    labelNames: ['service', 'action', 'result'],
    registers: [this.#registry],
  });
  readonly #callSeconds = new Histogram({
    name: 'hybridcloud_api_call_seconds',
    help: 'Time until the headers of an answer were there, watches left out.',
    labelNames: ['service'],
    buckets: fast,
    registers: [this.#registry],
  });
  readonly #throttled = new Counter({
    name: 'hybridcloud_api_throttled_total',
    help: 'Answers that asked to slow down (429 and 503).',
    labelNames: ['service', 'action'],
    registers: [this.#registry],
  });
  readonly #steps = new Counter({
    name: 'hybridcloud_steps_total',
    help: 'Changes made to the world, by kind, step and result.',
    labelNames: ['kind', 'step', 'result'],
    registers: [this.#registry],
  });
  readonly #drift = new Counter({
    name: 'hybridcloud_drift_total',
    help: 'Changes made to objects whose spec was applied already: somebody had changed the world.',
    labelNames: ['kind', 'step'],
    registers: [this.#registry],
  });
  readonly #looks = new Counter({
    name: 'hybridcloud_looks_total',
    help: 'Looks at objects, by what comes next.',
    labelNames: ['kind', 'next'],
    registers: [this.#registry],
  });
  readonly #lookSeconds = new Histogram({
    name: 'hybridcloud_look_seconds',
    help: 'Duration of one look at one object.',
    labelNames: ['kind'],
    buckets: fast,
    registers: [this.#registry],
  });
  readonly #queueSeconds = new Histogram({
    name: 'hybridcloud_queue_wait_seconds',
    help: 'How long a key waited for a worker.',
    labelNames: ['kind'],
    buckets: fast,
    registers: [this.#registry],
  });
  /** When an object was last found as it should be, in seconds since the epoch. */
  readonly #succeeded = new Map<string, number>();

  constructor(readings: Readings) {
    this.#addGauges(readings);
  }

  /** Every call of the wire. */
  readonly call = ({ call, durationMs, result }: CallRecord): void => {
    const { service, action } = call;
    this.#calls.inc({ service, action, result: String(result) });
    if (!action.startsWith('watch ')) this.#callSeconds.observe({ service }, seconds(durationMs));
    if (result === 429 || result === 503) this.#throttled.inc({ service, action });
  };

  readonly step = (object: KubeObject, step: Step, error?: unknown): void => {
    const { kind, metadata } = object;
    this.#steps.inc({ kind, step: step.do, result: error === undefined ? 'done' : 'failed' });
    const { conditions, observedGeneration } = readStatus(object);
    const applied = observedGeneration === metadata.generation && conditionOf(conditions, 'Synced')?.status === 'True';
    const wanted = metadata.deletionTimestamp === undefined && step.effect !== 'probe';
    if (error === undefined && applied && wanted) this.#drift.inc({ kind, step: step.do });
  };

  /** `object`: as it stands after the look. */
  readonly look = (
    kind: string,
    { key, outcome, object }: { key: string; outcome: Outcome; object: KubeObject | undefined },
    nowMs: number,
  ): void => {
    this.#looks.inc({ kind, next: outcome.next });
    if (outcome.next === 'gone') this.#succeeded.delete(`${kind}/${key}`);
    else if (outcome.next === 'later' && object && valueOf(object, 'Synced') === 1)
      this.#succeeded.set(`${kind}/${key}`, seconds(nowMs));
  };

  readonly served = (kind: string, times: { readonly waitedMs: number; readonly tookMs: number }): void => {
    this.#queueSeconds.observe({ kind }, seconds(times.waitedMs));
    this.#lookSeconds.observe({ kind }, seconds(times.tookMs));
  };

  async text(): Promise<{ readonly type: string; readonly text: string }> {
    const text = await this.#registry.metrics();
    if (told.hasSubscribers) told.publish(text);
    return { type: this.#registry.contentType, text };
  }

  #addGauges({ controllers, leads }: Readings): void {
    const gauge = (name: string, help: string, labelNames: string[], collect: (it: Gauge) => void) => {
      const it: Gauge = new Gauge({
        name,
        help,
        labelNames,
        registers: [this.#registry],
        collect: () => {
          it.reset();
          collect(it);
        },
      });
    };
    gauge('hybridcloud_leader', '1 while this process holds the lease.', [], (it) => it.set(leads() ? 1 : 0));
    for (const type of ['Ready', 'Synced']) {
      const name = `hybridcloud_object_${type.toLowerCase()}`;
      const help = `Condition ${type} of an object: 1 True, 0 False, -1 Unknown.`;
      gauge(name, help, ['kind', 'namespace', 'name'], (it) => {
        for (const { labels, object } of each(controllers())) it.set(labels, valueOf(object, type));
      });
    }
    const last = 'When an object was last found as its spec says, in seconds since the epoch.';
    gauge('hybridcloud_object_last_success_timestamp_seconds', last, ['kind', 'namespace', 'name'], (it) => {
      for (const { labels, key } of each(controllers())) {
        const at = this.#succeeded.get(`${labels.kind}/${key}`);
        if (at !== undefined) it.set(labels, at);
      }
    });
    for (const { name, help, read, unit } of statusNumbers) {
      gauge(name, help, ['kind', 'namespace', 'name', ...(unit ? [unit.label] : [])], (it) => {
        for (const { labels, object } of each(controllers())) {
          const value = read(object.status);
          if (value !== undefined)
            it.set({ ...labels, ...(unit ? { [unit.label]: unit.read(object.status) } : {}) }, value);
        }
      });
    }
    gauge('hybridcloud_queue_depth', 'Keys in the queue.', ['kind', 'state'], (it) => {
      for (const controller of controllers()) {
        const { queue, held, first } = controller.numbers();
        const { kind } = controller;
        it.set({ kind, state: 'ready' }, queue.ready.change + queue.ready.resync);
        it.set({ kind, state: 'delayed' }, queue.delayed);
        it.set({ kind, state: 'running' }, queue.running);
        it.set({ kind, state: 'held' }, held);
        it.set({ kind, state: 'first' }, first);
      }
    });
    gauge('hybridcloud_watch_reconnects', 'Ends of a watch since the start, by reason.', ['kind', 'reason'], (it) => {
      for (const controller of controllers())
        for (const [reason, count] of controller.numbers().watch.reconnects)
          it.set({ kind: controller.kind, reason }, count);
    });
  }
}

function* each(controllers: readonly Controller[]) {
  for (const { kind, cache } of controllers) {
    for (const key of cache.keys()) {
      const object = cache.get(key);
      if (!object) continue;
      const { namespace, name } = object.metadata;
      yield { key, object, labels: { kind, namespace, name } };
    }
  }
}

function valueOf(object: KubeObject, type: string): number {
  const status = conditionOf(readStatus(object).conditions, type)?.status;
  if (status === 'True') return 1;
  return status === 'False' ? 0 : -1;
}
