// SPDX-License-Identifier: GPL-3.0-or-later

/** What does not suit backups. */
export interface Fault {
  /** CamelCase: the reason of a condition. */
  readonly reason: string;
  /** Backups break, or are lost, if it stays: then nobody is told that the target is ready. */
  readonly breaks: boolean;
  /** What, where, and the cure. */
  readonly message: string;
}
