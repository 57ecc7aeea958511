// SPDX-License-Identifier: GPL-3.0-or-later
import type { GslbEndpointSpec, GslbEndpointStatus } from '../../api/gslb-endpoint.ts';
import { HealthChecks } from '../../clouds/aws/route53/health-checks.ts';
import { route53Region } from '../../clouds/aws/route53/account.ts';
import type { AwsSession } from '../../clouds/aws/session.ts';
import { Zones } from '../../clouds/aws/route53/zones.ts';
import type { Desired } from '../../core/kind.ts';
import type { KubeObject } from '../../core/objects.ts';
import type { Owner } from '../../core/owner-mark.ts';
import type { Scope } from '../../core/scope.ts';
import { awsLogin } from '../aws-login.ts';
import type { Outside } from '../outside.ts';

/** Everything that one look at a GslbEndpoint reaches. */
export interface Clouds {
  readonly outside: Outside;
  readonly object: KubeObject;
  readonly scope: Scope;
  readonly owner: Owner;
  readonly spec: GslbEndpointSpec;
  /** Where Route 53 is, whatever the region of the spec. */
  readonly session: AwsSession;
  readonly zones: Zones;
  readonly checks: HealthChecks;
  /** The same identity in another region. */
  readonly inRegion: (region: string) => Promise<AwsSession>;
}

export async function connect(
  outside: Outside,
  { spec, namespace, name, uid }: Desired<GslbEndpointSpec, GslbEndpointStatus>,
  { object, scope }: { readonly object: KubeObject; readonly scope: Scope },
): Promise<Clouds> {
  const login = await awsLogin(outside, namespace, spec.aws);
  const session = await outside.aws.session({ ...login, region: route53Region(login.region) }, scope);
  const owner: Owner = { uid, cluster: outside.clusterUID, object: `GslbEndpoint/${namespace}/${name}` };
  const [zones, checks] = [new Zones(session, scope), new HealthChecks(session, scope)];
  const inRegion = async (elsewhere: string) => outside.aws.session({ ...login, region: elsewhere }, scope);
  return { outside, object, scope, owner, spec, session, zones, checks, inRegion };
}
