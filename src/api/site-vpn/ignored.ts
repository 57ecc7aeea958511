// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.ignoreFields` of a SiteVpn: what is left to somebody else, e.g. to a policy for names, or to who tunes tunnels. */
import { ignoreFieldsOf } from '../ignored.ts';

/** What encrypts, what leads where, and any mark, is not among them. */
export const ignorable = ['connection.name', 'site.name', 'tunnels.dpdAction', 'tunnels.dpdTimeoutSeconds'] as const;

export const ignoreFields = ignoreFieldsOf({
  paths: ignorable,
  never: 'what encrypts and what leads where',
  description: `Settings that the operator neither changes nor reports as drift: somebody else looks after them. What it makes begins as the spec says. Any of ${ignorable.join(', ')}. Default: none. Example: [connection.name].`,
});
