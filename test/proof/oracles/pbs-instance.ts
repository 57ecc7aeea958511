// SPDX-License-Identifier: GPL-3.0-or-later
/** Judges a PbsInstance's run, call by call, by what Proxmox, S3 and Kubernetes really hold. docs/proof.md defines each oracle. */
import type { Carried } from '../network.ts';
import type { Judge, Scenario, Violation } from '../script.ts';
import type { Worlds } from '../worlds.ts';
import { readsOf, uuidOf, withoutIntent, type Identity } from './pbs-intent.ts';
import {
  copiesOf,
  isClaimed,
  isOurEntry,
  marks,
  ofOthers,
  ourGuests,
  pbsIn,
  serversWith,
  type PbsObject,
} from './pbs-world.ts';
import { backupsIn, keyLost, leftOver, objectiveMissed, secretsOf } from './pbs-worth.ts';

const finalizer = 'hybridcloud.dev/finalizer';
const approval = 'hybridcloud.dev/approve';
/** The interval at which backups are looked at, and the longest back-off with a restart. */
const patienceMs = 60_000 + 6 * 60_000;

function isReady(object: PbsObject | undefined): boolean {
  return object?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

export class PbsInstanceJudge implements Judge {
  readonly violations: Violation[] = [];
  readonly secrets = new Set<string>();
  readonly #worlds: Worlds;
  readonly #scenario: Scenario;
  readonly #calls: Carried[] = [];
  /** What belongs to others, byte for byte. */
  #foreign: ReadonlyMap<string, string>;
  /** Backups that were there at the beginning. */
  readonly #saved: readonly string[];
  #last: PbsObject | undefined;
  #identity: Identity | undefined;
  #approved = false;
  /** Since when a person did nothing, and whether a look read the backups since, and all else that it wanted: before, what is new cannot be known. */
  #since = 0;
  #looked = true;
  /** Ready was claimed when a person did something: such a claim may stand until it is looked at again. A new one has been looked at. */
  #stood = false;
  /** The look that reads them. */
  #reading: Carried | undefined;
  #cutOff: Carried | undefined;

  constructor(worlds: Worlds, scenario: Scenario, from?: PbsInstanceJudge) {
    this.#worlds = worlds;
    this.#scenario = scenario;
    if (from) {
      this.#last = from.#last;
      this.#identity = from.#identity;
      this.#approved = from.#approved;
      this.#looked = from.#looked;
      this.#since = from.#since;
      this.#stood = from.#stood;
      this.#reading = from.#reading;
      this.#calls.push(...from.#calls);
      for (const secret of from.secrets) this.secrets.add(secret);
    }
    this.#learn();
    this.#foreign = from ? from.#foreign : ofOthers(worlds, this.#last);
    this.#saved = from ? from.#saved : backupsIn(worlds, this.#last);
  }

  over(worlds: Worlds): PbsInstanceJudge {
    return new PbsInstanceJudge(worlds, this.#scenario, this);
  }

  knowledge(process: number): unknown {
    return [this.#last, this.#identity, this.#approved, this.#told, readsOf(process, this.#calls)];
  }

  /** What people change of their own is theirs to change. */
  acted(): void {
    this.#learn();
    this.#foreign = ofOthers(this.#worlds, this.#last);
    this.#looked = false;
    this.#reading = undefined;
    this.#since = this.#worlds.clock.now();
    this.#stood = isReady(pbsIn(this.#worlds));
  }

  get #told(): readonly unknown[] {
    // between two looks, whoever comes next is not the look that reads
    return [this.#looked || !this.#stood || this.#since, this.#reading !== undefined];
  }

  sending(call: Carried): void {
    this.#learn();
    const around = {
      worlds: this.#worlds,
      object: this.#last,
      identity: this.#identity,
      approved: this.#approved,
      earlier: this.#calls,
    };
    const why = withoutIntent(call, around);
    if (why) this.#violated('intent', why);
    const { spec, metadata } = this.#last ?? {};
    const planned = spec?.managementPolicy === 'Plan' && metadata?.annotations?.[approval] === undefined;
    if (planned && (call.service === 'pve' || call.service === 'pbs') && call.effect === 'write')
      this.#violated('unapproved', `${call.action} that nobody approved`);
    this.#judgeClaim(call);
  }

  /** Nothing is written below a BackupTarget's bucket before the claim on it is ours. */
  #judgeClaim({ service, action }: Carried): void {
    const object = this.#last;
    if (service !== 'pbs' || action !== 'POST /config/datastore' || !object || isClaimed(this.#worlds, object)) return;
    this.#violated('exclusive', `${action} without the claim on the BackupTarget`);
  }

  sent(call: Carried): void {
    this.#calls.push(call);
    this.#follow(call);
    if (!call.applied) return;
    this.#learn();
    this.#judgeWorlds(call);
    if (call.action === 'patch pbsinstances/status') this.#judgeReady(`at call ${call.index}`);
  }

  end(): void {
    this.#judgeWorlds(undefined);
    this.#judgeBackups();
    this.#judgeReady('at the end');
    if (this.#scenario.ends !== 'gone') return;
    const left = leftOver(this.#worlds, this.#last);
    if (left.length > 0) this.#violated('left-over', left.join(', '));
  }

  /** A look of which anything is cut off has concluded nothing from the backups that it read; one that only cannot say so has. */
  #follow(call: Carried): void {
    const same = (other: Carried | undefined) => other?.process === call.process && other.look === call.look;
    const told = call.action === 'patch pbsinstances/status';
    if (this.#reading && (told || !same(this.#reading))) {
      this.#looked = true;
      this.#reading = undefined;
    }
    if (call.fault !== undefined && !told) {
      this.#cutOff = call;
      this.#reading = undefined;
      // what a look reads goes on side by side
    } else if (call.status === 200 && (call.path ?? '').endsWith('/snapshots') && !same(this.#cutOff))
      this.#reading = call;
  }

  #learn(): void {
    this.#last = pbsIn(this.#worlds) ?? this.#last;
    const { metadata } = this.#last ?? {};
    this.#approved ||= metadata?.annotations?.[approval] !== undefined;
    for (const secret of secretsOf(this.#worlds)) this.secrets.add(secret);
    const [made] = ourGuests(this.#worlds, metadata?.uid);
    if (made) this.#identity ??= { uuid: uuidOf(made), tags: made.config['tags'] ?? '' };
  }

  #violated(oracle: string, what: string): void {
    if (!this.violations.some((one) => one.oracle === oracle && one.what === what))
      this.violations.push({ oracle, what });
  }

  #judgeWorlds(call: Carried | undefined): void {
    // statuses change nothing outside
    if (call?.action.endsWith('/status')) return;
    const when = call?.action ?? 'the end';
    this.#judgeForeign(when);
    this.#judgeOurs(when);
    const lost = this.#last && keyLost(this.#worlds, this.#last);
    if (lost) this.#violated('secret-lost', `${lost} after ${when}`);
  }

  /** Whatever happened to the server, what was saved is there, where the datastore is to stay. */
  #judgeBackups(): void {
    if (this.#last?.spec.deletionPolicy === 'Delete' && this.#scenario.ends === 'gone') return;
    const now = new Set(backupsIn(this.#worlds, this.#last));
    const lost = this.#saved.filter((one) => !now.has(one));
    if (lost.length > 0) this.#violated('backups-lost', lost.slice(0, 3).join(', '));
  }

  #judgeForeign(when: string): void {
    if (this.#approved) return;
    const now = ofOthers(this.#worlds, this.#last);
    for (const [what, before] of this.#foreign)
      if (now.get(what) !== before) this.#violated('foreign', `${what} was changed by ${when}`);
  }

  /** Of restore tests. */
  #judgeCopies(uid: string, when: string): void {
    const copies = copiesOf(this.#worlds, uid);
    if (copies.length > 1) this.#violated('duplicate', `two copies of restore tests after ${when}`);
    if (copies.some(({ running }) => running)) this.#violated('intent', `a copy was started by ${when}`);
    if (copies.length > 0 && !this.#guarded) this.#violated('finalizer', `off while a copy is there (${when})`);
  }

  #judgeOurs(when: string): void {
    const object = this.#last;
    if (!object) return;
    const { uid } = object.metadata;
    const guests = ourGuests(this.#worlds, uid);
    if (guests.length > 1) this.#violated('duplicate', `two machines with our mark after ${when}`);
    this.#judgeCopies(uid, when);
    if (serversWith(this.#worlds, object.spec).length > 1)
      this.#violated('exclusive', `two servers on one bucket and prefix after ${when}`);
    const { pve } = this.#worlds.proxmox;
    const wired =
      pve.storages().some((entry) => isOurEntry(object, entry)) ||
      pve.jobs().some(({ options }) => marks(options, uid));
    if ((wired || (guests.length > 0 && !this.#released)) && !this.#guarded)
      this.#violated('finalizer', `off while something of ours exists (${when})`);
  }

  /** What is to stay stays with its mark taken off, or without an object. */
  get #released(): boolean {
    const { metadata, spec } = this.#last ?? {};
    return metadata?.deletionTimestamp !== undefined && spec?.deletionPolicy !== 'Delete';
  }

  get #guarded(): boolean {
    return pbsIn(this.#worlds)?.metadata.finalizers?.includes(finalizer) ?? false;
  }

  /** Whoever did not look for so long has not looked. */
  get #may(): boolean {
    return this.#stood && !this.#looked && this.#worlds.clock.now() - this.#since <= patienceMs;
  }

  /** Ready is claimed: then every guest that shall be saved has a backup that is young enough and not empty. */
  #judgeReady(when: string): void {
    if (this.#may) return;
    const object = pbsIn(this.#worlds);
    if (!object || object.status?.observedGeneration !== object.metadata.generation || !isReady(object)) return;
    const missed = objectiveMissed(this.#worlds, object);
    if (missed) this.#violated('ready', `claimed ${when}: ${missed}`);
  }
}
