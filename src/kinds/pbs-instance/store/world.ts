// SPDX-License-Identifier: GPL-3.0-or-later
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import type { Claimant } from '../../../core/claims.ts';
import type { KubeObject, Objects, Secrets } from '../../../core/objects.ts';

/** What this part needs of the outside. */
export interface StoreWorld {
  /** The server, with the operator's token. Absent: there is none (any more). */
  readonly pbs?: ProxmoxApi;
  readonly secrets: Secrets;
  readonly namespace: string;
  readonly claimant: Claimant;
  readonly objects: Pick<Objects, 'annotate'>;
  /** All objects of a kind, as the watch has them. */
  readonly siblings: (kind: string) => Iterable<KubeObject>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From now on this text is taken out of everything that is shown. */
  readonly learn: (secret: string) => void;
}
