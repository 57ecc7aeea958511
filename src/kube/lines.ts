// SPDX-License-Identifier: GPL-3.0-or-later
/** One watch event is an object with its managedFields: etcd's limit is 1.5 MiB, the old object of a conflict may come along. */
const longestLine = 8 * 1024 * 1024;

/** A line longer than any object can be: the stream is not trusted any further. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

/**
 * Cuts a stream of bytes into lines, wherever the pieces are cut, also inside a character. What stands after the last newline
 * was not ended by the server, so it is a part of an event and is dropped.
 */
export class LineSplitter {
  readonly #longest: number;
  #rest: Uint8Array[] = [];
  #length = 0;

  constructor(longest = longestLine) {
    this.#longest = longest;
  }

  /** The lines that this piece ends, without empty ones. */
  push(piece: Uint8Array): readonly string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, from)) {
      const line = this.#finish(piece.subarray(from, end));
      if (line !== '') lines.push(line);
      from = end + 1;
    }
    this.#keep(piece.subarray(from));
    return lines;
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#length += part.length;
    if (this.#length > this.#longest) throw new LineTooLong(`a line is longer than ${this.#longest} bytes`);
    this.#rest.push(part);
  }

  #finish(part: Uint8Array): string {
    this.#keep(part);
    const line = Buffer.concat(this.#rest, this.#length).toString('utf8');
    this.#rest = [];
    this.#length = 0;
    return line.trim();
  }
}
