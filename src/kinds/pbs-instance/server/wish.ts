// SPDX-License-Identifier: GPL-3.0-or-later
/** What is wanted of the server, in this part's own words. */
import type { HttpsPlace } from '../../../clouds/https/https-api.ts';

interface AnyServer {
  /** `https://192.168.0.20:8007` */
  readonly url: string;
  /** The administrator granted that very url to the namespace. */
  readonly granted: boolean;
  /** Name of the Secret with the token. */
  readonly secret: string;
}

/** In the VM that we installed. */
export interface MadeServer extends AnyServer {
  readonly type: 'VirtualMachine';
  /** SMBIOS UUID of the VM: certificate and token are of this one, and of no other that comes in its place. */
  readonly vm: string;
  /** As a user gives them, one or two; else the certificate is pinned at first contact. */
  readonly fingerprints?: readonly string[];
  /** Directory to be made of the second disk: mounted at `/mnt/datastore/<name>`. Absent: there is none. */
  readonly cache?: { readonly name: string };
}

/** Somebody else's: it is only used. */
export interface ExistingServer extends AnyServer {
  readonly type: 'Existing';
  readonly trust: HttpsPlace['trust'];
}

export type ServerWish = MadeServer | ExistingServer;

/** Where a disk that was made a directory is mounted (api2/node/disks/directory.rs). */
export function mountOf({ name }: { readonly name: string }): string {
  return `/mnt/datastore/${name}`;
}
