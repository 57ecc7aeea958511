// SPDX-License-Identifier: GPL-3.0-or-later
/** Carries every call of every process to the worlds, counts it, disturbs it where the plan says so, and tells the oracles. */
import type { Call, HttpRequest, HttpResponse, Transport } from '../../src/wire/call.ts';
import type { Trust } from '../../src/wire/trusted-agent.ts';
import { isOfS3, s3SlowMs, s3TroubleOf, taskEnding, type Fault, type FaultKind } from './faults.ts';
import { isUnreachable, proveCertificate } from './pins.ts';
import { begun, isOfStore, isProxmox } from './proxmox-calls.ts';
import { refusal } from './refusals.ts';
import type { Worlds } from './worlds.ts';

/** One call as it went over the network. */
export interface Carried {
  /** Counted from 1 over all processes. */
  readonly index: number;
  /** Which process, counted from 1. */
  readonly process: number;
  /** Which look of all looks. */
  readonly look: number;
  readonly at: number;
  readonly service: string;
  readonly action: string;
  readonly effect: 'read' | 'write';
  readonly parameters: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of Proxmox: what the ids in the action are. */
  readonly path?: string;
  /** 0 where nothing was answered (yet). */
  readonly status: number;
  /** What the world answered below 400 to a write, whether or not anybody heard it. */
  readonly applied: boolean;
  readonly fault?: FaultKind;
  /** It began a task of Proxmox. */
  readonly task?: true;
  /** A backup server asked S3 for it, or will in a task. */
  readonly s3?: true;
}

export interface Listener {
  /** Right before the world sees it. */
  sending(call: Carried): void;
  /** Right after, whether or not the answer arrives. */
  sent(call: Carried): Promise<void> | void;
  /** A fault of what the caches see begins here. */
  struck(kind: FaultKind): void;
}

/** A process as the network sees it: dead ones reach nobody. */
export interface Sender {
  readonly number: number;
  dead: boolean;
  killed(): void;
}

class Broken extends Error {
  readonly code = 'ECONNRESET';
}

const never = () => new Promise<never>(() => undefined);
/** How many further calls a late effect waits for. */
const lateBy = 3;

/** What was carried before the run that goes on from here. */
export interface CarriedBefore {
  readonly calls: readonly Carried[];
  readonly count: number;
}

export class Network {
  readonly calls: Carried[];
  readonly #worlds: Worlds;
  readonly #faults: ReadonlyMap<number, FaultKind>;
  readonly #listener: Listener;
  readonly #meant = new WeakMap<URL, Call>();
  readonly #trusted = new WeakMap<URL, Trust>();
  readonly #late: { wait: number; readonly run: () => Promise<unknown> }[] = [];
  /** Set by the driver: which look is under way. */
  look = 0;
  /** No more faults: what was late may still come. */
  undisturbed = false;
  #count = 0;
  /** Done by the user right after that call. */
  readonly interrupts = new Map<number, () => Promise<void>>();

  constructor(worlds: Worlds, faults: readonly Fault[], listener: Listener, before?: CarriedBefore) {
    this.calls = [...(before?.calls ?? [])];
    this.#count = before?.count ?? 0;
    this.#worlds = worlds;
    this.#faults = new Map(faults.map(({ at, kind }) => [at, kind]));
    this.#listener = listener;
  }

  get count(): number {
    return this.#count;
  }

  /** Effects that are still to come. */
  get owes(): boolean {
    return this.#late.length > 0;
  }

  /** Faults that may still strike. */
  get threatened(): boolean {
    return !this.undisturbed && [...this.#faults.keys()].some((at) => at > this.#count);
  }

  /** The adapters' own words for a request, known to the wire only; the address object is the same all the way down. */
  means(request: HttpRequest, call: Call): void {
    this.#meant.set(request.url, call);
  }

  /** Whom a request to this address, made on the way to the wire, is for. */
  trusts(request: HttpRequest, trust: Trust): void {
    this.#trusted.set(request.url, trust);
  }

  transport(sender: Sender): Transport {
    return (request) => this.#carry(sender, request);
  }

  async #carry(sender: Sender, request: HttpRequest): Promise<HttpResponse> {
    if (sender.dead) return never();
    const call = this.#meant.get(request.url);
    if (!call) throw new Error(`a call that did not pass the wire: ${request.method} ${request.url.href}`);
    const index = ++this.#count;
    const fault = this.undisturbed ? undefined : this.#faults.get(index);
    const carried: Carried = {
      index,
      process: sender.number,
      look: this.look,
      at: this.#worlds.clock.now(),
      service: call.service,
      action: call.action,
      effect: call.effect,
      parameters: Object.fromEntries(call.parameters.map(({ name, value }) => [name, value])),
      ...(call.service === 'kubernetes' && typeof request.body === 'string' ? { body: request.body } : {}),
      ...(isProxmox(call.service) ? { path: decodeURIComponent(request.url.pathname) } : {}),
      status: 0,
      applied: false,
      ...(fault ? { fault } : {}),
    };
    const answer = await this.#disturbed(sender, request, carried);
    const interrupt = this.interrupts.get(index);
    if (interrupt) await interrupt();
    return sender.dead ? never() : answer();
  }

  async #disturbed(sender: Sender, request: HttpRequest, carried: Carried): Promise<() => HttpResponse | never> {
    const { fault, service } = carried;
    const lost = () => {
      throw new Broken('socket hang up');
    };
    switch (fault) {
      case 'requestLost':
        await this.#note(carried);
        return lost;
      case 'errorBefore':
      case 'throttled':
      case 'conflict':
      case 'gatewayBefore': {
        const answer = refusal(service, refusals[fault]);
        await this.#note({ ...carried, status: answer.status });
        return () => answer;
      }
      case 'late':
        this.#late.push({ wait: lateBy + 1, run: () => this.#reach(request, carried) });
        await this.#note(carried);
        // the caller's own time-out ends the wait
        await this.#worlds.clock.advance(31_000);
        return lost;
      case 'killedBefore':
        kill(sender);
        return lost;
      default: {
        const answer = await this.#reach(request, carried).catch((error: unknown) => {
          if (isUnreachable(error)) return error;
          throw error;
        });
        await this.#settleLate();
        const nobody = (): never => {
          throw answer as Error;
        };
        if (answer instanceof Error) return this.#after(sender, carried, undefined, nobody);
        return this.#after(sender, carried, answer, lost);
      }
    }
  }

  #after(
    sender: Sender,
    carried: Carried,
    answer: HttpResponse | undefined,
    lost: () => never,
  ): () => HttpResponse | never {
    const heard = () => answer ?? lost();
    if (isOfS3(carried.fault)) return heard;
    switch (carried.fault) {
      case undefined:
      case 'taskFailed':
      case 'taskInterrupted':
      case 'taskWarned':
        return heard;
      case 'answerLost':
        return lost;
      case 'errorAfter':
        return () => refusal(carried.service, 'error');
      case 'gatewayAfter':
        return () => refusal(carried.service, 'gateway');
      case 'reset':
        return () => {
          const whole = heard();
          return { ...whole, body: brokenOff(whole.body) };
        };
      case 'killedAfter':
        kill(sender);
        return lost;
      case 'restartStale1':
      case 'restartStale2':
      case 'restartStale4':
        this.#listener.struck(carried.fault);
        kill(sender);
        return lost;
      default:
        this.#listener.struck(carried.fault);
        return heard;
    }
  }

  async #reach(request: HttpRequest, carried: Carried): Promise<HttpResponse> {
    this.#listener.sending(carried);
    const { action, effect, service } = carried;
    const before = this.calls.filter((call) => call.applied && call.action === action).length;
    if (effect === 'write' && service !== 'kubernetes') this.#worlds.generate(`${action} ${before}`);
    const trouble = s3TroubleOf(carried.fault);
    if (trouble) this.#worlds.s3.begin(trouble);
    try {
      return await this.#answered(request, carried);
    } catch (error) {
      if (isUnreachable(error)) await this.#note(carried);
      throw error;
    }
  }

  async #answered(request: HttpRequest, carried: Carried): Promise<HttpResponse> {
    const { proxmox, transport } = this.#worlds;
    const { signal: _signal, ...plain } = request;
    const trust = this.#trusted.get(request.url);
    const there = isProxmox(carried.service);
    if (trust && there) await proveCertificate(proxmox, request.url, trust);
    const asked = proxmox.s3Requests.length;
    const told = await transport(plain);
    const applied = carried.effect === 'write' && told.status < 400;
    if (!applied || !there) {
      await this.#note({ ...carried, status: told.status, applied });
      return told;
    }
    const { answer, upid } = await begun(told);
    if (upid !== undefined) this.#tell(upid, carried);
    const s3 = proxmox.s3Requests.length > asked || isOfStore(upid);
    const task = upid === undefined ? {} : ({ task: true } as const);
    await this.#note({ ...carried, status: answer.status, applied, ...task, ...(s3 ? { s3 } : {}) });
    return answer;
  }

  #tell(upid: string, { fault }: Carried): void {
    const ending = fault && taskEnding(fault);
    if (ending) this.#worlds.proxmox.tellTask(upid, ending);
    if (fault === 's3Slow') this.#worlds.proxmox.delayTask(upid, s3SlowMs);
  }

  async #note(carried: Carried): Promise<void> {
    this.calls.push(carried);
    await this.#listener.sent(carried);
  }

  async #settleLate(): Promise<void> {
    for (const effect of this.#late) effect.wait--;
    while (this.#late[0] && this.#late[0].wait <= 0) await this.#late.shift()?.run();
  }
}

const refusals = {
  errorBefore: 'error',
  throttled: 'throttled',
  conflict: 'conflict',
  gatewayBefore: 'gateway',
} as const;

function kill(sender: Sender): void {
  sender.dead = true;
  sender.killed();
}

async function* brokenOff(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    if (piece.length > 1) yield piece.subarray(0, Math.floor(piece.length / 2));
    break;
  }
  throw new Broken('socket hang up');
}
