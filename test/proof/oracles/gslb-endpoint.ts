// SPDX-License-Identifier: GPL-3.0-or-later
/** Judges a GslbEndpoint's run, call by call, by what Route 53 really holds and answers. docs/proof.md defines each oracle. */
import type { RecordSet } from '../../../src/simulator/aws/route53/state.ts';
import type { Carried } from '../network.ts';
import type { Judge, Scenario, Violation } from '../script.ts';
import type { Worlds } from '../worlds.ts';
import { freshLooks, unread, type LooksNeeded } from './fresh-looks.ts';
import { ownerTag } from './gslb-holdings.ts';
import { heardOfTargets, passwordsIn, SiteOracles, siteLooks } from './gslb-sites.ts';
import { gslbIn, recordsIn, tagsOf, zoneIn, type GslbObject } from './gslb-picture.ts';

const finalizer = 'hybridcloud.dev/finalizer';
const approval = 'hybridcloud.dev/approve';

const looksNeeded: LooksNeeded = {
  ...siteLooks,
  DeleteHealthCheck: ['GetHealthCheck', 'ListTagsForResource'],
  UpdateHealthCheck: ['GetHealthCheck', 'ListTagsForResource'],
};

/** Until all name servers have a change: not before that long ("generally within 60 seconds", API reference, GetChange; here 30). */
const spreadMs = 30_000;

const answering = new Set(['A', 'AAAA', 'CNAME']);

export class GslbEndpointJudge implements Judge {
  readonly violations: Violation[] = [];
  readonly secrets = new Set<string>();
  readonly #worlds: Worlds;
  readonly #scenario: Scenario;
  readonly #lagMs: number;
  readonly #calls: Carried[] = [];
  readonly #sites: SiteOracles;
  /** Records and checks of others, byte for byte. */
  #foreign: ReadonlyMap<string, string>;
  #uid: string | undefined;
  #last: GslbObject | undefined;
  #approved = false;
  /** Names and identifiers that were answered with a health check. */
  #checked: ReadonlySet<string> = new Set();
  #answered = false;
  /** How many calls there had been. */
  #actedAt = 0;
  /** Checks that records use, and since when none uses the others. */
  #used: ReadonlySet<string> = new Set();
  readonly #leftAt = new Map<string, number>();

  constructor(worlds: Worlds, scenario: Scenario, lagMs: number, from?: GslbEndpointJudge) {
    this.#worlds = worlds;
    this.#scenario = scenario;
    this.#lagMs = lagMs;
    this.#sites = new SiteOracles(
      worlds,
      (oracle, what) => this.#violated(oracle, what),
      from ? from.#sites : undefined,
    );
    if (from) {
      this.#calls.push(...from.#calls);
      this.#uid = from.#uid;
      this.#last = from.#last;
      this.#approved = from.#approved;
      this.#checked = from.#checked;
      this.#answered = from.#answered;
      this.#used = from.#used;
      this.#actedAt = from.#actedAt;
      for (const [id, at] of from.#leftAt) this.#leftAt.set(id, at);
      for (const secret of from.secrets) this.secrets.add(secret);
    }
    this.#foreign = from ? from.#foreign : new Map();
    this.#learn();
    if (!from) this.acted();
  }

  over(worlds: Worlds): GslbEndpointJudge {
    return new GslbEndpointJudge(worlds, this.#scenario, this.#lagMs, this);
  }

  knowledge(process: number): unknown {
    const reads = [freshLooks(looksNeeded, process, this.#calls), this.#hidden(process)];
    const known = [
      heardOfTargets(this.#calls.slice(this.#actedAt), process),
      this.#answered,
      this.#leaving(),
      [...this.#checked].sort(),
      this.#sites.knowledge(),
    ];
    return [this.#uid, this.#last, this.#approved, ...known, reads];
  }

  /** What people change of their own is theirs to change, and so is what they take from ours. */
  acted(): void {
    this.#learn();
    this.#foreign = this.#ofOthers();
    this.#sites.acted(this.#uid);
    this.#used = this.#inUse();
    this.#actedAt = this.#calls.length;
    for (const password of passwordsIn(this.#worlds)) this.secrets.add(password);
    this.#remember();
  }

  sending(call: Carried): void {
    this.#learn();
    const why = this.#isHidden(call) ? undefined : unread(call, looksNeeded, this.#calls);
    if (why) this.#violated('intent', why);
    if (call.action === 'DeleteHealthCheck') this.#judgeDeletion(call);
    this.#sites.sending(call, this.#uid);
    const planned = this.#last?.spec.managementPolicy === 'Plan' && !this.#approved;
    if (planned && call.service === 'route53' && call.effect === 'write')
      this.#violated('unapproved', `${call.action} that nobody approved`);
  }

  sent(call: Carried): void {
    this.#calls.push(call);
    if (!call.applied) return;
    this.#learn();
    this.#judgeForeign(call.action);
    this.#judgeOurs(call.action);
    this.#judgeAnswers(call.action);
    const used = this.#inUse();
    for (const id of this.#used) if (!used.has(id)) this.#leftAt.set(id, call.at);
    this.#used = used;
    this.#sites.sent(call, this.#last);
    if (call.action === 'patch gslbendpoints/status') this.#judgeReady(call);
  }

  end(): void {
    this.#judgeForeign('the end');
    this.#judgeOurs('the end');
    if (this.#scenario.ends !== 'gone') return;
    const left = [
      ...(gslbIn(this.#worlds) ? ['the object'] : []),
      ...this.#ourChecks().map(({ id }) => `health check ${id}`),
      ...this.#ourMarks().map(({ name }) => `owner record ${name}`),
      ...this.#sites.left(this.#uid),
    ];
    if (left.length > 0) this.#violated('left-over', left.join(', '));
  }

  /** Checks of which a process was told last that they are not there. */
  #hidden(process: number): readonly string[] {
    const asked = this.#calls.filter((call) => call.process === process && call.action === 'GetHealthCheck');
    const last = new Map(asked.map(({ parameters, status }) => [String(parameters['HealthCheckId']), status]));
    return [...last].filter(([, status]) => status === 404).map(([id]) => id);
  }

  /** It was asked for, and Route 53 does not show it yet: there are no tags to be read. */
  #isHidden({ action, process, parameters }: Carried): boolean {
    return action === 'DeleteHealthCheck' && this.#hidden(process).includes(String(parameters['HealthCheckId']));
  }

  get #deleting(): boolean {
    return this.#last?.metadata.deletionTimestamp !== undefined;
  }

  #learn(): void {
    this.#last = gslbIn(this.#worlds) ?? this.#last;
    const { metadata } = this.#last ?? {};
    this.#uid = metadata?.uid ?? this.#uid;
    this.#approved ||= metadata?.annotations?.[approval] !== undefined;
  }

  #violated(oracle: string, what: string): void {
    if (!this.violations.some((one) => one.oracle === oracle && one.what === what))
      this.violations.push({ oracle, what });
  }

  #isMark({ type, values }: RecordSet): boolean {
    return type === 'TXT' && this.#uid !== undefined && values.some((value) => value.includes(this.#uid ?? ''));
  }

  #ourMarks(): readonly RecordSet[] {
    return recordsIn(this.#worlds).filter((one) => this.#isMark(one));
  }

  /** The records of the name, once our mark is beside them. */
  #ourRecords(): readonly RecordSet[] {
    const { record } = this.#last?.spec ?? {};
    if (!record || this.#ourMarks().length === 0) return [];
    return recordsIn(this.#worlds).filter(
      ({ name, type }) => answering.has(type) && name.startsWith(`${record.name}.`),
    );
  }

  /** What proves names of certificates: our mark is beside it. */
  #ourProofs(): readonly RecordSet[] {
    const marks = new Set(this.#ourMarks().map(({ name }) => name));
    return recordsIn(this.#worlds).filter(({ name, type }) => marks.has(`${type.toLowerCase()}-${name}`));
  }

  /** By their tags; one that was just made has none yet, and says whose it is by its reference. */
  #ourChecks() {
    const uid = this.#uid;
    const all = this.#worlds.aws.route53.checks();
    return all.filter((one) => uid && (tagsOf(one)[ownerTag] ?? one.callerReference).includes(uid));
  }

  #ofOthers(): ReadonlyMap<string, string> {
    const mine = new Set([...this.#ourRecords(), ...this.#ourProofs()]);
    const records = recordsIn(this.#worlds).filter((one) => !this.#isMark(one) && !mine.has(one));
    const checks = this.#worlds.aws.route53.checks().filter((one) => tagsOf(one)[ownerTag] === undefined);
    return new Map([
      ...records.map((one) => [`${one.name} ${one.type} ${one.setIdentifier ?? ''}`, JSON.stringify(one)] as const),
      ...checks
        .filter(({ callerReference }) => this.#uid === undefined || !callerReference.includes(this.#uid))
        .map((one) => [`health check ${one.id}`, JSON.stringify([one.config, one.tags])] as const),
    ]);
  }

  #judgeForeign(when: string): void {
    if (this.#approved) return;
    const now = this.#ofOthers();
    for (const [what, before] of this.#foreign)
      if (now.get(what) !== before) this.#violated('foreign', `${what} was changed by ${when}`);
  }

  /** A check goes when no record names it, neither now nor in what name servers may still answer. */
  #judgeDeletion({ parameters }: Carried): void {
    const id = String(parameters['HealthCheckId']);
    const check = this.#worlds.aws.route53.checks().find((one) => one.id === id);
    if (check && tagsOf(check)[ownerTag] !== this.#uid && !check.callerReference.includes(this.#uid ?? '?'))
      this.#violated('intent', `health check ${id} is not ours and was to be deleted`);
    if (recordsIn(this.#worlds).some(({ healthCheckID }) => healthCheckID === id))
      this.#violated('unchecked', `health check ${id} was to be deleted while a record uses it`);
    if (this.#leaving().some(([left]) => left === id))
      this.#violated('unchecked', `health check ${id} was to be deleted while name servers may answer with it`);
  }

  #inUse(): ReadonlySet<string> {
    return new Set(recordsIn(this.#worlds).flatMap(({ healthCheckID }) => healthCheckID ?? []));
  }

  /** Checks that not all name servers know to be used no more. */
  #leaving(): readonly (readonly [id: string, at: number])[] {
    const now = this.#worlds.clock.now();
    return [...this.#leftAt].filter(([, at]) => now - at < spreadMs);
  }

  #judgeOurs(when: string): void {
    const checks = this.#ourChecks();
    const references = checks.map((one) => [tagsOf(one)['hybridcloud.dev/endpoint'], one.asked].join(' '));
    if (new Set(references).size < references.length) this.#violated('duplicate', 'two health checks for the same');
    const left = this.#sites.left(this.#uid).length;
    if (checks.length + this.#ourMarks().length + left > 0 && !this.#guarded())
      this.#violated('finalizer', `off while something of ours exists (${when})`);
  }

  #guarded(): boolean {
    const { metadata } = gslbIn(this.#worlds) ?? {};
    return metadata?.uid === this.#uid && (metadata?.finalizers?.includes(finalizer) ?? false);
  }

  /** What was answered goes on being answered, and what was checked goes on being checked, until the object is deleted. */
  #judgeAnswers(when: string): void {
    if (this.#deleting) return;
    const records = this.#ourRecords();
    if (this.#answered && records.length === 0) this.#violated('unanswered', `the name has no records after ${when}`);
    const wanted = new Set(this.#last?.spec.endpoints.flatMap(({ name, healthCheck }) => (healthCheck ? name : [])));
    const bare = records.filter((one) => {
      const key = one.setIdentifier ?? '';
      return this.#checked.has(key) && wanted.has(key) && !this.#isChecked(one);
    });
    for (const { setIdentifier = '' } of bare)
      this.#violated('unchecked', `${setIdentifier} is answered without a health check after ${when}`);
    this.#remember();
  }

  #isChecked({ healthCheckID }: RecordSet): boolean {
    return this.#worlds.aws.route53.checks().some(({ id }) => id === healthCheckID);
  }

  #remember(): void {
    const records = this.#ourRecords();
    this.#answered = records.length > 0;
    this.#checked = new Set(
      records.filter((one) => this.#isChecked(one)).map(({ setIdentifier = '' }) => setIdentifier),
    );
  }

  /** Ready is claimed: then the name has records, ours, and every name server has them. */
  #judgeReady(call: Carried): void {
    const { conditions = [], observedGeneration } = gslbIn(this.#worlds)?.status ?? {};
    if (this.#deleting || observedGeneration !== gslbIn(this.#worlds)?.metadata.generation) return;
    if (!conditions.some((one) => one.type === 'Ready' && one.status === 'True')) return;
    if (this.#unseen(call)) return;
    if (this.#ourRecords().length === 0) this.#violated('ready', `claimed at call ${call.index} without records`);
    if (heardOfTargets(this.#calls.slice(this.#actedAt), call.process))
      this.#sites.judgeReady(gslbIn(this.#worlds), `call ${call.index}`);
  }

  /** What people did since this process looked last, it cannot know. */
  #unseen({ process }: Carried): boolean {
    const looked = this.#calls.findLastIndex(
      (call) => call.process === process && call.action === 'ListResourceRecordSets' && call.status === 200,
    );
    return looked < 0 || zoneIn(this.#worlds) === '';
  }
}
