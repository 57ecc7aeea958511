// SPDX-License-Identifier: GPL-3.0-or-later
import type { SiteVpnSpec, SiteVpnStatus } from '../../api/site-vpn.ts';
import { Networks } from '../../clouds/aws/ec2/networks.ts';
import type { AwsSession } from '../../clouds/aws/session.ts';
import { Vpns } from '../../clouds/aws/ec2/vpns.ts';
import type { Desired } from '../../core/kind.ts';
import type { KubeObject } from '../../core/objects.ts';
import type { Owner } from '../../core/owner-mark.ts';
import type { Scope } from '../../core/scope.ts';
import { awsLogin } from '../aws-login.ts';
import type { Outside } from '../outside.ts';
import { mustBeSameAccount } from '../same-account.ts';

/** Everything that one look at a SiteVpn reaches. */
export interface Clouds {
  readonly outside: Outside;
  readonly object: KubeObject;
  readonly scope: Scope;
  readonly owner: Owner;
  readonly spec: SiteVpnSpec;
  readonly session: AwsSession;
  readonly vpns: Vpns;
  readonly networks: Networks;
}

export async function connect(
  outside: Outside,
  desired: Desired<SiteVpnSpec, SiteVpnStatus>,
  { object, scope }: { readonly object: KubeObject; readonly scope: Scope },
): Promise<Clouds> {
  const { spec, namespace, name, uid } = desired;
  const session = await outside.aws.session(await awsLogin(outside, namespace, spec.aws), scope);
  mustBeSameAccount(desired, session.account);
  const owner: Owner = { uid, cluster: outside.clusterUID, object: `SiteVpn/${namespace}/${name}` };
  const [vpns, networks] = [new Vpns(session, scope), new Networks(session, scope)];
  return { outside, object, scope, owner, spec, session, vpns, networks };
}
