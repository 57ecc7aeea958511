// SPDX-License-Identifier: GPL-3.0-or-later
/** The calls of a step, for previews and for act.ts. What only changes a Secret has none. Pure. */
import { addTokenRequest, addUserRequest, grantRequest, removeUserRequest } from '../../../clouds/pbs/access.ts';
import { addDirectoryRequest, setPasswordRequest } from '../../../clouds/pbs/node.ts';
import type { Asked } from '../../../clouds/proxmox/asked.ts';
import type { ServerStep } from './steps.ts';

export const comment = 'hybrid-cloud-operator';

/** User and name of `user@realm!name`. */
export function tokenParts(tokenID: string): readonly [user: string, name: string] {
  const [user = '', name = ''] = tokenID.split('!');
  return [user, name];
}

export function serverRequests(step: ServerStep): readonly Asked[] {
  switch (step.do) {
    case 'PinCertificate':
    case 'PinNextCertificate':
      return [];
    case 'MakeOperatorToken': {
      const [user, name] = tokenParts(step.tokenID);
      return [addUserRequest(user, comment), addTokenRequest(user, name, comment)];
    }
    case 'GrantOperator': {
      const [user] = tokenParts(step.tokenID);
      return step.grants.flatMap((grant) => [user, step.tokenID].map((who) => grantRequest({ ...grant, who })));
    }
    case 'RetireRootPassword':
      return [setPasswordRequest('root@pam', '')];
    case 'PrepareCacheDisk':
      return [addDirectoryRequest(step.name, step.disk)];
    default:
      return [removeUserRequest(step.user)];
  }
}
