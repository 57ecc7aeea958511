// SPDX-License-Identifier: GPL-3.0-or-later
import type { Aws } from '../clouds/aws/aws.ts';
import type { Clock } from '../core/clock.ts';
import type { Secrets } from '../core/objects.ts';

/** What every kind gets to reach the outside with; made once, at the composition root. */
export interface Outside {
  readonly aws: Aws;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** UID of the kube-system namespace. */
  readonly clusterUID: string;
  /** Whether objects of this namespace may use the operator's own cloud identity. */
  mayUseOwnIdentity(namespace: string): boolean;
  /** From now on this text is taken out of everything that is shown. */
  learnSecret(secret: string): void;
}
