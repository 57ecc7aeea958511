// SPDX-License-Identifier: GPL-3.0-or-later
/** Open watches: one queue each, filled as changes happen; an idle watch has no timer and costs nothing. */
import { NetworkError } from '../kernel/service.ts';
import type { Change } from './store.ts';

const encoder = new TextEncoder();

/** A response body that others write into. Ends when told to, or when its reader leaves. */
export class LineStream implements AsyncIterable<Uint8Array> {
  #lines: string[] = [];
  #end: { readonly error?: Error } | undefined;
  #wake: (() => void) | undefined;
  readonly #left: () => void;

  constructor(left: () => void) {
    this.#left = left;
  }

  write(line: string): void {
    if (this.#end) return;
    this.#lines.push(line);
    this.#wake?.();
  }

  /** Lines already written are still read; an error comes after them, like a connection that breaks. */
  end(error?: Error): void {
    if (this.#end) return;
    this.#end = error ? { error } : {};
    this.#wake?.();
    this.#left();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        if (this.#lines.length > 0) yield encoder.encode(this.#lines.splice(0).join(''));
        else if (this.#end) break;
        else await this.#changed();
      }
      if (this.#end?.error) throw this.#end.error;
    } finally {
      this.end();
    }
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

export interface Watch {
  readonly resource: string;
  readonly group: string;
  readonly namespace: string;
  readonly shelf: string;
  readonly user: string;
  readonly stream: LineStream;
  readonly bookmarks: boolean;
  /** The line that tells this change to this watcher; `undefined` when it is none of its business. */
  readonly line: (change: Change) => string | undefined;
  readonly bookmark: (revision: number) => string;
  /** The line of an ERROR event with a Status of 410. */
  readonly gone: () => string;
  told: number;
  /** Half-open: the connection stays, nothing arrives any more. */
  silent: boolean;
}

export interface WatchMatch {
  readonly resource?: string;
  readonly namespace?: string;
  readonly user?: string;
}

/** What may come between a change and its watcher; returns the lines to send now. */
export type Distortion = (line: string, watch: Watch, change: Change) => readonly string[];

/** When to send bookmarks. */
export interface Bookmarks {
  /** A watcher that wants them has fallen behind. */
  behind(): void;
  /** Nobody wants them any more. */
  nobody(): void;
}

export class Watches {
  readonly #open = new Set<Watch>();
  distort: Distortion | undefined;
  readonly #bookmarks: Bookmarks;

  constructor(bookmarks: Bookmarks) {
    this.#bookmarks = bookmarks;
  }

  add(watch: Watch): void {
    this.#open.add(watch);
  }

  remove(watch: Watch): void {
    this.#open.delete(watch);
    if (watch.bookmarks && ![...this.#open].some((other) => other.bookmarks)) this.#bookmarks.nobody();
  }

  matching(match: WatchMatch): readonly Watch[] {
    return [...this.#open].filter(
      (watch) =>
        (match.resource === undefined || match.resource === watch.resource) &&
        (match.namespace === undefined || match.namespace === watch.namespace) &&
        (match.user === undefined || match.user === watch.user),
    );
  }

  tell(change: Change): void {
    let behind = false;
    for (const watch of this.#open) {
      if (watch.bookmarks) behind = true;
      if (watch.shelf !== change.shelf || watch.silent) continue;
      const line = watch.line(change);
      if (line === undefined) continue;
      watch.told = change.revision;
      const lines = this.distort ? this.distort(line, watch, change) : [line];
      for (const one of lines) watch.stream.write(one);
    }
    if (behind) this.#bookmarks.behind();
  }

  /** Tells every watcher that asked how far it has come. */
  bookmark(revision: number): void {
    for (const watch of this.#open) {
      if (!watch.bookmarks || watch.silent || watch.told >= revision) continue;
      watch.told = revision;
      watch.stream.write(watch.bookmark(revision));
    }
  }

  cut(match: WatchMatch): number {
    const cut = this.matching(match);
    for (const watch of cut) watch.stream.end(new NetworkError('ECONNRESET', 'read ECONNRESET'));
    return cut.length;
  }
}
