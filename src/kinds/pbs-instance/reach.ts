// SPDX-License-Identifier: GPL-3.0-or-later
import type { HttpsPlace } from '../../clouds/https/https-api.ts';

export type Trust = HttpsPlace['trust'];

/** How the backup server is reached. */
export interface Reach {
  /** The administrator granted that very url to the namespace. */
  readonly granted: boolean;
  /** Of a server that was there before; absent: of one that we make the certificate is pinned. */
  readonly trust?: Trust;
}
