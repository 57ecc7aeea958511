// SPDX-License-Identifier: GPL-3.0-or-later
import type { OpenStackSite } from '../contract/openstack/site.ts';

/** The real network, past the operator. */
export const transport: OpenStackSite['send'] = async ({ method, url, headers, body }) => {
  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
};
