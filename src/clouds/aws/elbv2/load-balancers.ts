// SPDX-License-Identifier: GPL-3.0-or-later
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Tags } from '../../../core/owner-mark.ts';
import type { Scope } from '../../../core/scope.ts';
import { codeOf } from '../errors.ts';
import { listenerOf, loadBalancerOf, targetGroupOf, targetOf } from './load-balancer-readings.ts';
import type { Listener, LoadBalancer, Marked, Target, TargetGroup } from './load-balancer.ts';
import { read, type AwsRequest } from '../request.ts';
import type { AwsSession } from '../session.ts';
import { fromTagList } from '../tags.ts';
import type { AgeLimit } from '../iam/users.ts';

const prefix = 'elb/';
const looks = { balancers: `${prefix}load-balancers`, groups: `${prefix}target-groups` } as const;
/** API reference, DescribeLoadBalancers: at most 400 a page. */
const perPage = 400;

/**
 * Application and network load balancers of one account and region. Two shared lists serve any number of objects; tags, which they do not have, are
 * asked for what is asked for by name.
 */
export class LoadBalancers {
  readonly #session: AwsSession;
  readonly #scope: Scope;

  constructor(session: AwsSession, scope: Scope) {
    this.#session = session;
    this.#scope = scope;
  }

  /** By its name, which is unique in an account and region; whoever's. */
  async named(name: string, age: AgeLimit): Promise<LoadBalancer | undefined> {
    return (await this.#balancers(age)).find((one) => one.name === name);
  }

  /** The same, with its tags. */
  async marked(name: string, age: AgeLimit): Promise<Marked<LoadBalancer> | undefined> {
    return this.#withTags(await this.named(name, age), age);
  }

  async targetGroup(name: string, age: AgeLimit): Promise<Marked<TargetGroup> | undefined> {
    const all = await this.#session.looks.get(looks.groups, age.maxAgeMs, () => this.#listGroups());
    return this.#withTags(
      all.find((one) => one.name === name),
      age,
    );
  }

  /** Asked anew, with its tags: for what destroys. */
  async fresh(arn: string): Promise<Marked<object> | undefined> {
    const tags = await this.#tagsOf(arn);
    return tags && { tags };
  }

  /** Of one load balancer, by port. None when the load balancer is gone. */
  async listeners(balancer: string, { maxAgeMs }: AgeLimit): Promise<readonly Listener[]> {
    const key = `${prefix}listeners/${balancer}`;
    const found = await this.#session.looks.get(key, maxAgeMs, () => this.#listListeners(balancer));
    return found.toSorted((a, b) => a.port - b.port);
  }

  /** The marks of listeners, which go with their load balancer and are asked for only where that stays. */
  async listenerTags(arns: readonly string[]): Promise<readonly (readonly [arn: string, Tags])[]> {
    const found = await Promise.all(arns.map(async (arn) => [arn, (await this.#tagsOf(arn)) ?? {}] as const));
    return found;
  }

  /** What a group sends to, sorted by id. None when the group is gone. */
  async targets(group: string, { maxAgeMs }: AgeLimit): Promise<readonly Target[]> {
    const key = `${prefix}targets/${group}`;
    const found = await this.#session.looks.get(key, maxAgeMs, () => this.#listTargets(group));
    return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Sends a write and forgets what it may have changed: whatever was known of load balancers here. */
  async write(request: AwsRequest): Promise<void> {
    try {
      await this.#session.send(request, this.#scope);
    } finally {
      this.#session.looks.dropAll(prefix);
    }
  }

  async #balancers({ maxAgeMs }: AgeLimit): Promise<readonly LoadBalancer[]> {
    return this.#session.looks.get(looks.balancers, maxAgeMs, () => this.#listBalancers());
  }

  async #withTags<T extends { readonly arn: string }>(
    thing: T | undefined,
    { maxAgeMs }: AgeLimit,
  ): Promise<Marked<T> | undefined> {
    if (!thing) return undefined;
    const { arn } = thing;
    const tags = await this.#session.looks.get(`${prefix}tags/${arn}`, maxAgeMs, () => this.#tagsOf(arn));
    // without: gone since the list, or so new that it shows to one question and not to the other
    return { ...thing, tags: tags ?? {} };
  }

  async #listBalancers(): Promise<readonly LoadBalancer[]> {
    const found: LoadBalancer[] = [];
    let marker: string | undefined;
    do {
      const page: Elb.DescribeLoadBalancersCommandOutput = await this.#session.send(
        read('elasticloadbalancing', 'DescribeLoadBalancers', {
          PageSize: perPage,
          ...(marker === undefined ? {} : { Marker: marker }),
        }),
      );
      found.push(...(page.LoadBalancers ?? []).map(loadBalancerOf));
      marker = page.NextMarker || undefined;
    } while (marker !== undefined);
    return found;
  }

  async #listGroups(): Promise<readonly TargetGroup[]> {
    const found: TargetGroup[] = [];
    let marker: string | undefined;
    do {
      const page: Elb.DescribeTargetGroupsCommandOutput = await this.#session.send(
        read('elasticloadbalancing', 'DescribeTargetGroups', {
          PageSize: perPage,
          ...(marker === undefined ? {} : { Marker: marker }),
        }),
      );
      found.push(...(page.TargetGroups ?? []).map(targetGroupOf));
      marker = page.NextMarker || undefined;
    } while (marker !== undefined);
    return found;
  }

  /** A load balancer has at most 50 listeners, one page. */
  async #listListeners(balancer: string): Promise<readonly Listener[]> {
    const input = { LoadBalancerArn: balancer, PageSize: perPage };
    const found = await this.#orNone<Elb.DescribeListenersCommandOutput>('DescribeListeners', input);
    return (found?.Listeners ?? []).map(listenerOf);
  }

  async #listTargets(group: string): Promise<readonly Target[]> {
    const input = { TargetGroupArn: group };
    const found = await this.#orNone<Elb.DescribeTargetHealthCommandOutput>('DescribeTargetHealth', input);
    return (found?.TargetHealthDescriptions ?? []).map(targetOf);
  }

  /** @returns undefined when it is gone, or does not show yet. */
  async #tagsOf(arn: string): Promise<Tags | undefined> {
    const answer = await this.#orNone<Elb.DescribeTagsCommandOutput>('DescribeTags', { ResourceArns: [arn] });
    const [found] = answer?.TagDescriptions ?? [];
    return found && fromTagList(found.Tags);
  }

  async #orNone<Output>(action: string, input: Readonly<Record<string, unknown>>): Promise<Output | undefined> {
    try {
      return await this.#session.send<Output>(read('elasticloadbalancing', action, input), this.#scope);
    } catch (error) {
      if (/^(LoadBalancer|TargetGroup|Listener)NotFound(Exception)?$/.test(codeOf(error) ?? '')) return undefined;
      throw error;
    }
  }
}
