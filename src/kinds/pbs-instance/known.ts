// SPDX-License-Identifier: GPL-3.0-or-later
/** What later parts have to know of the server, from what was observed. Pure. */
import type { Observed } from './observed.ts';
import { insideOf, type ServerSeen } from './server/seen.ts';
import type { PbsDesired } from './wish.ts';

export interface ServerKnown {
  /** SHA-256 of its certificate; empty: Proxmox VE trusts its authority. */
  readonly fingerprint: string;
  /** Its VM in Proxmox VE. */
  readonly vmid?: number;
}

function pinned({ secret }: ServerSeen): string | undefined {
  return secret.found === 'ours' ? secret.fingerprints.at(-1) : undefined;
}

/** What the server itself says is newer than what is pinned, and what a user gave is what is left. */
function fingerprintOf({ server, reach }: Observed): string | undefined {
  const told = server && (insideOf(server)?.fingerprint ?? pinned(server));
  return told ?? (reach.trust?.by === 'Fingerprint' ? reach.trust.sha256[0] : undefined);
}

/** 32 pairs in capitals, as Proxmox VE writes them. */
function inPairs(fingerprint: string): string {
  return /^[0-9a-f]{64}$/i.test(fingerprint)
    ? (fingerprint.toUpperCase().match(/../g) ?? []).join(':')
    : fingerprint.toUpperCase();
}

export function serverKnown({ last }: Pick<PbsDesired, 'last'>, observed: Observed): ServerKnown {
  const fingerprint = fingerprintOf(observed) ?? last.server?.fingerprint ?? '';
  const vmid = observed.machine?.vm?.place.vmid;
  return {
    fingerprint: fingerprint.startsWith('<') ? fingerprint : inPairs(fingerprint),
    ...(vmid === undefined || vmid === 0 ? {} : { vmid }),
  };
}
