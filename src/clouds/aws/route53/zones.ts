// SPDX-License-Identifier: GPL-3.0-or-later
import type * as Route53 from '@aws-sdk/client-route-53';
import type { Scope } from '../../../core/scope.ts';
import { codeOf } from '../errors.ts';
import { zoneOf } from './record-readings.ts';
import { read } from '../request.ts';
import type { DNSAnswer, Zone, ZoneFound } from './route53.ts';
import type { AwsSession } from '../session.ts';
import type { AgeLimit } from '../iam/users.ts';

/** Zones come and go by people's hands: one that is there is looked at no more than once in this time, one that is missed as often as asked. */
const zoneAgeMs = 600_000;

function patient({ maxAgeMs }: AgeLimit): AgeLimit {
  return { maxAgeMs: maxAgeMs === 0 ? 0 : Math.max(maxAgeMs, zoneAgeMs) };
}

interface Delegated {
  readonly zone: Zone;
  /** As they have to stand at the registrar, sorted; none for a private zone. */
  readonly nameServers: readonly string[];
}

function missing(error: unknown): undefined {
  if (codeOf(error) === 'NoSuchHostedZone') return undefined;
  throw error;
}

const byID = ({ id: a }: Zone, { id: b }: Zone) => (a < b ? -1 : 1);

/** Hosted zones of an account. Answers are shared by all objects that ask for the same zone. */
export class Zones {
  readonly #session: AwsSession;
  readonly #scope: Scope;

  constructor(session: AwsSession, scope: Scope) {
    this.#session = session;
    this.#scope = scope;
  }

  /** A zone and its name servers; `undefined`: the account has none of that id. */
  async get(id: string, age: AgeLimit): Promise<Delegated | undefined> {
    return (await this.#get(id, patient(age))) ?? this.#get(id, age);
  }

  /** The public zone of a name (as `domainName` gives it). An account may have several of one name; then a person has to say which. */
  async named(name: string, age: AgeLimit): Promise<ZoneFound> {
    const found = await this.#named(name, patient(age));
    return found.found === 'one' ? found : this.#named(name, age);
  }

  async #get(id: string, { maxAgeMs }: AgeLimit): Promise<Delegated | undefined> {
    return this.#session.looks.get(`route53/zone/${id}`, maxAgeMs, async () => {
      const { HostedZone, DelegationSet } = await this.#session
        .send<Partial<Route53.GetHostedZoneCommandOutput>>(read('route53', 'GetHostedZone', { Id: id }))
        .catch((error: unknown) => missing(error) ?? { HostedZone: undefined, DelegationSet: undefined });
      return HostedZone && { zone: zoneOf(HostedZone), nameServers: [...(DelegationSet?.NameServers ?? [])].sort() };
    });
  }

  async #named(name: string, { maxAgeMs }: AgeLimit): Promise<ZoneFound> {
    const all = await this.#session.looks.get(`route53/zones/${name}`, maxAgeMs, async () => {
      // in the order of names, from this one on: those of the same name come first
      const { HostedZones: found = [] } = await this.#session.send<Route53.ListHostedZonesByNameCommandOutput>(
        read('route53', 'ListHostedZonesByName', { DNSName: name, MaxItems: 100 }),
      );
      return found
        .map(zoneOf)
        .filter((zone) => zone.name === name)
        .sort(byID);
    });
    const open = all.filter((zone) => !zone.private);
    const [zone, another] = open;
    if (!zone) return { found: 'none', of: all };
    return another ? { found: 'several', of: open } : { found: 'one', zone };
  }

  /** What Route 53 answers to the question, at its name servers; `client`: to a resolver that says it asks for somebody in this /24. */
  async answer(zone: string, name: string, type: string, client?: string): Promise<DNSAnswer> {
    const { ResponseCode, RecordData, Nameserver } = await this.#session.send<Route53.TestDNSAnswerCommandOutput>(
      read('route53', 'TestDNSAnswer', {
        HostedZoneId: zone,
        RecordName: name,
        RecordType: type,
        // a resolver has to be named that sends the client's network along (API reference, TestDNSAnswer)
        ...(client === undefined ? {} : { ResolverIP: client, EDNS0ClientSubnetIP: client }),
      }),
      this.#scope,
    );
    return { code: ResponseCode ?? '', values: [...(RecordData ?? [])].sort(), nameServer: Nameserver ?? '' };
  }
}
