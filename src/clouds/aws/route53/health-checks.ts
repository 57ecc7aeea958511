// SPDX-License-Identifier: GPL-3.0-or-later
import type * as Route53 from '@aws-sdk/client-route-53';
import { Failure } from '../../../core/failure.ts';
import { ownershipOf, type Owner } from '../../../core/owner-mark.ts';
import type { Scope } from '../../../core/scope.ts';
import { codeOf } from '../errors.ts';
import { BurntReferences, type SavedReferences } from './burnt-references.ts';
import type { HealthCheck, HealthStatus, HealthTold } from './health-check.ts';
import { healthCheckOf } from './health-check-readings.ts';
import { isReferenceFor, nextReference, uidInReference } from './health-check-reference.ts';
import { HealthCheckTags, type SavedTags } from './health-check-tags.ts';
import { HealthStatuses, type SavedStatuses } from './health-statuses.ts';
import { RecentlyMade, type Made } from '../ec2/recently-made.ts';
import { read, type AwsRequest } from '../request.ts';
import { deleteHealthCheck } from './requests.ts';
import type { AwsSession } from '../session.ts';
import { fromTagList } from '../tags.ts';
import type { AgeLimit } from '../iam/users.ts';

const checksLook = 'route53/health-checks';
/** API reference, ListHealthChecks: 100 by default, 1,000 at most. */
const perPage = 1000;
/** Four seconds of an account's requests. */
const mostReferences = 20;

/** Health checks of an account. One list serves all objects; tags, which it does not have, are read ten at a time and kept for an hour. */
export class HealthChecks {
  readonly #session: AwsSession;
  readonly #scope: Scope;
  readonly #made: RecentlyMade<HealthCheck>;
  readonly #tags: HealthCheckTags;
  readonly #statuses: HealthStatuses;
  readonly #burnt: BurntReferences;

  constructor(session: AwsSession, scope: Scope) {
    const { memory, clock } = session;
    this.#session = session;
    this.#scope = scope;
    this.#made = memory.get(
      'route53/made/health-checks',
      (saved) => new RecentlyMade(clock, saved as readonly Made<HealthCheck>[] | undefined),
    );
    this.#tags = memory.get(
      'route53/health-check-tags',
      (saved) => new HealthCheckTags(session, saved as SavedTags | undefined),
    );
    this.#statuses = memory.get(
      'route53/health-statuses',
      (saved) => new HealthStatuses(session, saved as SavedStatuses | undefined),
    );
    this.#burnt = memory.get(
      'route53/burnt-references',
      (saved) => new BurntReferences(saved as SavedReferences | undefined),
    );
  }

  /** What an object made, by reference, and those of the given ids whosever, with their tags: what it adopted, or what its records use. */
  async of(uid: string, ids: readonly string[], age: AgeLimit): Promise<readonly HealthCheck[]> {
    const all = await this.#all(age);
    const wanted = new Set(ids);
    const found = all.filter(({ id, reference }) => wanted.has(id) || uidInReference(reference) === uid);
    const marked = all.filter(({ reference }) => uidInReference(reference) !== undefined).map(({ id }) => id);
    const tags = await this.#tags.of(
      found.map(({ id }) => id),
      marked,
    );
    return found.flatMap((check) => {
      const its = tags.get(check.id);
      // without any: deleted since the list, or so new that it shows to one question and not to the other
      return its === undefined && !this.#made.has(check.id) ? [] : [{ ...check, tags: its ?? {} }];
    });
  }

  /** How an endpoint is; `undefined` for a check of another kind, whose status follows from other things. */
  async status(check: HealthCheck, age: AgeLimit, before?: HealthTold): Promise<HealthStatus | undefined> {
    return this.#statuses.of(check, age, before);
  }

  /** This process made it a moment ago, for that object. */
  isNew(id: string, uid: string): boolean {
    return this.#made.besides([]).some((one) => one.id === id && uidInReference(one.reference) === uid);
  }

  /** One, whoever's, asked anew: for what is named by the user, and for what destroys. */
  async fresh(id: string): Promise<HealthCheck | undefined> {
    try {
      const { HealthCheck: found } = await this.#session.send<Route53.GetHealthCheckCommandOutput>(
        read('route53', 'GetHealthCheck', { HealthCheckId: id }),
        this.#scope,
      );
      const { ResourceTagSet } = await this.#session.send<Route53.ListTagsForResourceCommandOutput>(
        read('route53', 'ListTagsForResource', { ResourceType: 'healthcheck', ResourceId: id }),
        this.#scope,
      );
      return found && { ...healthCheckOf(found), tags: fromTagList(ResourceTagSet?.Tags) };
    } catch (error) {
      if (codeOf(error) === 'NoSuchHealthCheck') return undefined;
      throw error;
    }
  }

  /**
   * Makes a check, or finds the one that was made with its reference before and then changed. Where the reference is that of a check which
   * is gone, AWS refuses it for days: then with the first one for the same that it does not refuse.
   * @param request Of `createHealthCheck`.
   */
  async make(request: AwsRequest): Promise<HealthCheck> {
    const { CallerReference: wanted = '' } = request.input as Partial<Route53.CreateHealthCheckCommandInput>;
    for (let refused = 0; refused < mostReferences; refused += 1) {
      const burnt = this.#burnt.of(wanted);
      const CallerReference = nextReference(wanted, burnt);
      try {
        return await this.#create({ ...request, input: { ...request.input, CallerReference } });
      } catch (error) {
        if (codeOf(error) !== 'HealthCheckAlreadyExists') throw error;
      }
      const known = refused === 0 && (await this.#madeWith(wanted));
      if (known) return known;
      this.#burnt.note(wanted, burnt + 1);
    }
    throw new Failure({
      class: 'Transient',
      reason: 'Conflict',
      message: `Route 53 refuses ${mostReferences} references that health checks had which are gone (${wanted}); the next ones are tried`,
    });
  }

  /** Sends a write to a check that is there, and forgets what it may have changed. */
  async write(request: AwsRequest): Promise<void> {
    const { HealthCheckId, ResourceId } = request.input;
    const id = String(HealthCheckId ?? ResourceId);
    try {
      await this.#session.send(request, this.#scope);
    } finally {
      this.#tags.forget(id);
      // the list has no tags
      if (HealthCheckId !== undefined) this.#session.looks.drop(checksLook);
    }
  }

  /**
   * Deletes a check that bears the mark, or has none yet and was made by the object; looks first.
   * @throws Failure `Conflict` when it is somebody else's.
   */
  async delete(id: string, owner: Owner): Promise<void> {
    const check = await this.fresh(id);
    // one that was made a moment ago may not show yet, and is there
    if (!check && !this.isNew(id, owner.uid)) return this.#forget(id);
    const ownership = ownershipOf(check?.tags ?? {}, owner);
    if (check && ownership !== 'mine' && !(ownership === 'nobodys' && uidInReference(check.reference) === owner.uid))
      throw new Failure({
        class: 'Transient',
        reason: 'Conflict',
        applied: 'no',
        message: `Health check ${id} does not carry our mark any more; it was not touched`,
      });
    try {
      await this.write(deleteHealthCheck(id));
    } catch (error) {
      if (codeOf(error) !== 'NoSuchHealthCheck') throw error;
      if (!check)
        throw new Failure({
          class: 'Transient',
          reason: 'NotVisibleYet',
          applied: 'no',
          message: `Route 53 does not find the health check ${id}, which was made a moment ago and shows soon`,
        });
    }
    this.#forget(id);
  }

  #forget(id: string): void {
    this.#made.forget(id);
    this.#tags.forget(id);
    this.#session.looks.drop(checksLook);
  }

  async #madeWith(reference: string): Promise<HealthCheck | undefined> {
    const all = await this.#all({ maxAgeMs: 0 });
    return all.find((check) => isReferenceFor(check.reference, reference));
  }

  async #create(request: AwsRequest): Promise<HealthCheck> {
    try {
      const { HealthCheck: made } = await this.#session.send<Route53.CreateHealthCheckCommandOutput>(
        request,
        this.#scope,
      );
      const check = healthCheckOf(
        made ?? { Id: '', CallerReference: '', HealthCheckConfig: undefined, HealthCheckVersion: 1 },
      );
      // it stands in until the list has it: in a burst the list is not asked anew for each
      this.#made.remember(check);
      this.#tags.none(check.id);
      return check;
    } catch (error) {
      this.#session.looks.drop(checksLook);
      throw error;
    }
  }

  async #all({ maxAgeMs }: AgeLimit): Promise<readonly HealthCheck[]> {
    const { looks } = this.#session;
    if (this.#made.expire()) looks.drop(checksLook);
    return this.#made.besides(await looks.get(checksLook, maxAgeMs, () => this.#list()));
  }

  /** No scope: the answer is for every object of the account. */
  async #list(): Promise<readonly HealthCheck[]> {
    const found: HealthCheck[] = [];
    let marker: string | undefined;
    do {
      const page: Route53.ListHealthChecksCommandOutput = await this.#session.send(
        read('route53', 'ListHealthChecks', { MaxItems: perPage, ...(marker === undefined ? {} : { Marker: marker }) }),
      );
      found.push(...(page.HealthChecks ?? []).map(healthCheckOf));
      marker = page.IsTruncated ? page.NextMarker : undefined;
    } while (marker !== undefined);
    return found;
  }
}
