// SPDX-License-Identifier: GPL-3.0-or-later
import { ownerTag, type Tags } from '../../../core/owner-mark.ts';
import { codeOf } from '../errors.ts';
import { RecentlyMade, type Made } from './recently-made.ts';
import type { AwsSession } from '../session.ts';
import type { AgeLimit } from '../iam/users.ts';

interface Thing {
  readonly id: string;
  readonly tags: Tags;
}

/** What bears a mark of this operator, of one sort, in one account and region: one look serves all objects, and what was made a moment ago stands in until it shows. */
export class MarkedThings<T extends Thing> {
  readonly #session: AwsSession;
  readonly #look: string;
  readonly #list: () => Promise<readonly T[]>;
  readonly #made: RecentlyMade<T>;

  /** @param list All that have the tag. */
  constructor(session: AwsSession, sort: string, list: () => Promise<readonly T[]>) {
    const { memory, clock } = session;
    this.#session = session;
    this.#look = `ec2/${sort}`;
    this.#list = list;
    this.#made = memory.get(
      `ec2/made/${sort}`,
      (saved) => new RecentlyMade(clock, saved as readonly Made<T>[] | undefined),
    );
  }

  /** Of one object, sorted by id. */
  async of(uid: string, { maxAgeMs }: AgeLimit): Promise<readonly T[]> {
    const { looks } = this.#session;
    if (this.#made.expire()) looks.drop(this.#look);
    const found = await looks.get(this.#look, maxAgeMs, this.#list);
    const mine = this.#made.besides(found).filter(({ tags }) => tags[ownerTag] === uid);
    return mine.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  remember(thing: T): void {
    this.#made.remember(thing);
  }

  /** Sends a write to one, and forgets what it may have changed; what AWS does not find yet goes on standing in. */
  async write<Answer>(id: string | undefined, send: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await send();
      this.forget(id);
      return answer;
    } catch (error) {
      this.forget(codeOf(error)?.endsWith('NotFound') ? undefined : id);
      throw error;
    }
  }

  /** After a write to it. */
  forget(id?: string): void {
    if (id !== undefined) this.#made.forget(id);
    this.#session.looks.drop(this.#look);
  }
}

/** For `Describe…`: whatever has the tag. */
export const markedFilter = { Name: 'tag-key', Values: [ownerTag] };
