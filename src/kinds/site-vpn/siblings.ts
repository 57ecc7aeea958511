// SPDX-License-Identifier: GPL-3.0-or-later
/** The other SiteVpns of this installation on the same VPC, from the watch: no call is made for them. */
import { annotations } from '../../api/annotations.ts';
import { parseSiteVpn, siteVpn, type SiteVpnSpec } from '../../api/site-vpn.ts';
import type { Vpc } from '../../clouds/aws/ec2/vpn.ts';
import type { KubeObject } from '../../core/objects.ts';
import { milliseconds } from '../../core/time.ts';
import type { Clouds } from './connect.ts';
import type { Sibling } from './observed.ts';

/** A version of an object never changes, so it is parsed once. */
const parsed = new WeakMap<KubeObject, SiteVpnSpec | undefined>();

function specOf(object: KubeObject): SiteVpnSpec | undefined {
  if (!parsed.has(object)) {
    const answer = parseSiteVpn(object.spec);
    parsed.set(object, answer.ok ? answer.spec : undefined);
  }
  return parsed.get(object);
}

interface Where {
  /** Of the VPC. */
  readonly id: string;
  /** Absent where it is not found any more. */
  readonly vpc: Vpc | undefined;
  readonly region: string;
}

/** By the id in its status; before there is one, by what its spec says. */
function isOn(object: KubeObject, { id: wanted, vpc, region }: Where): boolean {
  const { vpcID } = (object.status ?? {}) as { readonly vpcID?: unknown };
  if (typeof vpcID === 'string') return vpcID === wanted;
  const spec = specOf(object);
  if (!spec || spec.aws.region !== region) return false;
  const { id, tag = {} } = spec.vpc;
  if (id !== undefined) return id === wanted;
  if (vpc?.id !== wanted) return false;
  return Object.entries(tag).every(([key, value]) => vpc.tags[key] === value);
}

/** Of a spec that cannot be read nothing is known but that it is there: it keeps what is shared. */
const unreadable = { cidrs: [], routeTables: { selection: 'All', routes: 'Propagated' } } as const;

/** It waits for a person, who may take days. */
function isStalled({ status }: KubeObject): boolean {
  const { conditions } = (status ?? {}) as { readonly conditions?: readonly Readonly<Record<string, unknown>>[] };
  return conditions?.some((one) => one['type'] === 'Stalled' && one['status'] === 'True') ?? false;
}

function siblingOf(object: KubeObject): Sibling {
  const { namespace, name, uid, creationTimestamp, deletionTimestamp, annotations: given = {} } = object.metadata;
  const spec = specOf(object);
  const absent = deletionTimestamp !== undefined;
  const makes =
    spec?.managementPolicy === 'Apply' &&
    spec.gateway.id === undefined &&
    !(annotations.paused in given) &&
    !isStalled(object);
  return {
    uid,
    object: `${siteVpn.kind}/${namespace}/${name}`,
    absent,
    createdAt: milliseconds(creationTimestamp),
    makes,
    ...(spec ? { cidrs: spec.site.cidrs, routeTables: spec.routeTables } : unreadable),
  };
}

export function siblingsOn(
  { outside, owner, spec }: Clouds,
  id: string | undefined,
  vpc: Vpc | undefined,
): readonly Sibling[] {
  if (id === undefined) return [];
  return (
    [...outside.siblings(siteVpn.kind)]
      .filter((object) => isOn(object, { id, vpc, region: spec.aws.region }))
      .map(siblingOf)
      // under its own name there is no other
      .filter(({ uid, object }) => uid !== owner.uid && object !== owner.object)
      .toSorted((a, b) => (a.uid < b.uid ? -1 : 1))
  );
}
