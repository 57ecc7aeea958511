// SPDX-License-Identifier: GPL-3.0-or-later
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import type { PbsToken } from '../../../clouds/pbs/pbs.ts';
import type { Clock } from '../../../core/clock.ts';
import type { KubeObject, Secrets } from '../../../core/objects.ts';
import type { Owner } from '../../../core/owner-mark.ts';

/** What the wiring needs of the outside. */
export interface WiringWorld {
  readonly pve: ProxmoxApi;
  /** Absent: the server is gone, and what was on it with it. */
  readonly pbs?: {
    /** As the operator. */
    readonly api: ProxmoxApi;
    /** The same server with another login. */
    readonly as: (token: PbsToken) => ProxmoxApi;
  };
  readonly secrets: Secrets;
  /** Whose Secrets they are. */
  readonly object: KubeObject;
  readonly owner: Owner;
  readonly clock: Pick<Clock, 'now'>;
  /** Cryptographically random. */
  readonly randomBytes: (size: number) => Uint8Array;
  readonly learnSecret: (secret: string) => void;
}
