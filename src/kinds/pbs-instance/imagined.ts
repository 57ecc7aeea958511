// SPDX-License-Identifier: GPL-3.0-or-later
/** What a preview takes a part for that nobody could look at yet: as it is when the one before it has just come to stand. Pure. */
import type { Observed } from './observed.ts';
import type { ServerSeen } from './server/seen.ts';
import type { WiringSeen } from './wiring/seen.ts';

/** Of a server that was just installed: what its certificate is, nobody knows before. */
export function imaginedServer({ now }: Observed): ServerSeen {
  return { now, secret: { found: 'absent' }, shown: '<its certificate>', rootKept: true };
}

/** What is there already, of a server before, is found again. */
export function imaginedWiring({ now, owner, beside }: Observed): WiringSeen {
  return {
    now,
    owner,
    server: { namespaces: [], tokens: [], grants: [] },
    token: { found: 'absent' },
    key: { found: 'absent' },
    active: false,
    left: [],
    jobs: [],
    ...beside,
  };
}
