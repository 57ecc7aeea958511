// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../../core/failure.ts';
import type { Scope } from '../../core/scope.ts';
import type { Call, Destination, Reaching } from '../../wire/call.ts';
import type { ForbiddenPlaces } from '../../wire/forbidden-places.ts';

/**
 * - `Accepted`, `Refused`: packets came and went; refused means that nothing listens there, or that something on the way refuses.
 * - `NoAnswer`: silence, as of a packet filter, a missing route back, or a host that is off
 * - `NoRoute`: this machine, or a router on the way, knows no way there
 * - `NotSent`: this machine may not send it (a packet filter of its own), or it is no place to which a manifest leads (the cluster's networks)
 */
export type ProbeOutcome = 'Accepted' | 'Refused' | 'NoAnswer' | 'NoRoute' | 'NotSent';

/** As long as three tries of Linux to open a connection take (1 s, 2 s, and then some: tcp_syn_retries in ip-sysctl). */
const timeoutMs = 5000;

const outcomes: Readonly<Record<string, ProbeOutcome>> = {
  EHOSTUNREACH: 'NoRoute',
  ENETUNREACH: 'NoRoute',
  EHOSTDOWN: 'NoRoute',
  ENETDOWN: 'NoRoute',
  EADDRNOTAVAIL: 'NoRoute',
  EACCES: 'NotSent',
  EPERM: 'NotSent',
};

function codeOf(error: Failure): string {
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}

export class TcpProbes {
  readonly #wire: Reaching;
  readonly #forbidden: Pick<ForbiddenPlaces, 'why'>;

  constructor(wire: Reaching, forbidden: Pick<ForbiddenPlaces, 'why'>) {
    this.#wire = wire;
    this.#forbidden = forbidden;
  }

  /** A look like any other, in every managementPolicy: nothing outside is changed by it. */
  async try({ host, port }: Destination, scope: Scope): Promise<ProbeOutcome> {
    // no grant leads there: what is tried is said to be in a VPC
    if (this.#forbidden.why(host) !== undefined) return 'NotSent';
    const call: Call = {
      service: 'tcp',
      action: 'Connect',
      effect: 'read',
      scope,
      parameters: [
        { name: 'host', value: host },
        { name: 'port', value: String(port) },
      ],
      timeoutMs,
    };
    try {
      return (await this.#wire.reach(call, { host, port })) === 'accepted' ? 'Accepted' : 'Refused';
    } catch (error) {
      if (!(error instanceof Failure) || error.class !== 'Transient') throw error;
      return outcomes[codeOf(error)] ?? 'NoAnswer';
    }
  }
}
