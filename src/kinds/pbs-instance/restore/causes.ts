// SPDX-License-Identifier: GPL-3.0-or-later
/** What failed restores say of the backup. Pure. */

/**
 * Proxmox VE, the way to the server, or S3 was in the way: PVE::RPCEnvironment, PVE::Storage (lvcreate, no space), PVE::PBSClient, hyper-util, and a
 * task that ended with its node or was stopped (PVE::Tools, upid_read_status).
 */
const elsewhere =
  /permission check failed|no space left|space too small|not enough (free )?space|can't connect|could not activate|connection (refused|error|reset)|error trying to connect|certificate verify failed|client error \((connect|sendrequest)\)|timed? ?out|authentication failed|401 unauthorized|maintenance mode|storage '[^']*' does not exist|unexpected status|interrupted by signal|got signal|got lock|is locked/i;

/** Everything else is told as what it is: a backup that could not be restored. */
export function saysNothing(message: string): boolean {
  return elsewhere.test(message);
}
