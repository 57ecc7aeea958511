// SPDX-License-Identifier: GPL-3.0-or-later
import { codeOf } from '../../../clouds/aws/errors.ts';
import { Images } from '../../../clouds/aws/ec2/images.ts';
import { Instances } from '../../../clouds/aws/ec2/instances.ts';
import { LoadBalancers } from '../../../clouds/aws/elbv2/load-balancers.ts';
import { SecurityGroups } from '../../../clouds/aws/ec2/security-groups.ts';
import type { AwsSession } from '../../../clouds/aws/session.ts';
import type { Actions } from '../../../core/kind.ts';
import { ownershipOf, type Owner, type Tags } from '../../../core/owner-mark.ts';
import type { Scope } from '../../../core/scope.ts';
import { changed } from '../../changed.ts';
import { siteRequest } from './requests.ts';
import type { SiteStep } from './steps.ts';

/** What sites need of all that a look reaches. */
export interface SiteClouds {
  readonly scope: Scope;
  readonly owner: Owner;
  /** The same identity in another region. */
  readonly inRegion: (region: string) => Promise<AwsSession>;
}

export interface InRegion {
  readonly balancers: LoadBalancers;
  readonly groups: SecurityGroups;
  readonly instances: Instances;
  readonly images: Images;
}

export async function siteClients({ inRegion, scope }: SiteClouds, region: string): Promise<InRegion> {
  const session = await inRegion(region);
  return {
    balancers: new LoadBalancers(session, scope),
    groups: new SecurityGroups(session, scope),
    instances: new Instances(session, scope),
    images: new Images(session, scope),
  };
}

type Do<Name extends SiteStep['do']> = Extract<SiteStep, { do: Name }>;
type Act<Name extends SiteStep['do']> = (clouds: SiteClouds, step: Do<Name>) => Promise<void>;

const balancing: Act<
  | 'CreateTargetGroup'
  | 'ChangeTargetGroup'
  | 'CreateLoadBalancer'
  | 'ChangeLoadBalancer'
  | 'CreateListener'
  | 'ChangeListener'
  | 'DeleteListener'
  | 'RegisterTarget'
  | 'DeregisterTarget'
> = async (clouds, step) => (await siteClients(clouds, step.region)).balancers.write(siteRequest(step));

const groups: Act<'CreateSecurityGroup' | 'OpenPort' | 'ClosePort'> = async (clouds, step) =>
  (await siteClients(clouds, step.region)).groups.write(siteRequest(step), 'id' in step ? step.id : undefined);

const images: Act<'CreateImage' | 'CopyImage'> = async (clouds, step) =>
  (await siteClients(clouds, step.region)).images.make(siteRequest(step), { name: step.name, tags: step.tags });

type Tagged = { readonly tags: Tags } | undefined;

const looks: { readonly [prefix: string]: (at: InRegion, id: string) => Promise<Tagged> } = {
  i: ({ instances }, id) => instances.fresh(id),
  vol: ({ instances }, id) => instances.freshVolume(id),
  ami: (at, id) => at.images.fresh(id),
  snap: (at, id) => at.images.freshSnapshot(id),
  sg: (at, id) => at.groups.fresh(id),
  arn: ({ balancers }, id) => balancers.fresh(id),
};

const prefixOf = (id: string) => /^[a-z]+/.exec(id)?.[0] ?? '';

async function send(at: InRegion, step: Do<Ending>): Promise<void> {
  const request = siteRequest(step);
  const prefix = prefixOf(step.id);
  if (prefix === 'arn') return at.balancers.write(request);
  if (prefix === 'i') return at.instances.write(request, step.id);
  if (prefix === 'vol') return at.instances.writeVolume(request, step.id);
  return prefix === 'sg' ? at.groups.write(request, step.id) : at.images.write(request, step.id);
}

type Ending =
  | 'TerminateInstance'
  | 'DeleteLoadBalancer'
  | 'DeleteTargetGroup'
  | 'DeregisterImage'
  | 'DeleteSnapshot'
  | 'DeleteSecurityGroup'
  | 'ReleaseSiteThing';

/** A fresh look before anything goes: what is gone is gone, and what lost the mark meanwhile stays. */
const end: Act<Ending> = async (clouds, step) => {
  const at = await siteClients(clouds, step.region);
  const found = await looks[prefixOf(step.id)]?.(at, step.id);
  if (!found) return;
  if (ownershipOf(found.tags, clouds.owner) !== 'mine')
    throw changed(`${step.target} does not carry our mark any more; it was not touched`);
  await send(at, step).catch((error: unknown) => {
    if (!/NotFound(Exception)?$/.test(codeOf(error) ?? '')) throw error;
  });
};

export const siteActions: Actions<SiteStep, SiteClouds> = {
  CreateSecurityGroup: groups,
  OpenPort: groups,
  ClosePort: groups,
  CreateTargetGroup: balancing,
  ChangeTargetGroup: balancing,
  CreateLoadBalancer: balancing,
  ChangeLoadBalancer: balancing,
  CreateListener: balancing,
  ChangeListener: balancing,
  DeleteListener: balancing,
  LaunchInstance: async (clouds, step) => (await siteClients(clouds, step.region)).instances.run(siteRequest(step)),
  CreateImage: images,
  CopyImage: images,
  RegisterTarget: balancing,
  DeregisterTarget: balancing,
  TerminateInstance: end,
  DeleteLoadBalancer: end,
  DeleteTargetGroup: end,
  DeregisterImage: end,
  DeleteSnapshot: end,
  DeleteSecurityGroup: end,
  ReleaseSiteThing: end,
};
