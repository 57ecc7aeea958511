// SPDX-License-Identifier: GPL-3.0-or-later
/** The owner mark where there are no tags: in a comment, which Proxmox Backup Server lets have 128 characters. Pure. */
import { clusterTag, ownershipOf, ownerTag, type Owner, type Ownership } from '../../../core/owner-mark.ts';

const longest = 128;
/** In parentheses stands what a plan does not know before the object is there. */
const mark = /\bhybridcloud\.dev owner=(?<owner>\([^()]*\)|[\w-]+) cluster=(?<cluster>\([^()]*\)|[\w-]+)/;

/** What people read comes last, and is cut first. */
export function ownerComment({ uid, cluster, object }: Owner): string {
  return `hybridcloud.dev owner=${uid} cluster=${cluster} ${object}`.slice(0, longest).trimEnd();
}

export function ownershipOfComment(comment: string, owner: Owner): Ownership {
  const { owner: uid, cluster } = mark.exec(comment)?.groups ?? {};
  if (uid === undefined || cluster === undefined) return 'nobodys';
  const shown = comment.split(' ').slice(3).join(' ');
  const other = comment.length < longest || shown === '' ? shown : `${shown}…`;
  const tags = { [ownerTag]: uid, [clusterTag]: cluster };
  return ownershipOf(other === '' ? tags : { ...tags, 'hybridcloud.dev/object': other }, owner);
}
