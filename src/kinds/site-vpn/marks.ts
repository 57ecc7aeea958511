// SPDX-License-Identifier: GPL-3.0-or-later
/** Whose is what. Pure. */
import type { VpnState } from '../../clouds/aws/ec2/vpn.ts';
import { markOf, ownershipOf, ownerTag, type Owner, type Ownership, type Tags } from '../../core/owner-mark.ts';

type Annotations = Readonly<Record<string, string>>;

const ofGateway = 'vpn-gateway/';

/** A VPC has one virtual private gateway, which the SiteVpns of an installation share: it has the installation's mark, not an object's. */
export function gatewayOwner({ cluster }: Owner, vpc: string): Owner {
  return { uid: `${ofGateway}${vpc}`, cluster, object: `SiteVpn gateway of ${vpc}` };
}

/** The VPC that a gateway's mark names, which it may not be attached to any more; empty where there is no such mark. */
export function markedVPC(tags: Tags): string {
  return (tags[ownerTag] ?? '').replace(ofGateway, '');
}

/** Nobody's and named for adoption, or marked by exactly the owner whose things are taken over. */
export function isAdopting(annotations: Annotations, ownership: Ownership, id: string): boolean {
  if (ownership === 'mine') return false;
  if (ownership === 'nobodys')
    return (annotations['hybridcloud.dev/adopt'] ?? '').split(',').some((one) => one.trim() === id);
  return annotations['hybridcloud.dev/take-over']?.trim() === ownership.uid;
}

/** For messages: what has to be named for adoption, with what is named already. */
export function adopting(annotations: Annotations, ...ids: readonly string[]): string {
  const named = (annotations['hybridcloud.dev/adopt'] ?? '').split(',').map((one) => one.trim());
  return [...new Set([...named, ...ids])].filter((one) => one !== '').join(',');
}

export function isMine({ tags }: { readonly tags: Tags }, owner: Owner): boolean {
  return ownershipOf(tags, owner) === 'mine';
}

/** There to stay; also while AWS makes or changes it. */
export function isLive({ state }: { readonly state: VpnState }): boolean {
  return state !== 'deleting' && state !== 'deleted';
}

export function byID(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

/** The mark, and the name that AWS's console shows. */
export function namedMark(owner: Owner, name: string): Tags {
  return { ...markOf(owner), Name: name };
}

/** Of what is there: the mark, and the name unless somebody else looks after that. */
export function tagsOn(owner: Owner, name: { readonly text: string; readonly ignored: boolean }): Tags {
  return name.ignored ? markOf(owner) : namedMark(owner, name.text);
}

export function hasTags({ tags }: { readonly tags: Tags }, wanted: Tags): boolean {
  return Object.entries(wanted).every(([key, value]) => tags[key] === value);
}

/** Of these the ones that are the mark, to be taken off. */
export function markIn(tags: Tags, owner: Owner): Tags {
  return Object.fromEntries(Object.keys(markOf(owner)).map((key) => [key, tags[key] ?? '']));
}
