// SPDX-License-Identifier: GPL-3.0-or-later
import { Contract, type Endpoint } from '../contract/endpoint.ts';
import known from '../schema/pbs-4.2.json' with { type: 'json' };

/** In the API, and not in the viewer's extract (api2/node/time.rs). */
const beside: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/time',
    parameters: { additionalProperties: 0, properties: { node: { type: 'string' } } },
    permissions: { user: 'all' },
  },
];

export const pbsEndpoints: readonly Endpoint[] = [...(known as unknown as readonly Endpoint[]), ...beside];

export const pbsContract = new Contract(pbsEndpoints);
