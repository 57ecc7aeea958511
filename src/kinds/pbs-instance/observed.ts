// SPDX-License-Identifier: GPL-3.0-or-later
import type { RequestPrices } from '../../clouds/aws/s3/prices.ts';
import type { Needed } from '../../clouds/pve/permissions.ts';
import type { PveVersion } from '../../clouds/pve/version.ts';
import type { Owner } from '../../core/owner-mark.ts';
import type { MachineSeen } from './machine/seen.ts';
import type { Reach } from './reach.ts';
import type { RestoreSeen } from './restore/seen.ts';
import type { ServerSeen } from './server/seen.ts';
import type { StoreSeen } from './store/seen.ts';
import type { TargetSeen } from './target.ts';
import type { Beside, WiringSeen } from './wiring/seen.ts';
import type { WorthSeen } from './worth/seen.ts';

/** A part that is absent was not looked at, because nothing of the one before it stands yet. */
export interface Observed {
  /** Milliseconds since the epoch, by the operator's clock. */
  readonly now: number;
  readonly owner: Owner;
  /** Address of Proxmox VE, without a closing slash: among what is there mass changes are counted. */
  readonly place: string;
  readonly reach: Reach;
  readonly version: PveVersion;
  /** Fingerprint of its authority, if what is ours is there. */
  readonly clusterID?: string;
  /** What is older than that is not asked for more. */
  readonly supported: boolean;
  /** `user@realm!name`. */
  readonly tokenID: string;
  /** What the token lacks of what the spec needs; absent: not asked, as everything is made. */
  readonly lacking?: readonly Needed[];
  /** Absent: another S3 is wanted. */
  readonly target?: TargetSeen;
  /** What requests to the bucket cost; absent: not known there. */
  readonly prices?: RequestPrices;
  readonly machine?: MachineSeen;
  readonly server?: ServerSeen;
  readonly store?: StoreSeen;
  readonly wiring?: WiringSeen;
  /** While the wiring cannot be looked at yet: what there is of it already, from before or of others. */
  readonly beside?: Beside;
  readonly worth?: WorthSeen;
  /** Absent: no restore test is wanted, or ever was. */
  readonly restore?: RestoreSeen;
}
