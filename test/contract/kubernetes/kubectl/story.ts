// SPDX-License-Identifier: GPL-3.0-or-later
/** Commands as a person types them, and what came of them. */
import type { Answered, Json } from '../exchange.ts';

export interface Asking {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `$VERSION` is the resourceVersion of the last answer that had one. */
  readonly path: string;
  readonly type?: string;
  readonly body?: Json;
  /** The path is a watch, which ends after so many events. */
  readonly events?: number;
}

export interface Step {
  /** Words as in a shell, with single or double quotes; `$NAME` and pipes mean nothing. */
  readonly run: string;
  readonly stdin?: string;
  /** A request instead of a command; `run` says whose it is. */
  readonly asks?: Asking;
  /** Of the kubeconfig: admin (the default) or operator. */
  readonly as?: 'operator';
  /** The command watches: these run once it has printed `lines` lines, and it is ended after `until` lines. */
  readonly during?: { readonly lines: number; readonly until?: number; readonly steps: readonly (Step | string)[] };
  /** Why the requests depend on how fast the real server's controllers are; then only what is printed is compared. */
  readonly timing?: string;
}

export interface Story {
  readonly name: string;
  /** Made before the first step, and the context's own. */
  readonly namespace: string;
  /** Beside the commands: objects as JSON, texts as they are; `.sh` may be run. */
  readonly files: Readonly<Record<string, object | string>>;
  readonly steps: readonly (Step | string)[];
}

/** One request and its answer. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly as?: 'operator';
  /** Headers of impersonation. */
  readonly impersonates?: Readonly<Record<string, string>>;
  readonly accept?: string;
  readonly type?: string;
  /** JSON, or text; base64 where the type is protobuf. */
  readonly body?: Json;
  readonly answer: Answered;
}

export interface Stage {
  /** `https://127.0.0.1:1234`, which knows the tokens `admin-token` and `operator-token`. */
  readonly url: string;
  /** PEM. */
  readonly authority: string;
  /** Takes what was asked since the last time; the result is to be called once all is settled. */
  readonly asked?: () => () => readonly Exchange[];
  /** Waits until what is under way has been answered. */
  readonly settled?: () => Promise<void>;
}

export interface Done {
  readonly run: string;
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  readonly exchanges: readonly Exchange[];
  readonly during?: readonly Done[];
}

export type Recording = Readonly<Record<string, readonly Done[]>>;

export function stepOf(step: Step | string): Step {
  return typeof step === 'string' ? { run: step } : step;
}

/** `a 'b c' "d"` → `a`, `b c`, `d` */
export function words(line: string): string[] {
  return [...line.matchAll(/(?:'([^']*)'|"([^"]*)"|[^\s'"])+/g)].map(([word]) =>
    word.replaceAll(
      /'([^']*)'|"([^"]*)"/g,
      (_, single: string | undefined, double: string | undefined) => single ?? double ?? '',
    ),
  );
}
