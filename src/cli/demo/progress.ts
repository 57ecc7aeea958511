// SPDX-License-Identifier: GPL-3.0-or-later
import type { Manifest } from './examples.ts';

/** One line of the table. */
export interface Row {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly synced: Row['ready'];
  readonly reason: string;
  /** What is happening, for a person. */
  readonly now: string;
}

interface Seen {
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown };
  readonly status?: unknown;
}

interface SeenCondition {
  readonly type: string;
  readonly status: Row['ready'];
  readonly reason: string;
  readonly message: string;
}

function conditionsOf(object: Seen | undefined): readonly SeenCondition[] {
  return (object?.status as { conditions?: SeenCondition[] } | undefined)?.conditions ?? [];
}

export function rowOf({ kind, metadata }: Manifest, objects: readonly Seen[]): Row {
  const object = objects.find((one) => one.kind === kind && one.metadata?.name === metadata.name);
  const conditions = conditionsOf(object);
  const condition = (type: string) => conditions.find((one) => one.type === type);
  const ready = condition('Ready');
  const moving = [condition('Stalled'), condition('Reconciling')].find((one) => one?.status === 'True');
  return {
    kind,
    name: metadata.name,
    namespace: metadata.namespace,
    ready: ready?.status ?? 'Unknown',
    synced: condition('Synced')?.status ?? 'Unknown',
    reason: ready?.reason ?? 'NotSeen',
    now: moving?.message ?? ready?.message ?? 'Waiting for the operator',
  };
}

const header = ['KIND', 'NAME', 'READY', 'NOW'] as const;

/** Fixed-width columns, cut to the width of the terminal. */
export function table(rows: readonly Row[], columns: number): string[] {
  const lines = [header, ...rows.map((row) => [row.kind, row.name, row.ready, row.now] as const)];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  // the columns must not move while READY goes from Unknown to True
  widths[2] = 'Unknown'.length;
  return lines.map((line) => {
    const text = line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ');
    return text.length > columns ? `${text.slice(0, columns - 1)}…` : text.trimEnd();
  });
}

/** Draws the table anew in place on a terminal; elsewhere prints each change once. */
export class Progress {
  readonly #out: NodeJS.WriteStream;
  #last = '';
  #height = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(rows: readonly Row[]): void {
    const lines = table(rows, this.#out.columns ?? 160);
    const text = lines.join('\n');
    if (text === this.#last) return;
    const before = new Set(this.#last.split('\n'));
    this.#last = text;
    if (!this.#out.isTTY) {
      for (const line of lines) if (!before.has(line)) this.#out.write(`${line}\n`);
      return;
    }
    // up over the old table, and clear to the end of the screen
    const back = this.#height > 0 ? `\u001b[${this.#height}A\u001b[0J` : '';
    this.#out.write(`${back}${text}\n`);
    this.#height = lines.length;
  }
}
