// SPDX-License-Identifier: GPL-3.0-or-later
/** API keys (Base/ApiControllerBase.php, beforeExecuteRoute) and privileges (the ACL.xml files of Core and IPsec, Core/ACL.php). */
export const privileges = {
  'page-all': ['*'],
  'page-vpn-ipsec-connections': [
    'api/ipsec/connections/*',
    'api/ipsec/pools/*',
    'api/ipsec/service/*',
    'api/ipsec/vti/*',
  ],
  'page-vpn-ipsec-editkeys': ['api/ipsec/pre_shared_keys/*', 'api/ipsec/service/*'],
  'page-system-gateways': ['api/routing/settings/*', 'api/routes/gateway/status'],
  'page-system-staticroutes': ['api/routes/*'],
  /** Denies: saving alone, whatever else the user may do. */
  'user-config-readonly': [],
} as const satisfies Record<string, readonly string[]>;

export type Privilege = keyof typeof privileges;

export interface User {
  readonly secret: string;
  readonly privileges: readonly Privilege[];
}

function matches(path: string, pattern: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

export type Admission = { readonly user: User } | { readonly status: 401 | 403; readonly body: string };

export function admit(users: ReadonlyMap<string, User>, authorization: string | undefined, path: string): Admission {
  // without the header it takes the caller for a browser without a session
  if (authorization === undefined || authorization === '') return { status: 401, body: '' };
  const [, encoded = ''] = authorization.split(' ');
  const [key = '', secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const user = users.get(key);
  if (!user || user.secret !== secret)
    return { status: 401, body: JSON.stringify({ status: 401, message: 'Authentication Failed' }) };
  const allowed = user.privileges.some((name) => privileges[name].some((pattern) => matches(path, pattern)));
  return allowed ? { user } : { status: 403, body: JSON.stringify({ status: 403, message: 'Forbidden' }) };
}
