// SPDX-License-Identifier: GPL-3.0-or-later
import { Contract, type Endpoint } from '../contract/endpoint.ts';
import known from '../schema/pbs-4.2.json' with { type: 'json' };

export const pbsEndpoints = known as unknown as readonly Endpoint[];

export const pbsContract = new Contract(pbsEndpoints);
