// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The agent of EKS Pod Identity on a node, http://169.254.170.23/v1/credentials: the Pod shows its service account's token, the answer
 * holds credentials of the associated role. Sources: EKS User Guide, "EKS Pod Identities"; AWS SDKs and Tools Reference Guide, "Container
 * credential provider".
 */
import { respond, type SimService } from '../../kernel/service.ts';
import type { World } from '../call.ts';
import { openSession, roleAt } from './session.ts';
import { trusts } from './trust.ts';

export interface PodIdentityAssociation {
  readonly roleArn: string;
  /** The token that the Pod must show now; a function, because the kubelet rotates it. */
  readonly token: () => string;
  /** How long the credentials last; default 6 hours, as EKS gives them. */
  readonly seconds?: number;
}

const refused = (status: number, why: string) => respond(status, { 'content-type': 'text/plain' }, why);

export function podIdentityAgent(world: World, association: PodIdentityAssociation): SimService {
  const service = { kind: 'Service', name: 'pods.eks.amazonaws.com', context: new Map() } as const;
  return (request) => {
    const { authorization } = request.headers;
    if (request.method !== 'GET' || request.url.pathname !== '/v1/credentials')
      return Promise.resolve(refused(404, '404 page not found'));
    if (!authorization) return Promise.resolve(refused(400, 'Service account token cannot be empty'));
    if (authorization !== association.token()) return Promise.resolve(refused(400, 'InvalidTokenException'));
    const now = world.clock.now();
    const found = roleAt({ world, now }, association.roleArn);
    // both actions have to be trusted: the agent tags the session with cluster, namespace and Pod
    const trusted =
      found && ['sts:AssumeRole', 'sts:TagSession'].every((action) => trusts(found.role, service, action));
    if (!found || !trusted) return Promise.resolve(refused(403, 'AccessDeniedException'));
    const opened = openSession(
      { world, now },
      { ...found, name: 'eks-cluster-pod', seconds: association.seconds ?? 21_600 },
    );
    const body = {
      AccessKeyId: opened.accessKeyID,
      SecretAccessKey: opened.secret,
      Token: opened.token,
      AccountId: found.account,
      Expiration: new Date(opened.expiresAt).toISOString(),
    };
    return Promise.resolve(respond(200, { 'content-type': 'application/json' }, JSON.stringify(body)));
  };
}
