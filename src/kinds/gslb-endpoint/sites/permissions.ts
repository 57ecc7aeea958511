// SPDX-License-Identifier: GPL-3.0-or-later
/** What the identity is asked about while sites are being made: what they are made of, and what may be done with it then. */
import { rightsOf, type Rights, type RightsWish } from '../../../clouds/aws/iam/rights.ts';
import type { AwsSession } from '../../../clouds/aws/session.ts';
import type { Clock } from '../../../core/clock.ts';
import { clusterTag } from '../../../core/owner-mark.ts';

export interface RightsReach {
  readonly session: AwsSession;
  readonly clock: Clock;
  readonly cluster: string;
  readonly regions: readonly string[];
}

const feature = 'sites';

function wishesOf({ session, regions }: RightsReach): { readonly made: RightsWish; readonly there: RightsWish } {
  const { partition, account } = session;
  const arns = (service: string, path: string, owner = account) =>
    regions.map((region) => `arn:${partition}:${service}:${region}:${owner}:${path}`);
  const security = arns('ec2', 'security-group/*');
  // images and snapshots belong to no account there (Service Authorization Reference, "Amazon EC2")
  const [images, snapshots] = [arns('ec2', 'image/*', ''), arns('ec2', 'snapshot/*', '')];
  const instances = arns('ec2', 'instance/*');
  const balancers = arns('elasticloadbalancing', 'loadbalancer/app/*');
  const groups = arns('elasticloadbalancing', 'targetgroup/*');
  const listeners = arns('elasticloadbalancing', 'listener/app/*');
  return {
    made: {
      resources: {
        'new security-group': security,
        'new instance': instances,
        'new volume': arns('ec2', 'volume/*'),
        'new image': images,
        'new snapshot': snapshots,
        'new loadbalancer': balancers,
        'new targetgroup': groups,
        'new listener': listeners,
      },
      features: [feature],
    },
    there: {
      resources: {
        'our security-group': security,
        'our instance': instances,
        'our volume': arns('ec2', 'volume/*'),
        'our image': images,
        'our snapshot': snapshots,
        'our loadbalancer': balancers,
        'our targetgroup': groups,
        'our listener': listeners,
      },
      features: [feature],
    },
  };
}

/** Has to be given: of a policy that asks for a key without a value the answer says nothing. */
const none = '-';

/** What is made in one question, what is there in another: tags that a request brings are no tags of a thing. */
export async function siteRights(reach: RightsReach): Promise<Rights> {
  const { session, clock, cluster } = reach;
  const asked = (brought: string, has: string) =>
    rightsOf(session, clock, {
      kind: 'GslbEndpoint',
      feature,
      context: { [`aws:RequestTag/${clusterTag}`]: brought, [`aws:ResourceTag/${clusterTag}`]: has },
    });
  const wishes = wishesOf(reach);
  const made = await asked(cluster, none).read(wishes.made);
  if (!made.asked) return made;
  const kept = await asked(none, cluster).read(wishes.there);
  return kept.asked ? { asked: true, missing: [...made.missing, ...kept.missing], excess: [] } : kept;
}
