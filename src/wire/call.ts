// SPDX-License-Identifier: GPL-3.0-or-later
import type { Dispatcher } from 'undici';
import type { Scope } from '../core/scope.ts';

export interface Parameter {
  readonly name: string;
  readonly value: string;
}

/** What a request means, told by the adapter that makes it. */
export interface Call {
  /** `kubernetes`, `s3`, `iam`, `sts`, … */
  readonly service: string;
  /** The API's own name for it: `CreateBucket`; for Kubernetes `patch backuptargets/status`. */
  readonly action: string;
  readonly effect: 'read' | 'write';
  /** The object on whose behalf; absent for shared looks, leases and watches. */
  readonly scope?: Scope;
  /** Already free of secrets: the adapter names what may be shown. */
  readonly parameters: readonly Parameter[];
  /** Calls with the same key share a budget, for example `123456789012/ap-northeast-2`. */
  readonly budget?: string;
  /** Until the response headers are there, and then for each silence in the body; the whole answer may take ten times as long. */
  readonly timeoutMs: number;
  /** An answer without an end, a watch: only its silences are limited here, its length by whoever reads it. */
  readonly endless?: true;
  /** The leader lease's own write, the only one that passes without the lease. */
  readonly lease?: true;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly signal?: AbortSignal;
  /** TLS and proxy settings of this destination; the default is the system's trust store. */
  readonly dispatcher?: Dispatcher;
}

export interface HttpResponse {
  readonly status: number;
  /** The reason phrase of the status line, where it came with one: some servers say there what is wrong. */
  readonly reason?: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Read once. Leaving the loop early closes the connection. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Carries bytes: undici in life, a simulated world in tests and demos. Throws what the network throws. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

/** A TCP port. `host` is an address, not a name: nobody's name server decides what is reached. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** Both prove that packets come and go: somebody accepted the connection, or refused it. */
export type Reached = 'accepted' | 'refused';

/** Opens a connection, and closes it at once: node:net in life, a simulated network in tests and demos. Throws what the network throws. */
export type Dial = (to: Destination, signal: AbortSignal) => Promise<Reached>;

/** What is kept of a call: enough for an audit, a bench and a permission list, never a secret. */
export interface CallRecord {
  readonly call: Call;
  readonly startedAt: number;
  readonly durationMs: number;
  /** The HTTP status, what a TCP connection came to, or why there was none. */
  readonly result: number | Reached | 'fenced' | 'forbidden' | 'held' | 'timeout' | 'aborted' | 'unreachable';
}

/** A service said "slow down". */
export interface Throttling {
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
}

export interface Wire {
  /**
   * Sends one request, once; never retries.
   * @throws {import('../core/failure.ts').Failure} `Fenced` when the guard refuses it, `Transient` when there was no answer.
   */
  send(call: Call, request: HttpRequest): Promise<HttpResponse>;
  /** The adapter recognised a throttle answer: calls of this budget slow down. */
  throttled(call: Call, told: Throttling): void;
}

/** The wire's other way out, for whoever asks whether a place is there. */
export interface Reaching {
  /**
   * Whether a TCP port answers, tried once; no byte is sent.
   * @throws {import('../core/failure.ts').Failure} `TimedOut` or `Unreachable`, class Transient, when nobody answered; its cause has the code.
   */
  reach(call: Call, to: Destination): Promise<Reached>;
}
