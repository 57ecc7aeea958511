// SPDX-License-Identifier: GPL-3.0-or-later
import type { PbsServers } from '../../../clouds/pbs/pbs.ts';
import type { KubeObject, Secrets } from '../../../core/objects.ts';
import type { Scope } from '../../../core/scope.ts';

/** What this part needs of the outside. */
export interface ServerWorld {
  readonly servers: PbsServers;
  readonly secrets: Secrets;
  /** It owns the Secret. */
  readonly object: KubeObject;
  readonly scope: Scope;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From now on this text is taken out of everything that is shown. */
  readonly learn: (secret: string) => void;
  /** A long random text without blanks, 32 characters or more. */
  readonly random: () => string;
  /** What the installation gave root, as long as it is kept. */
  readonly rootPassword: () => Promise<string | undefined>;
  /** Afterwards nobody has it; repeating it changes nothing. */
  readonly forgetRootPassword: () => Promise<void>;
  /** Whether Proxmox VE, on whose node the server is a guest, is shown this certificate by it. Absent: nobody asks. */
  readonly seenByHost?: (fingerprint: string) => Promise<boolean>;
}
