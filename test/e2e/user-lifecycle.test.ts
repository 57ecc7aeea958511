// SPDX-License-Identifier: GPL-3.0-or-later
/** A person with kubectl, from the installation to the last delete; and what the operator asked of the API server on the way. */
import { DeleteBucketPolicyCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { kubectlWith, until } from './kube-world.ts';
import { realServer } from './server.ts';
import type { OperatorProcess } from './user/operator-process.ts';
import { backupTarget, hasKubectl, home, team, userWorld, type UserWorld } from './user/world.ts';

const started = process.env['E2E_KUBECONFIG']
  ? { skipped: 'it needs the user `operator` of ../shared/kube' }
  : hasKubectl
    ? await realServer()
    : { skipped: 'kubectl is not on this machine' };
const server = 'skipped' in started ? undefined : started;
const title = 'skipped' in started ? `skipped: ${started.skipped}` : 'A user with kubectl';
const file = server?.kubeconfig ?? '';
let world: UserWorld;
let operator: OperatorProcess;

const archive = 'iksan-cloud-archive-20251129';
const example = 'iksan-cloud-backup-20251129';
const widest = (table: string) => Math.max(...table.split('\n').map((line) => line.length));
const ready = (name: string) => world.kubectl('wait', '--for=condition=Ready', `bt/${name}`, '--timeout=20s');
const condition = async (name: string, type: string, field: string) =>
  world.kubectl('get', 'bt', name, '-o', `jsonpath={.status.conditions[?(@.type=="${type}")].${field}}`);

beforeAll(async () => {
  if (!server) return;
  world = await userWorld(file);
  operator = await world.leading();
}, 120_000);

afterAll(async () => {
  await world?.close();
  await server?.stop();
}, 60_000);

(server ? describe : describe.skip)(title, () => {
  test('applies the examples, client-side and server-side, and waits until they are Ready.', async () => {
    expect(await world.kubectl('apply', '-f', 'examples/01-backup-target.yaml')).toContain('vm-backups created');
    const second = ['apply', '--server-side', '-f', 'examples/02-backup-target-kms.yaml'];
    expect(await world.kubectl(...second)).toContain('vm-archive serverside-applied');
    await ready('vm-backups');
    await ready('vm-archive');
    // again changes nothing, neither there nor in the cloud
    const writes = () => world.aws.calls.filter(({ effect }) => effect === 'write').length;
    const before = writes();
    expect(await world.kubectl('apply', '-f', 'examples/01-backup-target.yaml')).toContain('vm-backups unchanged');
    expect(await world.kubectl(...second)).toContain('vm-archive serverside-applied');
    expect(await world.kubectl('get', 'bt', '-o', 'jsonpath={.items[*].metadata.generation}')).toBe('1 1');
    expect(writes()).toBe(before);
  }, 60_000);

  test('reads tables that fit: get hybrid, get bt, -o wide.', async () => {
    const plain = await world.kubectl('get', 'hybrid');
    expect(plain.split('\n')[0]).toMatch(/^NAME +READY +SYNCED +REASON +BUCKET +REGION +KEY AGE +VALIDATED +AGE$/);
    expect(plain).toMatch(
      /vm-backups +True +True +Available +iksan-cloud-backup-20251129 +ap-northeast-2 +\d+s +\d+s +\d+s/,
    );
    // of several kinds kubectl puts kind and group before each name
    expect(widest(plain)).toBeLessThanOrEqual(150);
    expect(widest(await world.kubectl('get', 'bt'))).toBeLessThanOrEqual(120);
    const wide = await world.kubectl('get', 'bt', '-o', 'wide');
    expect(wide).toMatch(/AGE +OUTCOME +SIZE +COST +USER +SECRET +MESSAGE\n/);
    expect(wide).toMatch(/Succeeded +proxmox-backup-user +vm-backups-s3 +It works/);
    for (const name of ['backuptarget', 'backuptargets', 'backuptarget.hybridcloud.dev', 'bt'])
      expect(await world.kubectl('get', name, 'vm-backups', '-o', 'name')).toBe(
        'backuptarget.hybridcloud.dev/vm-backups\n',
      );
  });

  test('finds what happened in describe and in events, in the order in which it happened.', async () => {
    const described = await world.kubectl('describe', 'bt', 'vm-backups');
    const listed = described.slice(described.indexOf('Events:'));
    const at = (reason: string) => listed.indexOf(` ${reason} `);
    for (const reason of ['CreateBucket', 'CreateUser', 'SetUserPolicy', 'CreateAccessKey', 'Available'])
      expect([reason, at(reason)]).not.toEqual([reason, -1]);
    expect(at('CreateBucket')).toBeLessThan(at('SetVersioning'));
    expect(at('CreateUser')).toBeLessThan(at('CreateAccessKey'));
    expect(at('CreateAccessKey')).toBeLessThan(at('Available'));
    const events = await world.kubectl(
      'get',
      'events',
      '-o',
      'json',
      '--field-selector=involvedObject.name=vm-backups',
    );
    const { items } = JSON.parse(events) as {
      items: { type: string; count: number; action: string; reason: string }[];
    };
    expect(items.every(({ type, count, action }) => type === 'Normal' && count === 1 && action !== '')).toBe(true);
    expect(new Set(items.map(({ reason }) => reason)).size).toBe(items.length);
    expect(await world.kubectl('events', '--for', 'bt/vm-backups')).toContain('CreateAccessKey');
  });

  test('asks explain, and dry-run shows every default.', async () => {
    const explained = await world.kubectl('explain', 'bt.spec', '--recursive');
    for (const field of [
      'deletionPolicy',
      'noncurrentVersionExpirationDays',
      'credentialsSecretRef',
      'intervalSeconds',
    ])
      expect(explained).toContain(field);
    expect(await world.kubectl('explain', 'bt.spec.bucket.name')).toContain('Cannot be changed');
    const applied = ['apply', '--dry-run=server', '-o', 'json', '-f', 'examples/01-backup-target.yaml'];
    const { spec } = JSON.parse(await world.kubectl(...applied)) as { spec: object };
    expect(spec).toMatchObject({
      managementPolicy: 'Apply',
      deletionPolicy: 'Retain',
      bucket: {
        versioning: 'Enabled',
        encryption: { type: 'SSE-S3' },
        noncurrentVersionExpirationDays: 30,
        abortIncompleteMultipartUploadDays: 7,
      },
      validation: { intervalSeconds: 300 },
    });
  });

  test('changes a field that may change, and sees it taken.', async () => {
    const patch = JSON.stringify({
      spec: { bucket: { noncurrentVersionExpirationDays: 60, tags: { team: 'storage' } } },
    });
    await world.kubectl('patch', 'bt', 'vm-backups', '--type=merge', '-p', patch);
    await world.kubectl('wait', 'bt/vm-backups', '--for=jsonpath={.status.observedGeneration}=2', '--timeout=10s');
    await world.kubectl('wait', 'bt/vm-backups', '--for=condition=Synced', '--timeout=10s');
    const bucket = world.account.buckets().find(({ name }) => name === example);
    expect(bucket?.tags).toContainEqual(['team', 'storage']);
    expect(JSON.stringify(bucket?.lifecycle)).toContain('60');
    expect(await world.kubectl('get', 'bt', 'vm-backups')).toMatch(/vm-backups +True +True/);
  }, 30_000);

  test('is refused what may not change, with the cure.', async () => {
    const patched = (spec: object) =>
      world.refused('patch', 'bt', 'vm-backups', '--type=merge', '-p', JSON.stringify({ spec }));
    expect(await patched({ bucket: { name: 'another-bucket' } })).toMatch(
      /bucket\.name cannot be changed: .*create another/,
    );
    expect(await patched({ user: { name: 'another' } })).toMatch(/spec\.user.*cannot be changed/);
    expect(await patched({ aws: { region: 'us-east-1' } })).toMatch(/region cannot be changed/);
    expect(await patched({ bucket: { versioning: 'On' } })).toMatch(
      /versioning: Unsupported value: "On": supported values/,
    );
  });

  test('pauses it, takes a bucket policy away, and asks for a look: it is repaired.', async () => {
    await world.kubectl('annotate', 'bt', 'vm-archive', 'hybridcloud.dev/paused=true');
    await until(async () => (await condition('vm-archive', 'Synced', 'reason')) === 'Paused', 5000);
    await world.s3().send(new DeleteBucketPolicyCommand({ Bucket: archive }));
    const policy = () => world.account.buckets().find(({ name }) => name === archive)?.policy;
    expect(policy()).toBeUndefined();
    await world.kubectl('annotate', 'bt', 'vm-archive', 'hybridcloud.dev/paused-');
    await until(async () => (await condition('vm-archive', 'Synced', 'reason')) === 'Applied', 5000);
    await world.kubectl('annotate', 'bt', 'vm-archive', `hybridcloud.dev/reconcile-at=${new Date().toISOString()}`);
    await until(() => policy() !== undefined, 5000);
    expect(await world.kubectl('events', '--for', 'bt/vm-archive')).toContain('RequireTLS');
    await ready('vm-archive');
  }, 30_000);

  test('waits for the delete: Retain leaves the bucket, without the operator’s tags.', async () => {
    expect(await world.kubectl('delete', 'bt', 'vm-archive', '--timeout=20s')).toContain('deleted');
    expect(world.account.buckets().map(({ name, tags }) => [name, tags])).toContainEqual([
      'iksan-cloud-archive-20251129',
      [
        ['site', 'Iksan'],
        ['team', 'storage'],
      ],
    ]);
    expect(world.account.users().map(({ name }) => name)).toEqual(['proxmox-backup-user']);
    expect(await world.refused('get', 'secret', 'vm-archive-s3')).toContain('NotFound');
  }, 40_000);

  test('deletes with Delete: it waits for the confirmation, says so everywhere, and goes on at once.', async () => {
    await world.kubectl('patch', 'bt', 'vm-backups', '--type=merge', '-p', '{"spec":{"deletionPolicy":"Delete"}}');
    await world.kubectl('delete', 'bt', 'vm-backups', '--wait=false');
    await until(async () => (await condition('vm-backups', 'Stalled', 'reason')) === 'DataLossNotConfirmed', 20_000);
    expect(await condition('vm-backups', 'Ready', 'message')).toContain(
      `hybridcloud.dev/confirm-data-loss: ${example}`,
    );
    expect(await world.kubectl('get', 'bt', 'vm-backups', '-o', 'jsonpath={.status.blockedBy[0].why}')).toBe(
      `not set to ${example}`,
    );
    expect(await world.kubectl('get', 'events')).toContain('DataLossNotConfirmed');
    await world.kubectl('annotate', 'bt', 'vm-backups', `hybridcloud.dev/confirm-data-loss=${example}`);
    await world.kubectl('wait', '--for=delete', 'bt/vm-backups', '--timeout=20s');
    expect(world.account.buckets().map(({ name }) => name)).toEqual(['iksan-cloud-archive-20251129']);
    expect(world.account.users()).toEqual([]);
    expect(await world.kubectl('get', 'secrets', '-o', 'name')).toBe('');
  }, 60_000);

  test('had an operator that used every right it has, needed no other, and was refused nothing.', async () => {
    // a secret of the user's own, and the same complaint told by two operators
    await world.apply(
      backupTarget('last', { aws: { region: 'ap-northeast-2', credentialsSecretRef: { name: 'aws' } } }),
    );
    await world.kubectl('wait', 'bt/last', '--for=condition=Stalled', '--timeout=20s');
    await until(async () => (await world.kubectl('get', 'events')).includes('CredentialsMissing'), 10_000);
    expect((await operator.end()).status).toBe(0);
    await world.leading();
    const { accessKeyID, secretAccessKey } = world.account.rootKey;
    const secret = (stringData: object) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'aws' },
      stringData,
    });
    await world.apply(secret({ accessKeyID, secretAccessKey }));
    await ready('last');
    await world.kubectl('delete', 'secret', 'aws');
    await until(async () => (await condition('last', 'Stalled', 'status')) === 'True', 20_000);
    await world.apply(secret({ accessKeyID, secretAccessKey }));
    await ready('last');
    await world.kubectl('delete', 'bt', 'last', '--timeout=20s');
    const { asked } = world.front;
    expect(asked.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
    const rendered = await kubectlWith(file, [
      'get',
      'clusterrole,role',
      '-A',
      '-l',
      `app.kubernetes.io/name=${home}`,
      '-o',
      'yaml',
    ]);
    const { items } = parse(rendered) as { items: Role[] };
    const granted = new Set(items.flatMap(rightsOf));
    const used = new Set(asked.map((one) => rightOf(one, granted)));
    // those of the other kinds are used by them, as are ConfigMaps: user-site-vpn.test.ts, user-gslb-endpoint.test.ts, test/packaging/rbac.test.ts
    const here = (right: string) =>
      !/sitevpns|gslbendpoints|pbsinstances|(create|delete|get|patch) configmaps$/.test(right);
    expect([...used].filter(here).sort()).toEqual([...granted].filter(here).sort());
    expect([...granted].filter((right) => right.includes('*'))).toEqual([]);
  }, 120_000);
});

interface Role {
  readonly rules: readonly { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] }[];
}

const spelled = (verb: string, group: string, resource: string, name?: string) =>
  [verb, group ? `${resource}.${group}` : resource, ...(name ? [name] : [])].join(' ');

function rightsOf({ rules }: Role): string[] {
  return rules.flatMap(({ apiGroups, resources, resourceNames = [undefined], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        resourceNames.flatMap((name) => verbs.map((verb) => spelled(verb, group, resource, name))),
      ),
    ),
  );
}

/** The right that it takes: the one for this very name where there is one. */
function rightOf(asked: UserWorld['front']['asked'][number], granted: ReadonlySet<string>): string {
  const { verb, group, resource, name, namespace } = asked;
  const exact = spelled(verb, group, resource, name);
  const inReach = namespace === undefined || [home, team].includes(namespace);
  if (!inReach) return `${exact} in ${namespace}`;
  return granted.has(exact) ? exact : spelled(verb, group, resource);
}
