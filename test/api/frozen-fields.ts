// SPDX-License-Identifier: GPL-3.0-or-later
export interface Frozen<To = string | undefined> {
  readonly field: string;
  readonly to: To;
  readonly message: string;
}

/** Changes of a BackupTarget that an update must not make. */
export const frozenFields: readonly Frozen<string>[] = [
  {
    field: 'bucket.name',
    to: 'another-bucket',
    message: 'bucket.name cannot be changed: a bucket cannot be renamed; create another BackupTarget',
  },
  { field: 'user.name', to: 'another-user', message: 'user.name cannot be changed: keys belong to a user' },
  {
    field: 'aws.region',
    to: 'us-east-1',
    message: 'aws.region cannot be changed: what was made there would be left behind',
  },
  {
    field: 'accessKey.secretRef.name',
    to: 'another-secret',
    message: 'accessKey.secretRef.name cannot be changed: what reads the old Secret',
  },
];

/** The same of a SiteVpn whose site is a cloud. */
export const frozenVpnFields: readonly Frozen[] = [
  { field: 'vpc.tag.Name', to: 'OTHER-VPC', message: 'vpc cannot be changed' },
  {
    field: 'aws.region',
    to: 'us-east-1',
    message: 'aws.region cannot be changed: what was made there would be left behind',
  },
  {
    field: 'openstack.authURL',
    to: 'https://other.example.com/v3',
    message: 'openstack.authURL cannot be changed while routes are set at the router',
  },
  { field: 'openstack', to: undefined, message: 'openstack cannot be taken out while routes are set at the router' },
  { field: 'device.secretRef.name', to: 'another-secret', message: 'device.secretRef.name cannot be changed' },
];

/** Changes of a GslbEndpoint that an update must not make. */
export const frozenGslbFields: readonly Frozen[] = [
  { field: 'zone.name', to: 'other.shop', message: 'zone cannot be changed' },
  { field: 'record.name', to: 'www', message: 'record.name cannot be changed' },
  {
    field: 'aws.region',
    to: 'us-east-1',
    message: 'aws.region cannot be changed: what was made there would be left behind',
  },
];

const bareSite = { name: 'seoul', region: 'ap-northeast-2', loadBalancer: 'seoul-alb' };
const seoulSite = { ...bareSite, securityGroup: 'SG-ALB' };

/** A site of a GslbEndpoint, and what an update must not make of it: also where a field comes or goes. */
export const frozenSite = {
  site: seoulSite,
  changes: [
    { field: 'region', site: { ...seoulSite, region: 'ap-northeast-1' } },
    { field: 'loadBalancer', site: { ...seoulSite, loadBalancer: 'busan-alb' } },
    { field: 'targetGroup', site: { ...seoulSite, targetGroup: 'TG-Seoul' } },
    { field: 'securityGroup', site: { ...seoulSite, securityGroup: 'SG-Seoul' } },
    { field: 'securityGroup', site: bareSite },
    { field: 'vpc', site: { ...seoulSite, vpc: { tag: { Name: 'MY-VPC' } } } },
    { field: 'subnets', site: { ...seoulSite, subnets: ['subnet-0a1b2c3d4e5f67890', 'subnet-0b2c3d4e5f678901a'] } },
  ],
  /** Says what is so already. */
  same: { ...seoulSite, targetGroup: 'seoul-alb', instanceType: 't4g.small' },
};

/** Changes of a PbsInstance that an update must not make. */
export const frozenPbsFields: readonly Frozen[] = [
  { field: 's3.id', to: 'other', message: 's3.id cannot be changed' },
  { field: 'datastore.name', to: 'other', message: 'datastore.name cannot be changed' },
  { field: 'storage.id', to: 'other', message: 'storage.id cannot be changed' },
  { field: 'server.vm.fqdn', to: 'other.example.com', message: 'server.vm.fqdn cannot be changed' },
  { field: 'server.vm.network.address', to: '192.168.0.21/24', message: 'network.address cannot be changed' },
];
