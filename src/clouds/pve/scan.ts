// SPDX-License-Identifier: GPL-3.0-or-later
/** A backup server as Proxmox VE sees it: what stands between it and us does not stand between it and its own guest. */
import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';
import { asked } from './asked.ts';

export interface Seen {
  readonly node: string;
  /** Host name or address. */
  readonly server: string;
  readonly port: number;
  /** SHA-256, with colons. */
  readonly fingerprint: string;
}

/** Of a user that is not there: nobody's password goes that way, and the address, which logs keep, has nothing to hide. */
const nobody = { username: 'certificate-check@pbs', password: 'none-at-all' };

/**
 * Whether the server shows Proxmox VE the certificate with this fingerprint. Proxmox VE pins it, and only then logs in (PVE::APIClient::LWP):
 * a login that is refused had the right certificate. Needs Datastore.Allocate on /storage.
 */
export async function showsCertificate(pve: ProxmoxApi, { node, ...seen }: Seen): Promise<boolean> {
  const request = asked((api) => api.nodes.$(node).scan.pbs.$get({ ...seen, ...nobody }));
  try {
    await pve.read(request, z.unknown());
    return true;
  } catch (error) {
    // of what Proxmox VE itself refuses nothing follows
    const own = !(error instanceof Failure) || ['AccessDenied', 'CredentialsRejected'].includes(error.reason);
    const said = own ? '' : error.message;
    if (/certificate verify failed|fingerprint/i.test(said)) return false;
    if (/\b401\b|unauthorized|authentication fail/i.test(said)) return true;
    throw error;
  }
}
