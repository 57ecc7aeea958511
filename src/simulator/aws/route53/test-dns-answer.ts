// SPDX-License-Identifier: GPL-3.0-or-later
import { isIP } from 'node:net';
import { visible } from '../../kernel/versioned.ts';
import { nextRandom } from '../../kernel/random.ts';
import type { Call } from '../call.ts';
import { may, must, required, text, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { answer } from './answers/answer.ts';
import { zoneData } from './answers/zone-data.ts';
import { invalidInput } from './body.ts';
import { canonicalName, isName, within } from './names.ts';
import { onAll } from './permission.ts';
import type { Route53Operations } from './protocol.ts';
import { recordTypes } from './record-xml.ts';
import { stateOf, zoneNamed } from './shelf.ts';

export const testDnsAnswerOperations: Route53Operations = {
  TestDNSAnswer: {
    effect: 'read',
    method: 'GET',
    path: '/testdnsanswer',
    query: {
      hostedzoneid: required(text({ max: 32 })),
      recordname: required(text({ max: 1024 })),
      recordtype: required(text({ oneOf: recordTypes })),
      resolverip: text({ max: 45 }),
      edns0clientsubnetip: text({ max: 45 }),
      edns0clientsubnetmask: text({ max: 3 }),
    },
    authorize: onAll('route53:TestDNSAnswer'),
    run: test,
  },
};

/** The resolver that is assumed when none is named: one of AWS in us-east-1 (API_TestDNSAnswer, "ResolverIP"). */
const usEast = '198.51.100.2';

/** API_TestDNSAnswer: what the name servers of the zone would answer now. */
function test(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const zone = zoneNamed(call, must(input, 'hostedzoneid'));
  const [name, type] = [must(input, 'recordname'), must(input, 'recordtype')];
  if (!isName(name) || !within(canonicalName(name), zone.name))
    throw invalidInput(`The record name ${name} is not in the hosted zone ${zone.name}`);
  const state = stateOf(call);
  // what a zone was before it is visible is nothing
  const data = visible(state.zones.get(zone.id), call.now) ? zoneData(state, zone, call.now) : undefined;
  const { random } = call.world.state;
  const moment = { now: call.now, random: () => nextRandom(random), ...(data ? { zone: data } : {}) };
  const found = answer(call.world, { name, type, client: clientOf(input) }, moment);
  const xml = {
    Nameserver: zone.nameServers[0],
    RecordName: canonicalName(name),
    RecordType: type,
    RecordData: { RecordDataEntry: found.answers.filter((record) => record.type === type).map(({ value }) => value) },
    ResponseCode: found.code,
    Protocol: 'UDP',
  };
  return { xml };
}

function clientOf(input: Fields): string {
  const [resolver, subnet] = [may(input, 'resolverip'), may(input, 'edns0clientsubnetip')];
  for (const address of [resolver, subnet])
    if (address !== undefined && isIP(address) === 0) throw invalidInput(`${address} is not a valid IP address`);
  if (subnet !== undefined && resolver === undefined) throw invalidInput('EDNS0ClientSubnetIP needs ResolverIP');
  if (may(input, 'edns0clientsubnetmask') !== undefined && subnet === undefined)
    throw invalidInput('EDNS0ClientSubnetMask needs EDNS0ClientSubnetIP');
  return subnet ?? resolver ?? usEast;
}
