// SPDX-License-Identifier: GPL-3.0-or-later
/** A file that is made from the sources and kept in the repository for those who only read it. */
export interface Produced {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly content: string;
}
