// SPDX-License-Identifier: GPL-3.0-or-later
/** Every call to an OPNsense as data. Keys are put in where it is sent. */
import type { PlannedCall } from '../../core/step.ts';
import type { HttpsRequest } from '../https/https-api.ts';
import { actionOf, places, type DeviceRecord, type RecordKind } from './records.ts';

export type Applied = 'IPsec' | 'Routes';

function request(
  effect: HttpsRequest['effect'],
  path: readonly string[],
  more: Pick<HttpsRequest, 'content' | 'parameters' | 'query'> = {},
): HttpsRequest {
  return {
    action: path.slice(0, 3).join('/'),
    effect,
    method: effect === 'read' ? 'GET' : 'POST',
    path: ['api', ...path],
    ...more,
  };
}

const uuidParameter = (uuid: string) => ({ name: 'uuid', value: uuid });

export function listRequest(kind: RecordKind): HttpsRequest {
  const place = places[kind];
  return request('read', [...place.controller, actionOf(place, 'search')], { query: { rowCount: '-1' } });
}

export function getRequest(kind: RecordKind, uuid: string): HttpsRequest {
  const place = places[kind];
  return request('read', [...place.controller, actionOf(place, 'get'), uuid], { parameters: [uuidParameter(uuid)] });
}

/** @param key Of a record of kind `key`: in what is sent, never in what is shown. */
export function setRequest({ kind, uuid, fields }: DeviceRecord, key?: string): HttpsRequest {
  const place = places[kind];
  const shown = Object.entries(fields).map(([name, value]) => ({ name, value }));
  return request('write', [...place.controller, actionOf(place, 'set'), uuid], {
    parameters: [uuidParameter(uuid), ...shown],
    content: { json: { [place.envelope]: key === undefined ? fields : { ...fields, Key: key } } },
  });
}

export function removeRequest({ kind, uuid }: Pick<DeviceRecord, 'kind' | 'uuid'>): HttpsRequest {
  const place = places[kind];
  return request('write', [...place.controller, actionOf(place, 'del'), uuid], { parameters: [uuidParameter(uuid)] });
}

export const enabledRequest = request('read', ['ipsec', 'connections', 'is_enabled']);
export const enableRequest = request('write', ['ipsec', 'connections', 'toggle', '1'], {
  parameters: [{ name: 'enabled', value: '1' }],
});

/** Gateways and routes have one and the same: `interface routes configure`. */
export function applyRequest(part: Applied): HttpsRequest {
  return request('write', part === 'IPsec' ? ['ipsec', 'service', 'reconfigure'] : ['routes', 'routes', 'reconfigure']);
}

/** As a plan shows it. */
export function planned({ action, parameters = [] }: HttpsRequest): PlannedCall {
  return { service: 'opnsense', action, parameters };
}
