// SPDX-License-Identifier: GPL-3.0-or-later
/** Judges a BackupTarget's run, call by call, by what the worlds really hold. docs/proof.md defines each oracle. */
import type { Carried } from '../network.ts';
import type { Judge, Scenario, Violation } from '../script.ts';
import { account, type Worlds } from '../worlds.ts';
import { decoded, whyNot } from './canary.ts';
import { Consumers } from './consumers.ts';
import { readsOf, withoutIntent } from './intent.ts';
import { bucketPicture, secretsIn, targetIn, userPicture, type OwnedSecret, type Target } from './picture.ts';

const finalizer = 'hybridcloud.dev/finalizer';
const ownerTag = 'hybridcloud.dev/owner';
/** A look more than the validation's interval: a change that nobody told of is found by then. */
const oneLookMs = 60_000;
const approval = 'hybridcloud.dev/approve';

export class BackupTargetJudge implements Judge {
  readonly violations: Violation[] = [];
  readonly secrets = new Set<string>();
  readonly #worlds: Worlds;
  readonly #scenario: Scenario;
  readonly #lagMs: number;
  readonly #calls: Carried[] = [];
  /** What belonged to others when the run began, byte for byte. */
  readonly #foreign: ReadonlyMap<string, string>;
  /** Keys that are nobody's business but their makers', whoever owns the user now. */
  readonly #foreignKeys: Set<string>;
  #uid: string | undefined;
  /** A person has approved something. */
  #approved = false;
  #actedAt = Number.NEGATIVE_INFINITY;
  #last: Target | undefined;
  readonly #consumers: Consumers;
  /** When a validation succeeded last, by the status. */
  #provenAt = 0;
  /** The same, when a person acted last. */
  #provenBefore = 0;

  constructor(worlds: Worlds, scenario: Scenario, lagMs: number, from?: BackupTargetJudge) {
    this.#worlds = worlds;
    this.#scenario = scenario;
    this.#lagMs = lagMs;
    this.#consumers = from ? from.#consumers.over(worlds) : new Consumers(worlds);
    if (from) {
      this.#foreign = from.#foreign;
      this.#foreignKeys = new Set(from.#foreignKeys);
      this.#calls.push(...from.#calls);
      this.#uid = from.#uid;
      this.#approved = from.#approved;
      this.#actedAt = from.#actedAt;
      this.#last = from.#last;
      this.#provenAt = from.#provenAt;
      this.#provenBefore = from.#provenBefore;
      for (const secret of from.secrets) this.secrets.add(secret);
      return;
    }
    this.#foreign = new Map(this.#others());
    this.#foreignKeys = new Set(this.#keysOfStrangers());
    this.#learn();
  }

  over(worlds: Worlds): BackupTargetJudge {
    return new BackupTargetJudge(worlds, this.#scenario, this.#lagMs, this);
  }

  knowledge(process: number): unknown {
    const fresh = readsOf(process, this.#calls);
    const proven = this.#provenAt > 0 && this.#provenAt === this.#provenBefore && [this.#provenAt, this.#actedAt];
    const known = [this.#uid, this.#approved, [...this.#foreignKeys], proven, this.#last, fresh, [...this.secrets]];
    return [known, this.#consumers.knowledge];
  }

  acted(): void {
    const target = targetIn(this.#worlds);
    if (target) this.#learnProof(target);
    this.#actedAt = this.#worlds.clock.now();
    this.#provenBefore = this.#provenAt;
    for (const key of this.#keysOfStrangers()) this.#foreignKeys.add(key);
    this.#learn();
  }

  sending(call: Carried): void {
    this.#learn();
    this.#judgeIntent(call);
    this.#judgeApproval(call);
    this.violations.push(...this.#consumers.sending(call));
    if (call.action !== 'CreateAccessKey') return;
    const user = this.#account.users().find(({ name }) => name === call.parameters['UserName']);
    if ((user?.keys.length ?? 0) >= 2) this.#violated('three-keys', 'a third key was asked for');
  }

  async sent(call: Carried): Promise<void> {
    this.#calls.push(call);
    if (!call.applied) return this.#judgeConsumers();
    this.#learn();
    await this.#judgeConsumers();
    this.#judgeWorlds(call);
    if (call.action === 'patch backuptargets/status') await this.#judgeReady(call);
  }

  async #judgeConsumers(): Promise<void> {
    const target = targetIn(this.#worlds);
    const secret = target && this.#secretOf(target);
    for (const { oracle, what } of await this.#consumers.sent({ target, secret, lagMs: this.#lagMs }))
      this.#violated(oracle, what);
  }

  async end(): Promise<void> {
    this.#judgeWorlds(undefined);
    const target = targetIn(this.#worlds);
    if (this.#scenario.ends === 'gone') return this.#judgeAbsence(target);
    if (this.#scenario.ends !== 'Ready' || !target) return;
    const secret = this.#secretOf(target);
    const why = await whyNot(this.#worlds, secret, { prefix: target.spec.user.prefix, lagMs: this.#lagMs });
    if (why) this.#violated('secret-lost', `the credentials in the Secret do not work: ${why}`);
    const keys = this.#account.users().find(({ name }) => name === target.spec.user.name)?.keys ?? [];
    const unread = keys.filter(
      ({ id, status }) => status === 'Active' && id !== decoded(secret, 'accessKeyID') && !this.#foreignKeys.has(id),
    );
    const ours = keys.filter(({ id }) => !this.#foreignKeys.has(id));
    if (ours.length > 1) this.#violated('consumers', `${ours.length} keys at rest`);
    if (unread.length > 0) this.#violated('secret-lost', `${unread.length} active keys at rest that no Secret holds`);
  }

  get #account() {
    return this.#worlds.aws.account(account);
  }

  #keysOfStrangers(): string[] {
    const strangers = this.#account.users().filter(({ tags }) => tags[ownerTag] === undefined);
    return strangers.flatMap(({ keys }) => keys.map(({ id }) => id));
  }

  #violated(oracle: string, what: string): void {
    if (!this.violations.some((one) => one.oracle === oracle && one.what === what))
      this.violations.push({ oracle, what });
  }

  #learn(): void {
    this.#last = targetIn(this.#worlds) ?? this.#last;
    this.#uid = this.#last?.metadata.uid ?? this.#uid;
    this.#approved ||= this.#last?.metadata.annotations?.[approval] !== undefined;
    this.secrets.add(this.#account.rootKey.secretAccessKey);
    for (const user of this.#account.users()) for (const key of user.keys) this.secrets.add(key.secret);
  }

  #secretOf(target: Target): OwnedSecret | undefined {
    return secretsIn(this.#worlds).find(({ metadata }) => metadata.name === target.spec.accessKey.secretRef.name);
  }

  /** Buckets and users without our mark that nobody gave us by annotation, and Secrets that are not owned by our object. */
  #others(): (readonly [string, string])[] {
    const target = targetIn(this.#worlds);
    const adopted = new Set((target?.metadata.annotations?.['hybridcloud.dev/adopt'] ?? '').split(','));
    const bytes = (value: unknown) => JSON.stringify(value);
    const { buckets, users } = this.#account;
    return [
      ...buckets()
        .filter(({ name, tags }) => !tags.some(([key]) => key === ownerTag) && !adopted.has(name))
        .map((bucket) => [`bucket ${bucket.name}`, bytes(bucketPicture(bucket))] as const),
      ...users()
        .filter(({ name, tags }) => tags[ownerTag] === undefined && !adopted.has(name))
        .map((user) => [`user ${user.name}`, bytes([userPicture(user), user.keys])] as const),
      ...secretsIn(this.#worlds)
        .filter(({ metadata }) => !metadata.ownerReferences?.length)
        .map((secret) => [`secret ${secret.metadata.name}`, bytes(secret)] as const),
    ];
  }

  #judgeIntent(call: Carried): void {
    const { worlds, target, secret } = {
      worlds: this.#worlds,
      target: this.#last,
      secret: this.#last && this.#secretOf(this.#last),
    };
    if (call.action === 'DeleteAccessKey' && this.#foreignKeys.has(call.parameters['AccessKeyId'] ?? ''))
      this.#violated('foreign', 'a key that was there before us is deleted');
    const why = withoutIntent(call, { worlds, target, secret, earlier: this.#calls });
    if (why) this.#violated('intent', why);
  }

  #judgeWorlds(call: Carried | undefined): void {
    this.#judgeOurs(call?.action ?? 'the end');
    // of Kubernetes' objects only Secrets can be others'
    if (call?.service === 'kubernetes' && !call.action.includes(' secrets')) return;
    const now = new Map(this.#others());
    for (const [what, before] of this.#foreign)
      if (now.get(what) !== before && !this.#adopted(what))
        this.#violated('foreign', `${what} was changed by ${call?.action ?? 'somebody'}`);
  }

  #judgeOurs(when: string): void {
    const { buckets, users } = this.#account;
    const ourBuckets = buckets().filter(({ tags }) => tags.some(([key, uid]) => key === ownerTag && uid === this.#uid));
    const ourUsers = users().filter(({ tags }) => tags[ownerTag] === this.#uid);
    if (ourBuckets.length > 1 || ourUsers.length > 1) this.#violated('duplicate', 'two things of a kind with our mark');
    if (ourBuckets.length + ourUsers.length > 0 && !this.#guarded())
      this.#violated('finalizer', `off while something of ours exists (${when})`);
  }

  #guarded(): boolean {
    const { metadata } = targetIn(this.#worlds) ?? {};
    return metadata?.uid === this.#uid && (metadata?.finalizers?.includes(finalizer) ?? false);
  }

  #adopted(what: string): boolean {
    const named = (this.#last?.metadata.annotations?.['hybridcloud.dev/adopt'] ?? '').split(',');
    return this.#approved && named.includes(what.split(' ')[1] ?? '');
  }

  /** Under managementPolicy Plan nothing is sent that could change something, while nobody says that anything may be. */
  #judgeApproval({ service, effect, action }: Carried): void {
    const { metadata, spec } = this.#last ?? {};
    if (spec?.managementPolicy !== 'Plan' || service === 'kubernetes' || effect !== 'write') return;
    if (!metadata?.annotations?.[approval]) this.#violated('unapproved', `${action} that nobody approved`);
  }

  /** Ready is claimed: then a user's canary works, unless a person broke something a moment ago and the next validation is not due. */
  async #judgeReady(call: Carried): Promise<void> {
    const target = targetIn(this.#worlds);
    const claimed = target?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    if (!target || !claimed) return;
    this.#learnProof(target);
    if (this.#brokenJustNow(target)) return;
    const spot = { prefix: target.spec.user.prefix, lagMs: this.#lagMs };
    const why = await whyNot(this.#worlds, this.#secretOf(target), spot);
    if (why) this.#violated('ready', `claimed at call ${call.index} while the credentials do not work: ${why}`);
  }

  #learnProof({ status }: Target): void {
    const { validation } = status ?? {};
    if (validation?.outcome === 'Succeeded') this.#provenAt = Date.parse(validation.lastTime) || 0;
  }

  /** It was proven before a person broke it, not since, and is not due again. */
  #brokenJustNow({ spec }: Target): boolean {
    const fresh = this.#worlds.clock.now() - this.#actedAt <= spec.validation.intervalSeconds * 1000 + oneLookMs;
    return this.#provenAt > 0 && this.#provenAt === this.#provenBefore && fresh;
  }

  #judgeAbsence(target: Target | undefined): void {
    const { buckets, users } = this.#account;
    const { spec } = this.#last ?? {};
    if (!spec) return;
    const left = [
      ...(target ? ['the object'] : []),
      ...users()
        .filter(({ tags }) => tags[ownerTag] === this.#uid)
        .map(({ name }) => `user ${name}`),
      ...buckets()
        .filter(
          ({ name, tags }) =>
            tags.some(([key]) => key === ownerTag) || (spec.deletionPolicy === 'Delete' && name === spec.bucket.name),
        )
        .map(({ name }) => `bucket ${name}`),
      ...secretsIn(this.#worlds)
        .filter(({ metadata }) => metadata.name === spec.accessKey.secretRef.name)
        .map(() => 'the Secret'),
    ];
    if (left.length > 0) this.#violated('left-over', left.join(', '));
  }
}
