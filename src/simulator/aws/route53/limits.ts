// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import { must, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { invalidInput } from './body.ts';
import { on, onAll } from './permission.ts';
import type { Route53Operations } from './protocol.ts';
import { seenChecks, seenZones, stateOf, trueRecords, zoneNamed } from './shelf.ts';

export const limitOperations: Route53Operations = {
  GetAccountLimit: {
    effect: 'read',
    method: 'GET',
    path: '/accountlimit/{Type}',
    authorize: onAll('route53:GetAccountLimit'),
    run: accountLimit,
  },
  GetHostedZoneLimit: {
    effect: 'read',
    method: 'GET',
    path: '/hostedzonelimit/{HostedZoneId}/{Type}',
    authorize: on('route53:GetHostedZoneLimit', 'hostedzone', 'HostedZoneId'),
    run: zoneLimit,
  },
};

/** API_GetAccountLimit. */
function accountLimit(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const type = must(input, 'Type');
  const { quotas } = call.world.state.accounts.get(call.principal.account) ?? {};
  const limits: Record<string, readonly [value: number, count: number]> = {
    MAX_HEALTH_CHECKS_BY_OWNER: [quotas?.healthChecks ?? 200, seenChecks(call).length],
    MAX_HOSTED_ZONES_BY_OWNER: [quotas?.hostedZones ?? 500, seenZones(call).length],
    MAX_REUSABLE_DELEGATION_SETS_BY_OWNER: [100, 0],
    MAX_TRAFFIC_POLICIES_BY_OWNER: [50, 0],
    MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER: [5, 0],
  };
  const limit = limits[type];
  if (!limit) throw invalidInput(`There is no account limit of type ${type}`);
  return { xml: { Limit: { Type: type, Value: limit[0] }, Count: limit[1] } };
}

/** API_GetHostedZoneLimit. */
function zoneLimit(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const zone = zoneNamed(call, must(input, 'HostedZoneId'));
  const type = must(input, 'Type');
  if (type !== 'MAX_RRSETS_BY_ZONE') throw invalidInput(`There is no limit of type ${type} for a public hosted zone`);
  return { xml: { Limit: { Type: type, Value: 10_000 }, Count: trueRecords(stateOf(call), zone.id).length } };
}
