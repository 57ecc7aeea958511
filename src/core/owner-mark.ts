// SPDX-License-Identifier: GPL-3.0-or-later
/** The owner mark: tags that say which object of which cluster made something. Found by it, never by a remembered id. */

export interface Owner {
  readonly uid: string;
  /** UID of the kube-system namespace: what Kubernetes has for a cluster's identity. */
  readonly cluster: string;
  /** `BackupTarget/namespace/name`, for people who look at the tag in a console. */
  readonly object: string;
}

export type Tags = Readonly<Record<string, string>>;

const prefix = 'hybridcloud.dev/';
const schema = '1';

/** The tag by whose key alone everything is found that bears a mark, whoever's. */
export const ownerTag = `${prefix}owner`;

/** The tag that tells one cluster's things from another's: policies go by it. */
export const clusterTag = `${prefix}cluster`;

export function markOf(owner: Owner): Tags {
  return {
    [ownerTag]: owner.uid,
    [clusterTag]: owner.cluster,
    [`${prefix}object`]: owner.object,
    [`${prefix}schema`]: schema,
  };
}

/** `mine`, `nobodys` (no mark), or who else has it: in words, and by uid. */
export type Ownership = 'mine' | 'nobodys' | { readonly other: string; readonly uid: string };

export function ownershipOf(tags: Tags, owner: Owner): Ownership {
  const uid = tags[ownerTag];
  if (uid === undefined) return 'nobodys';
  if (uid === owner.uid && tags[clusterTag] === owner.cluster) return 'mine';
  // its name may be the same as ours
  const elsewhere = tags[clusterTag] !== undefined && tags[clusterTag] !== owner.cluster ? ' of another cluster' : '';
  return { other: `${tags[`${prefix}object`] ?? uid}${elsewhere}`, uid };
}

/** The tags that are not the mark. */
export function unmarked(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith(prefix)));
}
