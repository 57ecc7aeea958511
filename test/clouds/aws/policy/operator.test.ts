// SPDX-License-Identifier: GPL-3.0-or-later
/** The operator with exactly the policy of docs/permissions.md, as a role: everything works, and nothing in it is unused. */
import { describe, expect, test } from '@jest/globals';
import {
  boundaryPolicy,
  boundedStatements,
  operatorPolicy,
  operatorStatements,
  statementsOf,
  type PolicyWish,
  type Statement,
} from '../../../../src/clouds/aws/policy/operator.ts';
import {
  recordedPermissions,
  type RecordedPermission,
} from '../../../../src/clouds/aws/policy/recorded-permissions.ts';
import { write, type AwsRequest } from '../../../../src/clouds/aws/request.ts';
import { act } from '../../../../src/kinds/site-vpn/act.ts';
import { routerActions } from '../../../../src/kinds/site-vpn/openstack/act.ts';
import { pushActions } from '../../../../src/kinds/site-vpn/push/act.ts';
import { account, conditionOf } from '../../../kinds/stage.ts';
import { bucketName, manifestOf, userName } from '../../../kinds/backup-target/manifests.ts';
import { makeBoundary, stories, type Story } from '../../../kinds/backup-target/stories.ts';
import { plays, recordedOf, seenPermissions, type Seen } from '../../../packaging/recorded-policy.ts';
import { castWith, denialsOf, roleName, roleSession, sessionOn } from '../cast.ts';

const wish: PolicyWish = { partition: 'aws', buckets: ['iksan-*'] };
const boundedWish = { ...wish, boundary: { account, policy: 'hybridcloud/backup-user' } };
const backups = operatorStatements('BackupTarget');

interface Played {
  readonly denied: readonly string[];
  readonly failed?: Error;
}

async function play(kind: RecordedPermission['kind'], story: string, policy: object): Promise<Played> {
  const cast = await castWith(policy, { kind });
  try {
    await plays[kind].stories[story]?.(cast);
    return { denied: denialsOf(cast.stage) };
  } catch (failed) {
    return { denied: denialsOf(cast.stage), failed: failed as Error };
  }
}

async function playBounded(story: Story, policy: object): Promise<Played> {
  const made = await castWith(policy);
  await makeBoundary(made);
  const cast = { ...made, user: { permissionsBoundary: boundedWish.boundary.policy } };
  try {
    await story(cast);
    return { denied: denialsOf(cast.stage) };
  } catch (failed) {
    return { denied: denialsOf(cast.stage), failed: failed as Error };
  }
}

function expectThrough({ failed, denied }: Played): void {
  if (failed) throw failed;
  expect(denied).toEqual([]);
}

const vpn = { cluster: 'cluster-1', vpcs: ['vpc-*'], gateways: ['vgw-*'] };

describe.each([
  // by its very name: a pattern of buckets holds their objects, too
  ['BackupTarget', { partition: 'aws', buckets: [bucketName] }],
  ['SiteVpn', { partition: 'aws', vpn }],
  ['GslbEndpoint', { partition: 'aws', gslb: { zones: ['*'], cluster: 'cluster-1' } }],
] as const)('What %s needs:', (kind, chosen: PolicyWish) => {
  const statements = operatorStatements(kind);
  let playing: ReturnType<typeof seenPermissions> | undefined;
  /** Played once for all tests. */
  const seen = () => (playing ??= seenPermissions(kind));

  /** The first story that asked for such a permission of that statement. */
  async function storyOf(sid: string, fits: (permission: RecordedPermission) => boolean): Promise<Seen> {
    const found = (await seen()).find(
      ({ permission }) => fits(permission) && statementsOf([permission])[0]?.sid === sid,
    );
    if (!found) throw new Error(`${sid} was never asked for`);
    return found;
  }

  /** Nothing is in the policy but what the story needs: a statement of another feature may grant more than its own. */
  async function deniedWithout(changed: Statement, { story, features }: Seen): Promise<readonly string[]> {
    const rest = statements
      .filter(({ feature }) => features.includes(feature))
      .map((one) => (one.sid === changed.sid ? changed : one));
    const left = rest.filter(({ grants, on }) => grants.length > 0 && on.length > 0);
    return (await play(kind, story, operatorPolicy(chosen, left))).denied;
  }

  test.each(Object.keys(plays[kind].stories))(
    'with exactly its policy the operator gets through %s.',
    async (story) => {
      expectThrough(await play(kind, story, operatorPolicy(chosen, statements)));
    },
  );

  test.each(statements.flatMap(({ sid, grants }) => grants.map(({ action }) => [sid, action] as const)))(
    'in %s, without %s some story is refused: the policy holds nothing that is not needed.',
    async (sid, action) => {
      const whole = statements.find((one) => one.sid === sid) as Statement;
      const grants = whole.grants.filter((grant) => grant.action !== action);
      const story = await storyOf(sid, (permission) => permission.action === action);
      expect(await deniedWithout({ ...whole, grants }, story)).not.toEqual([]);
    },
    // the first one plays all stories
    60_000,
  );

  test.each(statements.flatMap(({ sid, on }) => on.map((one) => [sid, one] as const)))(
    'in %s, without the resource of %s some story is refused.',
    async (sid, place) => {
      const whole = statements.find((one) => one.sid === sid) as Statement;
      const on = whole.on.filter((one) => one !== place);
      const story = await storyOf(sid, (permission) => permission.on === place);
      expect(await deniedWithout({ ...whole, on }, story)).not.toEqual([]);
    },
  );

  test('the recording that the policy is made of is what the stories ask for now ("npm run record" writes it).', async () => {
    expect(recordedOf(await seen())).toEqual(recordedPermissions.filter((one) => one.kind === kind));
  });

  test('every permission says what it is for.', () => {
    const mute = statements.flatMap(({ grants }) => grants.filter(({ why }) => why === ''));
    expect(mute).toEqual([]);
  });

  test('the policy fits into a managed policy: 6,144 characters.', () => {
    expect(JSON.stringify(operatorPolicy(chosen, statements)).length).toBeLessThan(6144);
  });

  test('every statement has a name of its own, whatever else is granted.', () => {
    const names = (['BackupTarget', 'SiteVpn', 'GslbEndpoint'] as const).flatMap((one) =>
      operatorStatements(one).map(({ sid }) => sid),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[A-Za-z0-9]+$/.test(name))).toEqual([]);
  });
});

test('Who uses one kind only grants nothing of the other.', () => {
  const services = (kind: RecordedPermission['kind']) =>
    new Set(operatorStatements(kind).flatMap(({ grants }) => grants.map(({ action }) => action.split(':')[0])));
  expect(services('BackupTarget')).toEqual(new Set(['cloudwatch', 'iam', 's3']));
  expect(services('SiteVpn')).toEqual(new Set(['ec2', 'iam']));
  expect(services('GslbEndpoint')).toEqual(new Set(['acm', 'ec2', 'elasticloadbalancing', 'iam', 'route53']));
  const ofVpn = operatorStatements('SiteVpn').flatMap(({ grants }) => grants.map(({ action }) => action));
  expect(ofVpn.filter((action) => action.startsWith('iam:'))).toEqual(['iam:SimulatePrincipalPolicy']);
});

test("SiteVpn's stories do every step there is on EC2.", async () => {
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const done = new Set<string>();
  for (const story of Object.values(plays.SiteVpn.stories)) {
    const cast = await castWith(everything, { kind: 'SiteVpn' });
    await story(cast);
    for (const { step } of cast.stage.outputs.steps) done.add(step.do);
  }
  const elsewhere = new Set([
    'DeliverGatewayFiles',
    'RemoveGatewayFiles',
    ...Object.keys({ ...pushActions, ...routerActions }),
  ]);
  expect(Object.keys(act).filter((name) => !done.has(name) && !elsewhere.has(name))).toEqual([]);
}, 60_000);

const unbounded = new Set(['a permissions boundary', 'an adoption']);

test.each(Object.entries(stories).filter(([name]) => !unbounded.has(name)))(
  'With its policy for bounded users only, the operator gets through %s.',
  async (_name, story) => {
    expectThrough(await playBounded(story, operatorPolicy(boundedWish, backups)));
  },
);

const reads = /^(s3:(Get|List)|iam:(Get|List|Simulate)|cloudwatch:Get)/;

describe.each([
  ['plain', operatorPolicy(wish, backups)],
  ['bounded', operatorPolicy(boundedWish, backups)],
])('The %s policy', (_, policy) => {
  test('attack-29: is no wildcard, and changes only things below a path or a name of ours.', () => {
    for (const { Action, Resource } of policy.Statement) {
      expect(Action.filter((action) => action.includes('*'))).toEqual([]);
      if (Action.every((action) => reads.test(action))) continue;
      for (const resource of Resource)
        expect(resource).toMatch(/^arn:aws:(s3:::iksan-\*(\/\*)?|iam::\*:user\/hybridcloud\/\*)$/);
    }
  });

  test('fits into a managed policy: 6,144 characters.', () => {
    expect(JSON.stringify(policy).length).toBeLessThan(6144);
  });
});

test('Every call to AWS that the operator made came from the role, but for the login that assumes it.', async () => {
  const cast = await castWith(operatorPolicy(wish, backups));
  await stories['an object whose spec changes']?.(cast);
  const callers = cast.stage.aws.calls.filter(({ caller }) => !caller?.endsWith(':root'));
  const strangers = callers.filter(({ caller }) => !caller?.includes(roleName) && !caller?.includes(userName));
  expect(new Set(strangers.map(({ action }) => action))).toEqual(new Set(['AssumeRole']));
});

test('A user outside the path /hybridcloud/ is left alone, and the object says that it is not ours.', async () => {
  const cast = await castWith(operatorPolicy(wish, backups));
  await cast.root.send(write('iam', 'CreateUser', { UserName: userName }));
  const manifest = manifestOf({ aws: cast.aws });
  await cast.stage.apply(manifest);
  await cast.stage.until(manifest.name, (_object, { next }) => next === 'later');
  expect(conditionOf(cast.stage.object(manifest.name), 'Stalled')).toMatchObject({ status: 'True', reason: 'NotOurs' });
});

describe('Who holds the bounded policy', () => {
  const admin = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  });
  const mallory = { UserName: 'mallory', Path: '/hybridcloud/' };

  const holder = async () => {
    const { stage, root } = await castWith(operatorPolicy(boundedWish, backups));
    const boundary = await makeBoundary({ root });
    const role = await roleSession(stage);
    const refusal = async (request: AwsRequest, as = role) => {
      await as.send(request).catch(() => undefined);
      return stage.aws.calls.at(-1)?.errorCode;
    };
    return { stage, root, role, boundary, refusal };
  };

  test('attack-29: cannot make a user without the boundary, or with another one, nor write a policy for an unbounded user.', async () => {
    const { root, refusal } = await holder();
    const loose = `arn:aws:iam::${account}:policy/loose`;
    await root.send(write('iam', 'CreatePolicy', { PolicyName: 'loose', PolicyDocument: admin }));
    expect(await refusal(write('iam', 'CreateUser', mallory))).toBe('AccessDenied');
    expect(await refusal(write('iam', 'CreateUser', { ...mallory, PermissionsBoundary: loose }))).toBe('AccessDenied');
    await root.send(write('iam', 'CreateUser', mallory));
    const policy = { UserName: 'mallory', PolicyName: 'p', PolicyDocument: admin };
    expect(await refusal(write('iam', 'PutUserPolicy', policy))).toBe('AccessDenied');
    const bound = { UserName: 'mallory', PermissionsBoundary: loose };
    expect(await refusal(write('iam', 'PutUserPermissionsBoundary', bound))).toBe('AccessDenied');
  });

  test('attack-29: cannot make an administrator: a bounded user with every right written on it has those of a backup user.', async () => {
    const { stage, role, boundary, refusal } = await holder();
    await role.send(write('iam', 'CreateUser', { ...mallory, PermissionsBoundary: boundary }));
    await role.send(write('iam', 'PutUserPolicy', { UserName: 'mallory', PolicyName: 'p', PolicyDocument: admin }));
    expect(await refusal(write('iam', 'DeleteUserPermissionsBoundary', { UserName: 'mallory' }))).toBe('AccessDenied');
    const { AccessKey } = await role.send<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(
      write('iam', 'CreateAccessKey', { UserName: 'mallory' }),
    );
    const user = sessionOn(stage, { accessKeyID: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey });
    expect(await refusal(write('iam', 'CreateUser', { UserName: 'second' }), user)).toBe('AccessDenied');
    expect(await refusal(write('s3', 'DeleteBucketPolicy', { Bucket: 'iksan-x' }), user)).not.toBeUndefined();
    expect(await refusal(write('s3', 'ListBuckets', {}), user)).toBe('AccessDenied');
    expect(await refusal(write('iam', 'CreateAccessKey', { UserName: 'starter' }), user)).toBe('AccessDenied');
  });
});

test('The boundary lets a backup user do all that its policy says, and nothing of IAM.', () => {
  const allowed = boundaryPolicy(wish).Statement.flatMap(({ Action }) => Action);
  expect(allowed.filter((action) => !/^(s3|kms):/.test(action))).toEqual([]);
  expect(boundedStatements(backups).filter(({ bounded }) => bounded)).not.toEqual([]);
});
