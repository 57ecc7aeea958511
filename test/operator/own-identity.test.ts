// SPDX-License-Identifier: GPL-3.0-or-later
/** The operator as itself: tokens of its service account, EKS Pod Identity, roles beyond; what it says when one of these fails, and how it goes on. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Transport } from '../../src/wire/call.ts';
import { cloudCalls, cloudWrites, glide, isReady, isSynced, stalledBy } from './bad-days/hands.ts';
import {
  byPod,
  byRole,
  byToken,
  irsa,
  issuer,
  makeRole,
  podIdentity,
  roleArn,
  subject,
  tokenFile,
  trustCluster,
  type TokenFile,
} from './identities.ts';
import { annotate, namespace, target, worlds, type Running, type Worlds } from './worlds.ts';

let world: Worlds;
let file: TokenFile;
const well = () => isReady(world) && isSynced(world);
const ready = () => world.condition('Ready');
const failures = (running: Running) => running.lines.filter((line) => /"level":"(warn|error)"/.test(line));

async function grant(data: Record<string, string>): Promise<void> {
  const configMaps = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
  const at = { namespace, name: 'hybrid-cloud-operator-grants' };
  await world.admin.patch(configMaps, at, { type: 'merge', body: { data } });
}

beforeEach(() => {
  world = worlds();
  file = tokenFile();
});
afterEach(() => world.end());

describe('A service account token (IRSA)', () => {
  const token = (seconds = 86_400) => world.aws.webIdentityToken({ issuer, subject, seconds });

  beforeEach(async () => {
    await trustCluster(world);
    await makeRole(world, { name: 'operator', trust: byToken });
  });

  test('is enough, the credentials are renewed before they end, and the rotated token is read again.', async () => {
    file.write(token(3600));
    const running = world.operator(irsa(roleArn('operator'), file));
    world.kubernetes.install([target()]);
    await world.until(well);
    for (let round = 0; round < 4; round++) {
      await glide(world, 1800);
      file.write(token(3600));
    }
    await annotate(world, { 'hybridcloud.dev/reconcile-at': new Date(world.clock.now()).toISOString() });
    await glide(world, 30);
    expect(well()).toBe(true);
    expect(world.aws.calls.filter(({ status }) => status >= 400 && status !== 404)).toEqual([]);
    const logins = world.aws.calls.filter(({ action }) => action === 'AssumeRoleWithWebIdentity');
    expect(logins.length).toBeGreaterThanOrEqual(2);
    expect(logins.length).toBeLessThanOrEqual(4);
    expect(failures(running)).toEqual([]);
  });

  test('that is missing: one clear condition, no call to AWS; once it is there, Ready.', async () => {
    const running = world.operator(irsa(roleArn('operator'), file));
    world.kubernetes.install([target()]);
    await world.until(() => stalledBy(world) === 'CredentialsMissing', 10);
    expect(ready()?.message).toMatch(/token file .* cannot be read: see its service account/);
    expect(cloudCalls(running)).toEqual([]);
    file.write(token());
    await world.until(well, 400);
  });

  test.each<[string, () => void, RegExp]>([
    ['has ended', () => file.write(token(-60)), /ExpiredTokenException/],
    [
      'is of another service account',
      () => file.write(world.aws.webIdentityToken({ issuer, subject: 'system:serviceaccount:default:default' })),
      /Not authorized to perform sts:AssumeRoleWithWebIdentity/,
    ],
    [
      'is of a cluster that the account does not know',
      () => file.write(world.aws.webIdentityToken({ issuer: 'https://oidc.example.com', subject })),
      /InvalidIdentityToken.*No OpenIDConnect provider/,
    ],
  ])('that %s: RoleNotAssumed, no write; made right, Ready.', async (_, spoil, message) => {
    spoil();
    const running = world.operator(irsa(roleArn('operator'), file));
    world.kubernetes.install([target()]);
    await world.until(() => stalledBy(world) === 'RoleNotAssumed', 10);
    expect(ready()?.message).toMatch(message);
    expect(cloudWrites(running)).toEqual([]);
    file.write(token());
    await world.until(well, 400);
  });

  describe('and a role beyond it', () => {
    const far = '999999999999';
    const farRole = roleArn('backups', far);
    const wanting = (assumeRole: object, more: object = {}) =>
      target({ aws: { region: 'ap-northeast-2', assumeRole, ...more } });

    const start = async (trust: string, grants: string) => {
      file.write(token());
      await makeRole(world, { name: 'backups', trust, account: far });
      await grant({ default: grants });
      return world.operator(irsa(roleArn('operator'), file));
    };

    test('is assumed with the external id of the grant; the bucket is in that account, and CloudTrail names the namespace.', async () => {
      const running = await start(byRole(roleArn('operator'), 'seoul-7'), `role ${farRole} external-id seoul-7`);
      world.kubernetes.install([wanting({ arn: farRole }, { accountID: far })]);
      await world.until(well);
      expect(world.aws.account(far).buckets()).toHaveLength(1);
      expect(world.aws.account('123456789012').buckets()).toEqual([]);
      const callers = world.aws.calls.filter(({ service }) => service === 's3').map(({ caller }) => caller);
      expect(callers).toContain(`arn:aws:sts::${far}:assumed-role/backups/default@hybrid-cloud-operator`);
      await glide(world, 4200);
      expect(well()).toBe(true);
      expect(failures(running)).toEqual([]);
    });

    test('without one in the grant gets the external id of the cluster and the namespace.', async () => {
      const system = world.kubernetes.objects('namespaces').find(({ metadata }) => metadata.name === 'kube-system');
      const uid = String(system?.metadata.uid);
      await start(byRole(roleArn('operator'), `hybridcloud/${uid}/default`), `role ${farRole}`);
      world.kubernetes.install([wanting({ arn: farRole })]);
      await world.until(well);
    });

    test('that does not trust us: RoleNotAssumed names both sides, no write; trusted, Ready.', async () => {
      const running = await start(byRole(roleArn('somebody-else')), `role ${farRole}`);
      world.kubernetes.install([wanting({ arn: farRole })]);
      await world.until(() => stalledBy(world) === 'RoleNotAssumed', 10);
      expect(ready()?.message).toContain(`assumed-role/operator/hybrid-cloud-operator assume ${farRole}`);
      expect(ready()?.message).toMatch(/Allow sts:AssumeRole on that role .* trust policy/);
      expect(cloudWrites(running)).toEqual([]);
    });

    test('with a wrong external id in the grant: RoleNotAssumed says which was sent; the grant made right, Ready within 10 s.', async () => {
      await start(byRole(roleArn('operator'), 'seoul-7'), `role ${farRole} external-id seoul-8`);
      world.kubernetes.install([wanting({ arn: farRole })]);
      await world.until(() => stalledBy(world) === 'RoleNotAssumed', 10);
      expect(ready()?.message).toContain('sts:ExternalId was seoul-8');
      await grant({ default: `role ${farRole} external-id seoul-7` });
      await world.until(well, 10);
    });

    test('that was granted to another namespace: NotPermitted, and not one call is made.', async () => {
      const running = await start(byRole(roleArn('operator')), 'identity');
      await grant({ 'team-b': `role ${farRole}` });
      world.kubernetes.install([wanting({ arn: farRole })]);
      await world.until(() => stalledBy(world) === 'NotPermitted', 10);
      expect(cloudCalls(running)).toEqual([]);
    });

    test('attack-06: a tenant who names the external id of another one at a role that both may use is refused without a call.', async () => {
      const running = await start(byRole(roleArn('operator'), 'team-b-7'), `role ${farRole} external-id team-a-3`);
      await grant({ 'team-b': `role ${farRole} external-id team-b-7` });
      world.kubernetes.install([wanting({ arn: farRole, externalID: 'team-b-7' })]);
      await world.until(() => stalledBy(world) === 'NotPermitted', 10);
      expect(ready()?.message).toContain('leave aws.assumeRole.externalID out');
      expect(cloudCalls(running)).toEqual([]);
    });
  });
});

describe('EKS Pod Identity', () => {
  let down = false;
  let token = 'first';
  const wired = (): Transport => {
    const agent = world.aws.podIdentity({ roleArn: roleArn('operator'), token: () => token, seconds: 3600 });
    return (request) => {
      if (request.url.host !== '169.254.170.23') return world.transport(request);
      if (down) return Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
      return agent(request);
    };
  };

  beforeEach(async () => {
    down = false;
    token = 'first';
    await makeRole(world, { name: 'operator', trust: byPod });
  });

  test('is enough, the credentials are renewed before they end, and the rotated token is read again.', async () => {
    file.write(token);
    const running = world.operator({ ...podIdentity(file), transport: wired() });
    world.kubernetes.install([target()]);
    await world.until(well);
    await glide(world, 1800);
    token = 'second';
    file.write(token);
    await glide(world, 5400);
    expect(well()).toBe(true);
    expect(world.aws.calls.filter(({ status }) => status >= 400 && status !== 404)).toEqual([]);
    expect(failures(running)).toEqual([]);
  });

  test('whose agent is down: it is named, nothing is called in vain, and it goes on by itself once it is up.', async () => {
    down = true;
    file.write(token);
    const running = world.operator({ ...podIdentity(file), transport: wired() });
    world.kubernetes.install([target()]);
    await world.until(() => ready()?.reason === 'Unreachable', 30);
    expect(ready()?.message).toMatch(/169\.254\.170\.23 did not answer \(ECONNREFUSED\).*It is tried again by itself/);
    expect(cloudWrites(running)).toEqual([]);
    await glide(world, 600);
    expect(cloudCalls(running).length).toBeLessThan(15);
    down = false;
    await world.until(well, 330);
  });

  test('that refuses the token: CredentialsMissing says where to look.', async () => {
    file.write('stale');
    world.operator({ ...podIdentity(file), transport: wired() });
    world.kubernetes.install([target()]);
    await world.until(() => stalledBy(world) === 'CredentialsMissing', 10);
    expect(ready()?.message).toContain('answered 400: see the Pod Identity association');
  });
});

describe('The identity of the operator', () => {
  test('is for nobody without a grant: NotPermitted and no call; granted, Ready within 10 s; taken back, not one call more.', async () => {
    await world.end();
    world = worlds({ grants: {} });
    const running = world.operator();
    world.kubernetes.install([target()]);
    await world.until(() => stalledBy(world) === 'NotPermitted', 10);
    await glide(world, 900);
    expect(cloudCalls(running)).toEqual([]);
    await grant({ default: 'identity' });
    await world.until(well, 10);
    await grant({ default: '# nothing any more' });
    await world.until(() => stalledBy(world) === 'NotPermitted', 10);
    const before = cloudCalls(running).length;
    await glide(world, 900);
    expect(cloudCalls(running).length).toBe(before);
  });

  test('of another account than aws.accountID: WrongAccount, and nothing was called but GetCallerIdentity.', async () => {
    const running = world.operator();
    world.kubernetes.install([target({ aws: { region: 'ap-northeast-2', accountID: '999999999999' } })]);
    await world.until(() => stalledBy(world) === 'WrongAccount', 10);
    expect(new Set(cloudCalls(running).map(({ call }) => call.action))).toEqual(new Set(['GetCallerIdentity']));
  });

  test('whose session ends during a look: one line that says so, no person is asked, and the next look works.', async () => {
    const running = world.operator();
    world.aws.faults.add({
      kind: 'error',
      service: 's3',
      action: 'PutBucketPolicy',
      nth: 1,
      status: 400,
      code: 'ExpiredToken',
    });
    world.kubernetes.install([target()]);
    await world.until(() => world.condition('Synced')?.reason === 'CredentialsExpired', 10);
    expect(stalledBy(world)).toBeUndefined();
    await world.until(well, 30);
    const said = running.lines.filter((line) => line.includes('CredentialsExpired'));
    expect(said.length).toBeLessThanOrEqual(1);
  });
});
