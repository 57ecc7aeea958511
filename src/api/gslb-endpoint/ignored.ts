// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.ignoreFields` of a GslbEndpoint: what is left to somebody else, e.g. to a tool that shifts traffic. */
import { ignoreFieldsOf } from '../ignored.ts';

/** Who is answered, what is asked of them, and whose the name is, is not among them. */
export const ignorable = ['record.ttlSeconds', 'endpoints.weight', 'endpoints.healthCheck.failureThreshold'] as const;

export const ignoreFields = ignoreFieldsOf({
  paths: ignorable,
  never: 'who is answered, and whose the name is,',
  description: `Settings that the operator neither changes nor reports as drift: somebody else looks after them. What it makes begins as the spec says. Any of ${ignorable.join(', ')}; those of endpoints are those of each. Default: none. Example: [endpoints.weight].`,
});
