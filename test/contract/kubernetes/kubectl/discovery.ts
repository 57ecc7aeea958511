// SPDX-License-Identifier: GPL-3.0-or-later
/** What is served depends on the server, and clients ask for it when their caches are old: not part of the recording. */
export function isDiscovery(path: string): boolean {
  return /^\/(openapi.*|version|api|apis|api\/v1|apis\/[^/?]+(\/[^/?]+)?)\/?(\?.*)?$/.test(path);
}
