// SPDX-License-Identifier: GPL-3.0-or-later
/** Everything that the operator reads from, or writes to, the metadata of an object. */

/** Annotations by which a person asks for something that is no part of the desired state. */
export const annotations = {
  /** `"true"`: nothing is looked at and nothing is done until it is removed. */
  paused: 'hybridcloud.dev/paused',
  /** A time, RFC 3339: look at this object whenever the value changes, and believe nothing about the cloud that is older than it. */
  reconcileAt: 'hybridcloud.dev/reconcile-at',
  /** A time, RFC 3339: an access key that was made before it is replaced, at that time or now. For a key that leaked. */
  rotateAfter: 'hybridcloud.dev/rotate-after',
  /** `status.plan.hash`: exactly these steps may be done, once. The operator takes it off when all of them are done. */
  approve: 'hybridcloud.dev/approve',
  /** External id (bucket, user, ...) of something that exists already and shall be ours from now on. */
  adopt: 'hybridcloud.dev/adopt',
  /** Name of the thing whose data may be lost: a bucket's name lets deletionPolicy Delete empty it. */
  confirmDataLoss: 'hybridcloud.dev/confirm-data-loss',
  /** UID of a former owner (an object that is gone, or of a cluster that is gone) whose things shall be ours. */
  takeOver: 'hybridcloud.dev/take-over',
  /** `status.accountID`: what was made in that AWS account is left there, and credentials of another account are taken. */
  leaveAccount: 'hybridcloud.dev/leave-account',
  /** `status.clusterID`: what was made in that Proxmox VE cluster is left there, and another cluster is taken. */
  leaveCluster: 'hybridcloud.dev/leave-cluster',
  /** A time, RFC 3339, at most 24 hours ahead: until then the mass-change brake is off for this object. */
  allowMassChangeUntil: 'hybridcloud.dev/allow-mass-change-until',
  /** A time, RFC 3339, at most 24 hours ahead: until then what works may be interrupted: outside of `spec.maintenance`, and of a SiteVpn its last tunnel that carries traffic, or both. */
  allowDisruptionUntil: 'hybridcloud.dev/allow-disruption-until',
  /** Written by a consumer of this object: `Kind/namespace/name/uid` of the only one that may use it. */
  claimedBy: 'hybridcloud.dev/claimed-by',
} as const;

/** On every object before the first write to the outside; removed when nothing of ours is left there. */
export const finalizer = 'hybridcloud.dev/finalizer';
