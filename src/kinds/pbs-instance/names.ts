// SPDX-License-Identifier: GPL-3.0-or-later
/** Secrets of our own, named after the object. Pure. */
import { digest } from '../../core/digest.ts';

/** As long as a name may be, without what is put behind it. */
const longest = 230;

function named(name: string, what: string): string {
  const short = name.length <= longest ? name : `${name.slice(0, longest - 17)}-${digest('name', name)}`;
  return `${short}-${what}`;
}

export interface OwnSecrets {
  /** Root's password, from before the installation until the operator has a token. */
  readonly root: string;
  /** The operator's token and the pinned certificate. */
  readonly operator: string;
  /** The token that Proxmox VE backs up with. */
  readonly backup: string;
}

export function ownSecrets(name: string): OwnSecrets {
  return { root: named(name, 'pbs-root'), operator: named(name, 'pbs-operator'), backup: named(name, 'pbs-backup') };
}
