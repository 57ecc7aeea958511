// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The operators of two clusters that want the same name in one zone, an external-dns beside them, and networks that fail between all of
 * them: each object is looked at when it asked to be, for as many minutes as it shall be.
 */
import { domainName } from '../../../src/core/domain-name.ts';
import { Failure } from '../../../src/core/failure.ts';
import type { Outcome } from '../../../src/core/outcome.ts';
import { awsLimits } from '../../../src/wire/budget.ts';
import type { HttpRequest, Transport } from '../../../src/wire/call.ts';
import { seeded } from '../../kube/seeded.ts';
import { conditionOf, makeStage, type Stage } from '../stage.ts';
import { asRoot, byHand, endpoint, makeZone, zoneName } from './city.ts';
import { write } from '../../../src/clouds/aws/request.ts';

export const fqdn = `gslb.${zoneName}`;
const minute = 60_000;
const object = 'gslb';

type Way = 'aws' | 'kubernetes';

/** How a network fails: nothing gets there, or it does and the answer gets lost. */
interface Partition {
  readonly way: Way;
  readonly answersOnly: boolean;
}

export class Rival {
  readonly name: string;
  readonly stage: Stage;
  readonly zone: string;
  readonly #addresses: readonly string[];
  partition: Partition | undefined;
  /** That Route 53 took, whether the answer came back or not. */
  batches = 0;
  /** When it wants to look again. */
  due = 0;
  #attempt = 0;

  constructor(name: string, zone: string, addresses: readonly string[], beside: Stage | undefined) {
    this.name = name;
    this.zone = zone;
    this.#addresses = addresses;
    const around = (inner: Transport): Transport => {
      return async (request: HttpRequest) => {
        const way: Way = request.url.hostname === 'kubernetes.test' ? 'kubernetes' : 'aws';
        const { partition } = this;
        const isBatch = request.method === 'POST' && /\/rrset\/?$/.test(request.url.pathname);
        const carry = async () => {
          const answer = await inner(request);
          if (isBatch && answer.status === 200) this.batches += 1;
          return answer;
        };
        if (partition?.way !== way) return carry();
        if (partition.answersOnly) await carry();
        throw Object.assign(new Error('the network is gone'), { code: 'ECONNRESET' });
      };
    };
    this.stage = makeStage({
      kind: 'GslbEndpoint',
      driftIntervalMs: 30 * minute,
      limitOf: awsLimits,
      seed: name.charCodeAt(0),
      clusterUID: `cluster-${name}`,
      around,
      ...(beside ? { beside } : {}),
    });
    this.due = this.stage.clock.now();
  }

  /** Which of its addresses are answered, and their TTL: another spec each time. */
  async wants(turn: number): Promise<void> {
    const [first = '', second = ''] = turn % 2 === 0 ? this.#addresses : this.#addresses.toReversed();
    await this.stage.apply({
      name: object,
      spec: {
        aws: { region: 'ap-northeast-2' },
        zone: { id: this.zone },
        record: { name: 'gslb', ttlSeconds: 60 + (turn % 4) },
        policy: 'Failover',
        // what shows at once is not asked for every minute here
        telemetry: { intervalSeconds: 1800 },
        endpoints: [endpoint('first', first, { role: 'Primary' }), endpoint('second', second, { role: 'Secondary' })],
      },
    });
    this.due = this.stage.clock.now();
  }

  async gives(): Promise<void> {
    await this.stage.remove(object);
    this.due = this.stage.clock.now();
  }

  has(answer: string): boolean {
    return this.#addresses.includes(answer.split(' ')[0] ?? '');
  }

  because(type: string): string | undefined {
    return conditionOf(this.stage.object(object), type)?.reason;
  }

  /** One look; what waits within it for Route 53 has its time. */
  async look(): Promise<void> {
    const { clock } = this.stage;
    const state = { over: false };
    const looking = this.stage
      .look(object)
      // as the queue: what is no failure of the outside is one of ours
      .finally(() => {
        state.over = true;
      });
    looking.catch(() => undefined);
    for (let turns = 0; !state.over; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (turns > 50 && !state.over) await clock.advance(100);
    }
    this.due = clock.now() + this.#pauseAfter(await looking);
  }

  #pauseAfter(outcome: Outcome | undefined): number {
    this.#attempt = outcome?.next === 'retry' ? this.#attempt + 1 : 0;
    if (!outcome || outcome.next === 'gone') return 60 * minute;
    if (outcome.next === 'later') return outcome.ms;
    if (outcome.next === 'change') return 5 * minute;
    return outcome.next === 'now'
      ? 0
      : Math.max(outcome.atLeastMs ?? 0, Math.min(5 * minute, 1000 * 2 ** this.#attempt));
  }
}

/** What others have in the zone: a record that external-dns made, with its mark, and one that nobody marked. */
const foreign = [
  { Name: `shop.${zoneName}`, Type: 'A', TTL: 300, ResourceRecords: [{ Value: '192.0.2.10' }] },
  {
    Name: `a-shop.${zoneName}`,
    Type: 'TXT',
    TTL: 300,
    ResourceRecords: [
      { Value: '"heritage=external-dns,external-dns/owner=prod,external-dns/resource=ingress/web/shop"' },
    ],
  },
  { Name: `mail.${zoneName}`, Type: 'A', TTL: 300, ResourceRecords: [{ Value: '192.0.2.25' }] },
];

export interface Seen {
  /** Minutes since the beginning. */
  readonly minute: number;
  /** What the name answers, and whose mark stands beside it. */
  readonly answers: readonly string[];
  readonly marks: readonly string[];
}

export class Rivals {
  readonly a: Rival;
  readonly b: Rival;
  readonly zone: string;
  readonly #random: () => number;
  readonly #began: number;
  /** Each state of the name that differs from the one before. */
  readonly seen: Seen[] = [];

  private constructor(a: Rival, b: Rival, seed: number) {
    [this.a, this.b, this.zone] = [a, b, a.zone];
    this.#random = seeded(seed);
    this.#began = a.stage.clock.now();
  }

  static async make(seed: number): Promise<Rivals> {
    const first = makeStage({ kind: 'GslbEndpoint' });
    const zone = await makeZone(first);
    const [a, b] = [
      new Rival('a', zone, ['3.36.122.217', '20.117.241.211'], first),
      new Rival('b', zone, ['35.247.86.177', '47.242.248.113'], first),
    ];
    const rivals = new Rivals(a, b, seed);
    for (const record of foreign) await byHand(a.stage, zone, 'CREATE', record).then(() => rivals.advance(1000));
    return rivals;
  }

  get minutes(): number {
    return (this.a.stage.clock.now() - this.#began) / minute;
  }

  async advance(ms: number): Promise<void> {
    await this.a.stage.clock.advance(ms);
  }

  /** Lets so much time pass; every now and then a network fails for up to two hours. */
  async pass(minutes: number): Promise<void> {
    const { clock } = this.a.stage;
    const end = clock.now() + minutes * minute;
    let weather = clock.now() + 10 * minute;
    let sync = clock.now();
    while (clock.now() < end) {
      if (clock.now() >= weather) weather = clock.now() + this.#change();
      if (clock.now() >= sync) {
        await this.#externalDNS();
        sync = clock.now() + 60 * minute;
      }
      const next = this.a.due <= this.b.due ? this.a : this.b;
      const at = Math.min(next.due, weather, sync, end);
      if (at > clock.now()) await clock.advance(at - clock.now());
      if (next.due <= clock.now()) await next.look();
      this.#note();
    }
    this.a.partition = undefined;
    this.b.partition = undefined;
  }

  /** Another weather; milliseconds until the next one. */
  #change(): number {
    const chance = this.#random;
    const whose = chance() < 0.5 ? this.a : this.b;
    [this.a.partition, this.b.partition] = [undefined, undefined];
    if (chance() < 0.5) return chance() * 240 * minute;
    whose.partition = { way: chance() < 0.7 ? 'aws' : 'kubernetes', answersOnly: chance() < 0.5 };
    return chance() * 120 * minute;
  }

  /** Its interval has come: it finds its record as it left it, and writes it again all the same. */
  async #externalDNS(): Promise<void> {
    const Changes = foreign.slice(0, 2).map((ResourceRecordSet) => ({ Action: 'UPSERT', ResourceRecordSet }));
    const request = write('route53', 'ChangeResourceRecordSets', { HostedZoneId: this.zone, ChangeBatch: { Changes } });
    for (let tries = 0; tries < 20; tries += 1) {
      await this.advance(1000);
      const done = await asRoot(this.a.stage, request).then(
        () => true,
        // the account's requests are everybody's
        (error: unknown) => !(error instanceof Failure && error.class === 'Transient'),
      );
      if (done) return;
    }
    throw new Error('external-dns does not get through');
  }

  #records() {
    return this.a.stage.aws.route53.records(this.zone).map((record) => ({ ...record, name: domainName(record.name) }));
  }

  #note(): void {
    const all = this.#records();
    const answers = all
      .filter(({ name, type }) => name === fqdn && type === 'A')
      .flatMap(({ values, ttl }) => values.map((value) => `${value} ${ttl}`))
      .toSorted();
    const marks = all
      .filter(({ name, type }) => name === `a-${fqdn}` && type === 'TXT')
      .flatMap(({ values }) => values);
    const last = this.seen.at(-1);
    if (last && JSON.stringify([last.answers, last.marks]) === JSON.stringify([answers, marks])) return;
    this.seen.push({ minute: this.minutes, answers, marks });
  }

  /** Everything in the zone that is neither's. */
  foreign() {
    return this.#records()
      .filter(({ name, type }) => !name.endsWith(fqdn) && type !== 'SOA' && type !== 'NS')
      .map(({ name, type, values, ttl }) => `${name} ${type} ${ttl} ${values.join(' ')}`)
      .toSorted();
  }
}
