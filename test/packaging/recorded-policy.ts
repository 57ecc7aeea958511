// SPDX-License-Identifier: GPL-3.0-or-later
/** Every permission in AWS that the operator needs, as the simulated AWS was asked for it in every story that there is. */
import type { RecordedPermission } from '../../src/clouds/aws/policy/recorded-permissions.ts';
import type { AwsWorld } from '../../src/simulator/aws/index.ts';
import { castWith, roleName, type Cast } from '../clouds/aws/cast.ts';
import * as backupTarget from '../kinds/backup-target/stories.ts';
import * as gslbEndpoint from '../kinds/gslb-endpoint/stories.ts';
import * as siteVpn from '../kinds/site-vpn/stories.ts';

type Kind = RecordedPermission['kind'];

interface Plays {
  readonly stories: Readonly<Record<string, (cast: Cast) => Promise<void>>>;
  readonly featureOf: Readonly<Record<string, string>>;
}

export const plays: Readonly<Record<Kind, Plays>> = {
  BackupTarget: backupTarget,
  SiteVpn: siteVpn,
  GslbEndpoint: gslbEndpoint,
};

const everything = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

type Decision = AwsWorld['decisions'][number];

/** How a thing of EC2 stands to us: a policy can tell it by its tags. */
function ec2Place({ resource, context }: Decision): string {
  const [, type = '', id = ''] = /:([a-z-]+)\/(.*)$/.exec(resource) ?? [];
  if (type === 'vpc' || type === 'route-table') return type;
  if (id === '*') return `new ${type}`;
  return `${context['aws:ResourceTag/hybridcloud.dev/cluster'] === undefined ? 'any' : 'our'} ${type}`;
}

/** `loadbalancer`, `targetgroup` or `listener`, and how it stands to us. */
function balancingPlace({ resource, context }: Decision): string {
  const type = resource.split(':')[5]?.split('/')[0] ?? '';
  if (resource.endsWith('/*')) return `new ${type}`;
  return `${context['aws:ResourceTag/hybridcloud.dev/cluster'] === undefined ? 'any' : 'our'} ${type}`;
}

const placesOfNames: Readonly<Record<string, RecordedPermission['on']>> = {
  hostedzone: 'hosted-zone',
  healthcheck: 'health-check',
  change: 'change',
  certificate: 'certificate',
};

function userPlace(resource: string): RecordedPermission['on'] {
  if (/:user\/hybridcloud\//.test(resource)) return 'user';
  // the identity itself, whatever it is called: reads no more than GetAccountAuthorizationDetails does, which needs `*`
  if (resource.endsWith(`:role/${roleName}`)) return 'account';
  throw new Error(`a permission outside the users of the operator: ${resource}`);
}

function placeOf(decision: Decision): RecordedPermission['on'] {
  const { resource } = decision;
  if (resource.startsWith('arn:aws:ec2:')) return ec2Place(decision) as RecordedPermission['on'];
  if (resource.startsWith('arn:aws:elasticloadbalancing:')) return balancingPlace(decision) as RecordedPermission['on'];
  if (resource.startsWith('arn:aws:s3:::')) return resource.includes('/') ? 'object' : 'bucket';
  if (resource.startsWith('arn:aws:iam::')) return userPlace(resource);
  const ofNames = /^arn:aws:(?:route53:::(hostedzone|healthcheck|change)|acm:[^:]*:[^:]*:(certificate))\//.exec(
    resource,
  );
  if (ofNames) return placesOfNames[ofNames[1] ?? ofNames[2] ?? ''] ?? 'account';
  if (resource === '*') return 'account';
  throw new Error(`a permission on something new: ${resource}; say in policy/operator.ts what its ARN is`);
}

type Asked = Omit<RecordedPermission, 'feature'>;

async function asked(kind: Kind, name: string): Promise<readonly Asked[]> {
  const cast = await castWith(everything, { kind });
  cast.stage.aws.decisions.length = 0;
  await plays[kind].stories[name]?.(cast);
  return cast.stage.aws.decisions
    .filter(({ caller }) => caller.includes(`/${roleName}/`))
    .map((decision) => ({ kind, action: decision.action, on: placeOf(decision) }));
}

const idOf = ({ kind, action, on }: Asked) => `${kind} ${action} ${on}`;

export interface Seen {
  readonly permission: RecordedPermission;
  /** The first story that asked for it. */
  readonly story: string;
  /** All features of which that story asked for something: what is granted for these is all that it needs. */
  readonly features: readonly string[];
}

/** What every object needs, then what single features need beyond it. */
export async function seenPermissions(kind: Kind): Promise<Seen[]> {
  const found = new Map<string, Seen>();
  const { stories, featureOf } = plays[kind];
  const names = Object.keys(stories).sort((a, b) => (featureOf[a] ?? '').localeCompare(featureOf[b] ?? ''));
  for (const story of names) {
    const all = await asked(kind, story);
    const feature = featureOf[story] ?? 'always';
    const features = [...new Set(all.map((one) => found.get(idOf(one))?.permission.feature ?? feature))];
    for (const one of all)
      if (!found.has(idOf(one))) found.set(idOf(one), { permission: { feature, ...one }, story, features });
  }
  return [...found.values()];
}

/** In a fixed order. */
export function recordedOf(seen: readonly Seen[]): RecordedPermission[] {
  return seen.map(({ permission }) => permission).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ kind, feature, on, action }: RecordedPermission): string {
  return `${kind} ${feature === 'always' ? '' : feature} ${on} ${action}`;
}

export function sourceOf(recorded: readonly RecordedPermission[]): string {
  const lines = recorded.map(({ kind, feature, on, action }) => {
    const members = [`kind: '${kind}'`, `feature: '${feature}'`, `on: '${on}'`, `action: '${action}'`];
    const line = `  { ${members.join(', ')} },`;
    // as the formatter writes it
    return line.length <= 120 ? line : `  {\n${members.map((member) => `    ${member},\n`).join('')}  },`;
  });
  return `// SPDX-License-Identifier: GPL-3.0-or-later
// Generated by "npm run record" from the calls of every story in test/kinds/*/stories.ts; do not edit.

export interface RecordedPermission {
  readonly kind: 'BackupTarget' | 'SiteVpn' | 'GslbEndpoint';
  /** \`always\`, or the part of a spec without which it is not needed. */
  readonly feature: string;
  /** Of EC2: being made by us, with our mark on it, or without. */
  readonly on:
    | 'account'
    | 'bucket'
    | 'object'
    | 'user'
    | 'vpc'
    | 'route-table'
    | 'hosted-zone'
    | 'health-check'
    | 'change'
    | 'certificate'
    | \`\${'new' | 'our' | 'any'} \${'vpn-gateway' | 'customer-gateway' | 'vpn-connection'}\`
    | \`\${'new' | 'our' | 'any'} \${'instance' | 'volume' | 'network-interface' | 'image' | 'snapshot' | 'subnet' | 'security-group'}\`
    | \`\${'new' | 'our' | 'any'} \${'loadbalancer' | 'targetgroup' | 'listener'}\`;
  readonly action: string;
}

export const recordedPermissions: readonly RecordedPermission[] = [
${lines.join('\n')}
];
`;
}
