// SPDX-License-Identifier: GPL-3.0-or-later
import type * as EC2 from '@aws-sdk/client-ec2';
import type { Tags } from '../../../core/owner-mark.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Image, Snapshot } from './machine.ts';
import { markedFilter, MarkedThings } from './marked-things.ts';
import { read, type AwsRequest } from '../request.ts';
import type { AwsSession } from '../session.ts';
import { fromTagList } from '../tags.ts';
import type { AgeLimit } from '../iam/users.ts';

function imageOf(found: EC2.Image): Image {
  return {
    id: found.ImageId ?? '',
    name: found.Name ?? '',
    state: found.State ?? 'pending',
    createdAt: found.CreationDate ?? '',
    tags: fromTagList(found.Tags),
  };
}

/** Images and snapshots of one account and region that bear a mark, and the published ones of others by name. */
export class Images {
  readonly #session: AwsSession;
  readonly #scope: Scope;
  readonly #images: MarkedThings<Image>;
  readonly #snapshots: MarkedThings<Snapshot>;

  constructor(session: AwsSession, scope: Scope) {
    this.#session = session;
    this.#scope = scope;
    this.#images = new MarkedThings(session, 'images', () =>
      this.#describe({ Owners: ['self'], Filters: [markedFilter] }),
    );
    this.#snapshots = new MarkedThings(session, 'snapshots', () => this.#describeSnapshots([markedFilter]));
  }

  async of(uid: string, age: AgeLimit): Promise<readonly Image[]> {
    return this.#images.of(uid, age);
  }

  async snapshotsOf(uid: string, age: AgeLimit): Promise<readonly Snapshot[]> {
    return this.#snapshots.of(uid, age);
  }

  /** The newest of an account whose name fits, for an hour. `undefined`: there is none. */
  async newest(owner: string, name: string): Promise<Image | undefined> {
    const key = `ec2/published/${owner}/${name}`;
    return this.#session.looks.get(key, 3_600_000, async () => {
      const Filters = [
        { Name: 'name', Values: [name] },
        { Name: 'state', Values: ['available'] },
      ];
      const found = await this.#describe({ Owners: [owner], Filters });
      return found.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0];
    });
  }

  /** Tags of one, asked anew: for what destroys. */
  async fresh(id: string): Promise<{ readonly tags: Tags } | undefined> {
    const Filters = [{ Name: 'image-id', Values: [id] }];
    return (await this.#describe({ Owners: ['self'], Filters }, this.#scope))[0];
  }

  async freshSnapshot(id: string): Promise<{ readonly tags: Tags } | undefined> {
    return (await this.#describeSnapshots([{ Name: 'snapshot-id', Values: [id] }], this.#scope))[0];
  }

  /** CreateImage and CopyImage; what they answer stands in for the image until it shows. */
  async make(request: AwsRequest, made: { readonly name: string; readonly tags: Tags }): Promise<void> {
    try {
      const { ImageId: id = '' } = await this.#session.send<EC2.CreateImageCommandOutput>(request, this.#scope);
      this.#images.remember({ id, state: 'pending', createdAt: '', ...made });
    } finally {
      this.#images.forget();
      this.#snapshots.forget();
    }
  }

  async write(request: AwsRequest, id: string): Promise<void> {
    try {
      await this.#session.send(request, this.#scope);
    } finally {
      this.#images.forget(id);
      this.#snapshots.forget(id);
    }
  }

  async #describe(input: EC2.DescribeImagesCommandInput, scope?: Scope): Promise<readonly Image[]> {
    const { Images: found = [] } = await this.#session.send<EC2.DescribeImagesCommandOutput>(
      read('ec2', 'DescribeImages', { ...input }),
      scope,
    );
    return found.map(imageOf);
  }

  async #describeSnapshots(Filters: EC2.Filter[], scope?: Scope): Promise<readonly Snapshot[]> {
    const { Snapshots: found = [] } = await this.#session.send<EC2.DescribeSnapshotsCommandOutput>(
      read('ec2', 'DescribeSnapshots', { OwnerIds: ['self'], Filters }),
      scope,
    );
    return found.map(({ SnapshotId = '', Tags }) => ({ id: SnapshotId, tags: fromTagList(Tags) }));
  }
}
