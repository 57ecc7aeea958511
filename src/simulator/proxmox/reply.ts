// SPDX-License-Identifier: GPL-3.0-or-later
/** How both products' answers go out. */

/** As it goes out: the text of an error stands in the reason phrase. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer that has more beside its data. */
export class Extended {
  readonly data: unknown;
  readonly beside: Readonly<Record<string, unknown>>;
  constructor(data: unknown, beside: Readonly<Record<string, unknown>>) {
    this.data = data;
    this.beside = beside;
  }
}
