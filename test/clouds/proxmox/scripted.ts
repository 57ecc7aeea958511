// SPDX-License-Identifier: GPL-3.0-or-later
/** A Proxmox VE, and a backup server, that answer what a test tells them, in order, and remember what they were asked. */
import { HttpsApis } from '../../../src/clouds/https/https-api.ts';
import { PbsServers } from '../../../src/clouds/pbs/pbs.ts';
import { Pves } from '../../../src/clouds/pve/pve.ts';
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { bodyOf, bytesOf } from '../../../src/simulator/kernel/service.ts';
import type { CallRecord, HttpRequest } from '../../../src/wire/call.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { ForbiddenPlaces } from '../../../src/wire/forbidden-places.ts';

export interface Told {
  readonly status?: number;
  readonly reason?: string;
  readonly body?: unknown;
}

export const secret = '3f2504e0-4f89-11d3-9a0c-0305e82c3301';

export function scripted(...answers: readonly Told[]) {
  const clock = new VirtualClock();
  const asked: HttpRequest[] = [];
  const records: CallRecord[] = [];
  const left = [...answers];
  const wire = createWire({
    clock,
    fence: unfenced,
    onCall: (record) => records.push(record),
    transport: (request) => {
      asked.push(request);
      const { status = 200, reason = '', body = { data: null } } = left.shift() ?? {};
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return Promise.resolve({ status, reason, headers: {}, body: bodyOf(bytesOf(text)) });
    },
  });
  const apis = new HttpsApis(wire, { forbidden: new ForbiddenPlaces() });
  const scope = { kind: 'PbsInstance', namespace: 'default', name: 'main', uid: 'uid-1', policy: 'Apply' } as const;
  const trust = { by: 'Fingerprint', sha256: ['0'.repeat(64)] } as const;
  const pve = new Pves(apis, clock).at({
    url: 'https://192.0.2.10:8006',
    trust,
    token: { tokenID: 'hybrid@pve!operator', secret },
    scope,
  });
  const learnt: string[] = [];
  const servers = new PbsServers({ apis, clock, learn: (text) => learnt.push(text) });
  const server = { url: 'https://192.0.2.20:8007', trust, scope };
  const pbs = servers.at(server, { tokenID: 'hybrid@pbs!operator', secret });
  return { pve, pbs, servers, server, asked, records, learnt, clock };
}
