// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Resource versions are opaque, except where both are decimal integers without leading zeros: since Kubernetes 1.35 these may be
 * compared for one resource type (KEP-5504), and every earlier server that kept etcd's revisions orders them so too.
 */
export function compareVersions(a: string, b: string): 'older' | 'same' | 'newer' | 'unknown' {
  if (a === b) return 'same';
  if (!decimal.test(a) || !decimal.test(b)) return 'unknown';
  if (a.length !== b.length) return a.length < b.length ? 'older' : 'newer';
  return a < b ? 'older' : 'newer';
}

const decimal = /^[1-9]\d{0,30}$/;
