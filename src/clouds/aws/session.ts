// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../core/clock.ts';
import type { Scope } from '../../core/scope.ts';
import type { Call, Wire } from '../../wire/call.ts';
import { makeClient, type Credentials, type Renewing } from './clients.ts';
import { failureOf, isClockSkew, isExpired, isThrottle, type Origin } from './errors.ts';
import { parametersOf, type AwsRequest, type Service } from './request.ts';
import { ServiceTime } from './service-time.ts';
import { SigningClock } from './signing-clock.ts';
import { SessionMemory } from './session-memory.ts';
import { SharedLooks } from '../shared-look.ts';

/** An answer may take this long; the SDK's own request time-out does not abort (reference: measured), ours does. */
const timeoutMs = 30_000;
/** Services without regions, whose limits are those of the account. */
const worldwide: ReadonlySet<Service> = new Set(['route53']);

export interface SessionOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly region: string;
  readonly credentials: Renewing | Credentials;
  /** Where the credentials come from, for the cure when AWS refuses them. */
  readonly origin: Origin;
  /** Temporary credentials are over: whoever made them forgets them, and the next look asks for new ones. */
  readonly onExpired?: () => void;
  /** Told of every secret that an answer holds. */
  readonly learn?: (secret: string) => void;
  readonly endpoint?: string;
  /** Whose budgets the calls count against. */
  readonly account: string;
  /** ARN of the user or role whose policies hold, or else the ARN that AWS calls the caller by; absent: nobody asked. */
  readonly identity?: string;
}

/** One identity in one account and region. Shared by all objects that use it; every call names the object it is made for. */
export class AwsSession {
  readonly account: string;
  readonly region: string;
  readonly identity: string | undefined;
  readonly looks: SharedLooks;
  readonly memory = new SessionMemory();
  readonly clock: Clock;
  /** What time it is by IAM's clock. */
  readonly iamTime: ServiceTime;
  readonly #options: SessionOptions;
  readonly #clockwork: SigningClock;
  readonly #listening: Wire;
  readonly #clients = new Map<Service, ReturnType<typeof makeClient>>();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.account = options.account;
    this.region = options.region;
    this.identity = options.identity;
    this.clock = options.clock;
    this.looks = new SharedLooks(options.clock);
    this.#clockwork = new SigningClock(options.clock);
    this.iamTime = new ServiceTime(options.clock, 'iam');
    this.#listening = this.iamTime.listening(options.wire);
  }

  /** The partition of the region, for ARNs. */
  get partition(): 'aws' | 'aws-cn' | 'aws-us-gov' {
    if (this.region.startsWith('cn-')) return 'aws-cn';
    return this.region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  }

  /** Such a secret shows in no text from now on. */
  learn(secret: string): void {
    this.#options.learn?.(secret);
  }

  /**
   * Sends a request once.
   * @throws Failure for everything that AWS or the network answers.
   */
  async send<Output>(request: AwsRequest, scope?: Scope): Promise<Output> {
    const { wire } = this.#options;
    const call: Call = {
      service: request.service,
      action: request.action,
      effect: request.effect,
      parameters: parametersOf(request.input),
      budget: worldwide.has(request.service) ? this.account : `${this.account}/${this.region}`,
      timeoutMs,
      ...(scope ? { scope } : {}),
    };
    const sendOnce = async () => {
      const { client, command } = await this.#client(request.service);
      this.#clockwork.align(client);
      return (await client.send(command(request.action, request.input), { wireCall: call })) as Output;
    };
    try {
      return await sendOnce().catch((error: unknown) => {
        // nothing took effect, and from the refusal the client has learnt AWS's time
        if (isClockSkew(error)) return sendOnce();
        throw error;
      });
    } catch (error) {
      const { origin, onExpired } = this.#options;
      if (isExpired(error)) onExpired?.();
      const failure = failureOf(error, request, origin);
      if (isThrottle(error) && failure instanceof Failure) wire.throttled(call, failure);
      throw failure;
    }
  }

  #client(service: Service): ReturnType<typeof makeClient> {
    let client = this.#clients.get(service);
    if (!client) {
      client = makeClient(service, { ...this.#options, wire: this.#listening });
      this.#clients.set(service, client);
    }
    return client;
  }
}
