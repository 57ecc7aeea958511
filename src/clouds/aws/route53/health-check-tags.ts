// SPDX-License-Identifier: GPL-3.0-or-later
import type * as Route53 from '@aws-sdk/client-route-53';
import type { Tags } from '../../../core/owner-mark.ts';
import { codeOf } from '../errors.ts';
import { read } from '../request.ts';
import type { AwsSession } from '../session.ts';
import type { Remembering } from '../session-memory.ts';
import { fromTagList } from '../tags.ts';

/** API reference, ListTagsForResources: up to ten a call. */
const most = 10;

/** A list of health checks has no tags in it, and they change by people's hands only: read once, they hold for this long. */
const tagsAgeMs = 3_600_000;

interface Known {
  readonly at: number;
  /** `undefined`: there is no such check any more. */
  readonly tags: Promise<Tags | undefined>;
}

export type SavedTags = readonly (readonly [string, Known])[];

/** Tags of health checks, of all objects of an account: who asks for some has others', that are due as well, asked along. */
export class HealthCheckTags implements Remembering {
  readonly #session: AwsSession;
  readonly #known: Map<string, Known>;

  constructor(session: AwsSession, saved?: SavedTags) {
    this.#session = session;
    this.#known = new Map(saved);
  }

  save(): SavedTags {
    return [...this.#known];
  }

  /** @param others That are asked along where a call has room. */
  async of(ids: readonly string[], others: readonly string[]): Promise<ReadonlyMap<string, Tags | undefined>> {
    const due = ids.filter((id) => this.#isDue(id));
    const room = (most - (due.length % most)) % most;
    const along = others.filter((id) => !due.includes(id) && this.#isDue(id)).slice(0, room);
    const asked = [...due, ...along];
    for (let at = 0; at < asked.length; at += most) this.#ask(asked.slice(at, at + most));
    const read = ids.map(async (id) => [id, await this.#known.get(id)?.tags] as const);
    return new Map(await Promise.all(read));
  }

  /** A check that was made this moment: tags cannot be given along. */
  none(id: string): void {
    this.#known.set(id, { at: this.#session.clock.monotonic(), tags: Promise.resolve({}) });
  }

  /** They were written, or the check is gone. */
  forget(id: string): void {
    this.#known.delete(id);
  }

  #isDue(id: string): boolean {
    const known = this.#known.get(id);
    return known === undefined || this.#session.clock.monotonic() - known.at > tagsAgeMs;
  }

  #ask(ids: readonly string[]): void {
    const answer = this.#read(ids);
    const at = this.#session.clock.monotonic();
    for (const id of ids) {
      const known = { at, tags: answer.then((tags) => tags.get(id)) };
      this.#known.set(id, known);
      const drop = (): void => {
        if (this.#known.get(id) === known) this.#known.delete(id);
      };
      // one that is listed and has no tags to be read was made or deleted just now: that is over soon
      known.tags.then((tags) => tags === undefined && drop(), drop);
    }
  }

  /** One that is gone fails the call for all of them: then each is asked for by itself. */
  async #read(ids: readonly string[]): Promise<ReadonlyMap<string, Tags>> {
    try {
      const { ResourceTagSets: sets = [] } = await this.#session.send<Route53.ListTagsForResourcesCommandOutput>(
        read('route53', 'ListTagsForResources', { ResourceType: 'healthcheck', ResourceIds: [...ids] }),
      );
      return new Map(sets.map(({ ResourceId = '', Tags: tags }) => [ResourceId, fromTagList(tags)]));
    } catch (error) {
      if (codeOf(error) !== 'NoSuchHealthCheck') throw error;
      if (ids.length === 1) return new Map();
      const each = await Promise.all(ids.map((id) => this.#read([id])));
      return new Map(each.flatMap((tags) => [...tags]));
    }
  }
}
