// SPDX-License-Identifier: GPL-3.0-or-later
import { Contract, type Endpoint } from '../contract/endpoint.ts';
import eight from '../schema/pve-8.4.json' with { type: 'json' };
import nine from '../schema/pve-9.2.json' with { type: 'json' };
import type { PveVersion } from '../world.ts';

/** In the API, and not in the viewer's extract (PVE::API2::BackupInfo, PVE::API2::Cluster::Jobs). */
const beside: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/cluster/backup-info/not-backed-up',
    parameters: { additionalProperties: 0 },
    permissions: { check: ['perm', '/', ['Sys.Audit']] },
  },
  {
    method: 'GET',
    path: '/cluster/jobs/schedule-analyze',
    parameters: {
      additionalProperties: 0,
      properties: {
        schedule: { type: 'string', maxLength: 128, format: 'pve-calendar-event' },
        starttime: { type: 'integer', optional: 1 },
        iterations: { type: 'integer', optional: 1, minimum: 1, maximum: 100 },
      },
    },
    permissions: { user: 'all' },
  },
];

export const pveEndpoints: Readonly<Record<'8.4' | '9.2', readonly Endpoint[]>> = {
  '8.4': [...(eight as readonly Endpoint[]), ...beside],
  '9.2': [...(nine as unknown as readonly Endpoint[]), ...beside],
};

const contracts = { '8.4': new Contract(pveEndpoints['8.4']), '9.2': new Contract(pveEndpoints['9.2']) };

/** 9.0 is held to the contract of 9.2: there is none of its own. */
export function contractOf(version: PveVersion): Contract {
  return contracts[version.startsWith('8.') ? '8.4' : '9.2'];
}
