// SPDX-License-Identifier: GPL-3.0-or-later
// Which test files belong to which command. `npm test` has less than four minutes on two cores; what is exhaustive (every call, every right,
// every seeded bug, a thousand looks) is `npm run test:long`, and what needs an API server `npm run test:e2e`. `.ci/run` calls all three.
// A file that is named on the command line runs in any case.

export const long: readonly string[] = [
  'test/api/patterns.test.ts',
  'test/clouds/aws/operator-policy.test.ts',
  'test/clouds/proxmox/places.test.ts',
  'test/kinds/backup-target/observe-only.test.ts',
  'test/kinds/backup-target/reads-at-rest.test.ts',
  'test/kinds/gslb-endpoint/at-rest.test.ts',
  'test/kinds/gslb-endpoint/certificates.test.ts',
  'test/kinds/gslb-endpoint/load-balancers.test.ts',
  'test/kinds/gslb-endpoint/sites-story.test.ts',
  'test/kinds/gslb-endpoint/rivals.test.ts',
  'test/kinds/gslb-endpoint/laws.test.ts',
  'test/kinds/gslb-endpoint/sites/laws.test.ts',
  'test/kinds/gslb-endpoint/sites/story.test.ts',
  'test/kinds/pbs-instance/server/first-contact.test.ts',
  'test/kinds/pbs-instance/server/trouble.test.ts',
  'test/kinds/pbs-instance/wiring/faults.test.ts',
  'test/kinds/pbs-instance/wiring/https.test.ts',
  'test/kinds/pbs-instance/wiring/key.test.ts',
  'test/kinds/pbs-instance/wiring/story.test.ts',
  'test/kinds/pbs-instance/machine/story.test.ts',
  'test/kinds/pbs-instance/machine/strangers.test.ts',
  'test/kinds/site-vpn/at-rest.test.ts',
  'test/kinds/site-vpn/drift.test.ts',
  'test/kinds/site-vpn/keys.test.ts',
  'test/kinds/site-vpn/lag.test.ts',
  'test/kinds/site-vpn/modes.test.ts',
  'test/kinds/site-vpn/moving.test.ts',
  'test/kinds/site-vpn/openstack.test.ts',
  'test/kinds/site-vpn/permissions.test.ts',
  'test/kinds/site-vpn/probe.test.ts',
  'test/kinds/site-vpn/tunnel-changes.test.ts',
  'test/kinds/site-vpn/push/changes.test.ts',
  'test/kinds/site-vpn/push/story.test.ts',
  'test/kinds/site-vpn/mass-change.test.ts',
  'test/operator/bad-days/clocks.test.ts',
  'test/operator/bad-days/cloud-trouble.test.ts',
  'test/operator/bad-days/mass-change.test.ts',
  'test/operator/bad-days/permissions.test.ts',
  'test/operator/lifecycle.test.ts',
  'test/operator/set-rates.test.ts',
  'test/packaging/rbac.test.ts',
  'test/simulator/aws/ec2/cli.test.ts',
  'test/simulator/aws/route53/cli.test.ts',
  'test/simulator/aws/route53/proportions.test.ts',
  'test/clouds/proxmox/man-in-the-middle.test.ts',
  'test/simulator/proxmox/going-on.test.ts',
  'test/proof/mutants.test.ts',
  'test/proof/preview.test.ts',
];

/** Real services of other projects, each a suite of its own: `npm run test:<name>`. Tunnels that only come up are part of `npm test`. */
export const others = {
  dns: [
    'test/dns/operator.test.ts',
    'test/dns/failover.test.ts',
    'test/dns/policies.test.ts',
    'test/dns/behind.test.ts',
  ],
  haproxy: [
    'test/haproxy/keepalived.test.ts',
    'test/haproxy/accepted.test.ts',
    'test/haproxy/operator.test.ts',
    'test/haproxy/traffic.test.ts',
  ],
  openstack: ['test/openstack/openstack.test.ts'],
  tunnels: ['test/tunnels/failover.test.ts', 'test/tunnels/operator.test.ts', 'test/tunnels/rekey.test.ts'],
  // in machines of their own, the slowest first
  vpn: [
    'test/vpn/strongswan-xfrm.test.ts',
    'test/vpn/libreswan-bgp.test.ts',
    'test/vpn/libreswan.test.ts',
    'test/vpn/strongswan-vti.test.ts',
  ],
} as const;

/** Files that take longest come first, so that no core is idle at the end. */
export const slow: readonly string[] = [
  'test/proof/sample.test.ts',
  ...long,
  ...others.dns,
  ...others.tunnels,
  ...others.vpn,
  ...others.haproxy,
  'test/operator/own-identity.test.ts',
  'test/operator/bad-input.test.ts',
  'test/cli/simulate.test.ts',
];
