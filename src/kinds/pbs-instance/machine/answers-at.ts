// SPDX-License-Identifier: GPL-3.0-or-later
import type { PbsServer, PbsServers } from '../../../clouds/pbs/pbs.ts';
import { Failure } from '../../../core/failure.ts';

const silent = new Set(['Unreachable', 'TimedOut', 'Interrupted', 'BadAnswer']);

/**
 * Whether something with a certificate answers there: a handshake, and nothing is sent. Who it is, and whether it is to be trusted, is
 * another question.
 */
export async function answersAt(servers: PbsServers, server: Omit<PbsServer, 'trust'>): Promise<boolean> {
  try {
    await servers.certificate(server);
    return true;
  } catch (error) {
    if (error instanceof Failure && silent.has(error.reason)) return false;
    throw error;
  }
}
