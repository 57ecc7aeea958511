// SPDX-License-Identifier: GPL-3.0-or-later
/** What each right is for, in words for the administrator who grants it. They stand beside the rules in the manifests. */

const reasons: Readonly<Record<string, string>> = {
  'get backuptargets': 'whether one that claims another is still there; the newest version after a conflict',
  'list backuptargets': 'all of them, at the start',
  'watch backuptargets': 'what is made, changed and deleted',
  'patch backuptargets': 'the finalizer; an approval that was used up; who uses it',
  'patch backuptargets/status': 'conditions, plan, drift',
  'get gslbendpoints': 'the newest version, before something is made once or taken away',
  'list gslbendpoints': 'all of them, at the start',
  'watch gslbendpoints': 'what is made, changed and deleted',
  'patch gslbendpoints': 'the finalizer; an approval that was used up',
  'patch gslbendpoints/status': 'conditions, health of the endpoints, what is answered, plan, drift',
  'get pbsinstances': 'the newest version, before something is made once or taken away',
  'list pbsinstances': 'all of them, at the start',
  'watch pbsinstances': 'what is made, changed and deleted',
  'patch pbsinstances': 'the finalizer; an approval that was used up',
  'patch pbsinstances/status': 'conditions, what the backups are worth, plan, drift',
  'get sitevpns': 'the newest version, before something is made once or taken away',
  'list sitevpns': 'all of them, at the start',
  'watch sitevpns': 'what is made, changed and deleted; what others on the same VPC want',
  'patch sitevpns': 'the finalizer; an approval that was used up',
  'patch sitevpns/status': 'conditions, tunnels, plan, drift',
  'create events': 'what was done and what went wrong',
  'get events': 'how often the operator before said it',
  'patch events': 'the count of what is said again',
  'get namespaces': "its UID tells this cluster's cloud objects from another's",
  'get secrets': 'credentials that a spec refers to; the access key that was delivered',
  'watch secrets': 'changes of these, by name: nothing lists Secrets',
  'create secrets': 'delivers a new access key',
  'patch secrets': 'delivers the next access key',
  'delete secrets': 'takes a delivered key back when its object is deleted',
  'get configmaps':
    'which namespaces may use the identity of the operator; the HAProxy configuration that was published',
  'create configmaps': 'publishes an HAProxy configuration',
  'patch configmaps': 'publishes the next one',
  'delete configmaps': 'takes a published one back when its object is deleted',
  'watch configmaps': 'a grant that is given or taken holds at once',
  'create leases': 'at the very first start',
  'get leases': 'who works',
  'update leases': 'one operator at a time works',
};

/** @throws when a right was recorded that nobody gave a reason for. */
export function reasonFor(verb: string, resource: string): string {
  const reason = reasons[`${verb} ${resource}`];
  if (reason === undefined)
    throw new Error(`the operator asks for "${verb} ${resource}" now: say in deploy/rbac/reasons.ts what for`);
  return reason;
}

/** Reasons that nothing needs any more. */
export function idleReasons(used: ReadonlySet<string>): string[] {
  return Object.values(reasons).filter((reason) => !used.has(reason));
}
