// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Programs that use the Secret are never refused: neither one that reads it now, nor one that read it up to the overlap ago. Looked at with
 * every call, in the world as it is then; when the Secret gets another key, that one is tried, with the SDK alone.
 */
import type { Carried } from '../network.ts';
import type { Violation } from '../script.ts';
import { account, type Worlds } from '../worlds.ts';
import { decoded, whyNot } from './canary.ts';
import type { OwnedSecret, Target } from './picture.ts';

const hourMs = 3_600_000;

interface Read {
  readonly key: string;
  /** When the Secret no longer had it. */
  readonly until: number;
}

export interface Reading {
  readonly target: Target | undefined;
  readonly secret: OwnedSecret | undefined;
  readonly lagMs: number;
}

export class Consumers {
  readonly #worlds: Worlds;
  /** Which Secret: one that somebody deleted takes its promises with it. */
  #uid: string | undefined;
  #key = '';
  #before: readonly Read[] = [];

  constructor(worlds: Worlds, from?: Consumers) {
    this.#worlds = worlds;
    if (!from) return;
    this.#uid = from.#uid;
    this.#key = from.#key;
    this.#before = from.#before;
  }

  over(worlds: Worlds): Consumers {
    return new Consumers(worlds, this);
  }

  /** All that it will judge by. */
  get knowledge(): unknown {
    return [this.#uid, this.#key, this.#before];
  }

  /** Right before the world sees it. */
  sending(call: Carried): Violation[] {
    const id = call.parameters['AccessKeyId'];
    const wasRead = this.#before.some(({ key }) => key === id);
    if (call.action !== 'DeleteAccessKey' || !wasRead || this.#statusOf(id ?? '') !== 'Active') return [];
    return [{ oracle: 'consumers', what: 'a key that programs have read is deleted while it is active' }];
  }

  async sent({ target, secret, lagMs }: Reading): Promise<Violation[]> {
    const { metadata, spec } = target ?? {};
    if (!metadata || !spec || metadata.deletionTimestamp !== undefined || !secret) {
      this.#forget();
      return [];
    }
    const found = await this.#follow(secret, { prefix: spec.user.prefix, lagMs });
    const now = this.#worlds.clock.now();
    const promised = (spec.accessKey.rotationOverlapHours ?? 0) * hourMs;
    this.#before = this.#before.filter(({ key, until }) => now - until < promised || this.#statusOf(key) !== undefined);
    const late = this.#before.filter(({ key, until }) => now - until < promised && this.#statusOf(key) !== 'Active');
    return [
      ...found,
      ...(this.#key !== '' && this.#statusOf(this.#key) !== 'Active' ? [refused('reads the Secret now')] : []),
      ...(late.length > 0 ? [refused('read the Secret less than the overlap ago')] : []),
    ];
  }

  async #follow(secret: OwnedSecret, spot: { prefix: string; lagMs: number }): Promise<Violation[]> {
    const key = decoded(secret, 'accessKeyID');
    const { uid } = secret.metadata;
    if (uid !== this.#uid) this.#forget();
    const replaced = this.#key !== '' && key !== this.#key;
    if (replaced) this.#before = [...this.#before, { key: this.#key, until: this.#worlds.clock.now() }];
    this.#uid = uid;
    this.#key = key;
    const why = replaced && key !== '' ? await whyNot(this.#worlds, secret, spot) : undefined;
    return why ? [{ oracle: 'consumers', what: `the Secret got a key that does not work: ${why}` }] : [];
  }

  #forget(): void {
    this.#uid = undefined;
    this.#key = '';
    this.#before = [];
  }

  #statusOf(id: string): string | undefined {
    const users = this.#worlds.aws.account(account).users();
    return users.flatMap(({ keys }) => keys).find((key) => key.id === id)?.status;
  }
}

function refused(who: string): Violation {
  return { oracle: 'consumers', what: `the key of a program that ${who} does not work` };
}
