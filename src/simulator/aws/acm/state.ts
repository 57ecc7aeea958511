// SPDX-License-Identifier: GPL-3.0-or-later
import type { Versioned } from '../../kernel/versioned.ts';
import type { Tag } from '../tag.ts';

/** Never changed in place. */
export interface Certificate {
  readonly arn: string;
  /** The first one is the domain name; no name twice. */
  readonly names: readonly string[];
  readonly createdAt: number;
  readonly token?: string;
  readonly tags: readonly Tag[];
}

/** How far validation is. */
export interface Progress {
  /** Since when all records are there. */
  readonly seenAt?: number;
  readonly issuedAt?: number;
}

export interface AcmState {
  /** By ARN. */
  readonly certificates: Map<string, Versioned<Certificate>>;
  readonly progress: Map<string, Progress>;
}
