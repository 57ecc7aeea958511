// SPDX-License-Identifier: GPL-3.0-or-later
import type * as EC2 from '@aws-sdk/client-ec2';
import type { Scope } from '../../../core/scope.ts';
import type { Instance, Volume } from './machine.ts';
import { markedFilter, MarkedThings } from './marked-things.ts';
import { read, type AwsRequest } from '../request.ts';
import type { AwsSession } from '../session.ts';
import { fromTagList } from '../tags.ts';
import type { AgeLimit } from '../iam/users.ts';

function instanceOf(found: EC2.Instance): Instance {
  return {
    id: found.InstanceId ?? '',
    state: found.State?.Name ?? 'pending',
    image: found.ImageId ?? '',
    type: found.InstanceType ?? '',
    tags: fromTagList(found.Tags),
  };
}

/** Instances of one account and region that bear a mark. Those that are terminated show for an hour. */
export class Instances {
  readonly #session: AwsSession;
  readonly #scope: Scope;
  readonly #marked: MarkedThings<Instance>;
  readonly #volumes: MarkedThings<Volume>;

  constructor(session: AwsSession, scope: Scope) {
    this.#session = session;
    this.#scope = scope;
    this.#marked = new MarkedThings(session, 'instances', () => this.#describe([markedFilter]));
    this.#volumes = new MarkedThings(session, 'volumes', () => this.#describeVolumes([markedFilter]));
  }

  async of(uid: string, age: AgeLimit): Promise<readonly Instance[]> {
    return this.#marked.of(uid, age);
  }

  /** Asked anew: for what destroys. */
  async fresh(id: string): Promise<Instance | undefined> {
    const found = await this.#describe([{ Name: 'instance-id', Values: [id] }], this.#scope);
    return found.find(({ state }) => state !== 'terminated');
  }

  /** What they start from, with its own mark. */
  async volumesOf(uid: string, age: AgeLimit): Promise<readonly Volume[]> {
    return this.#volumes.of(uid, age);
  }

  async freshVolume(id: string): Promise<Volume | undefined> {
    return (await this.#describeVolumes([{ Name: 'volume-id', Values: [id] }], this.#scope))[0];
  }

  async run(request: AwsRequest): Promise<void> {
    try {
      const { Instances: [made] = [] } = await this.#session.send<EC2.RunInstancesCommandOutput>(request, this.#scope);
      if (made) this.#marked.remember(instanceOf(made));
    } finally {
      this.#marked.forget();
    }
  }

  async write(request: AwsRequest, id: string): Promise<void> {
    await this.#marked.write(id, () => this.#session.send(request, this.#scope));
  }

  async writeVolume(request: AwsRequest, id: string): Promise<void> {
    await this.#volumes.write(id, () => this.#session.send(request, this.#scope));
  }

  async #describeVolumes(Filters: EC2.Filter[], scope?: Scope): Promise<readonly Volume[]> {
    const { Volumes: found = [] } = await this.#session.send<EC2.DescribeVolumesCommandOutput>(
      read('ec2', 'DescribeVolumes', { Filters }),
      scope,
    );
    return found.map(({ VolumeId = '', Tags }) => ({ id: VolumeId, tags: fromTagList(Tags) }));
  }

  async #describe(Filters: EC2.Filter[], scope?: Scope): Promise<readonly Instance[]> {
    const found: Instance[] = [];
    let token: string | undefined;
    do {
      const input = { Filters, MaxResults: 1000, ...(token === undefined ? {} : { NextToken: token }) };
      const page: EC2.DescribeInstancesCommandOutput = await this.#session.send(
        read('ec2', 'DescribeInstances', input),
        scope,
      );
      for (const { Instances: some = [] } of page.Reservations ?? []) found.push(...some.map(instanceOf));
      token = page.NextToken || undefined;
    } while (token !== undefined);
    return found;
  }
}
