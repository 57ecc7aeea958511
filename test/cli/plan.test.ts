// SPDX-License-Identifier: GPL-3.0-or-later
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { simulatedWorlds, type SimulatedWorlds } from '../../src/cli/simulated-worlds.ts';
import { startOperator } from '../../src/cli/simulate/operator.ts';
import type { CallRecord } from '../../src/wire/call.ts';
import { worlds as virtualWorlds } from '../operator/worlds.ts';
import { call, folderWith, manifest } from './calling.ts';
import { planned } from './planning.ts';

const first = readFileSync('examples/01-backup-target.yaml', 'utf8');
let open: SimulatedWorlds | undefined;

async function served(): Promise<SimulatedWorlds> {
  open = await simulatedWorlds();
  return open;
}

afterEach(async () => {
  await open?.close();
  open = undefined;
});

/** Under load the operator takes its time. */
async function eventually(holds: () => boolean): Promise<void> {
  for (let left = 400; !holds() && left > 0; left--) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** What changes from run to run, or is not known before. */
function later(text: string, uid: string, cluster: string): string {
  return text.replaceAll(uid, '(known after apply)').replaceAll(cluster, '(known in the cluster)');
}

test('The preview law: what plan --simulate prints is what run then calls on the same empty world, call for call.', async () => {
  const { plan, status } = await planned(['--simulate', '-f', 'examples']);
  expect(status).toBe(2);
  const world = virtualWorlds();
  const files = ['01-backup-target.yaml', '02-backup-target-kms.yaml'];
  for (const file of files) world.kubernetes.install([parse(readFileSync(`examples/${file}`, 'utf8')) as object]);
  world.aws.account('123456789012').makeKey({ region: 'ap-northeast-2', id: '1234abcd-12ab-34cd-56ef-1234567890ab' });
  const { records } = world.operator();
  const cluster = world.kubernetes.objects('namespaces').find(({ metadata }) => metadata.name === 'kube-system');
  const vpns = plan.objects.filter(({ kind }) => kind === 'SiteVpn');
  // of a VPN the law is held in test/proof/preview.test.ts, where ids are not known before either
  expect(vpns.map(({ steps }) => steps.map((step) => step.do).slice(0, 3))).toEqual(
    vpns.map(() => ['CreateVpnGateway', 'CreateCustomerGateway', 'AttachVpnGateway']),
  );
  expect(vpns).toHaveLength(2);
  // what they name beside AWS, too: the OPNsense of the one, the router of the other
  const services = vpns.map(({ steps }) => new Set(steps.flatMap(({ calls }) => calls.map(({ service }) => service))));
  expect(services.map((one) => [one.has('opnsense'), one.has('neutron')])).toEqual([
    [true, false],
    [false, true],
  ]);
  // from an answer to the nightly job, past all that nobody could look at yet
  const [pbs] = plan.objects.filter(({ kind }) => kind === 'PbsInstance');
  const whole = ['UploadAnswer', 'CreateVm', 'MakeOperatorToken', 'ClaimBackupTarget', 'CreateDatastore', 'AddStorage'];
  expect(pbs?.steps.map((step) => step.do)).toEqual(expect.arrayContaining([...whole, 'AddBackupJob']));
  for (const { name, steps } of plan.objects.filter(({ kind }) => kind === 'BackupTarget')) {
    await world.until(() => world.condition('Ready', name)?.status === 'True');
    const uid = world.get(name)?.metadata.uid ?? '';
    const made = (records as readonly CallRecord[])
      .map((record) => record.call)
      .filter(({ effect, action, scope, parameters }) => {
        // a Secret is changed without a scope: it is told by its name
        const mine = scope?.name === name || parameters.some(({ value }) => value === `${name}-s3`);
        return effect === 'write' && mine && !/backuptargets|events/.test(action);
      })
      .map(({ service, action, parameters }) =>
        later(
          JSON.stringify({
            service,
            action: action.replace('patch', 'update'),
            parameters: service === 'kubernetes' ? [] : parameters,
          }),
          uid,
          cluster?.metadata.uid ?? '',
        ),
      );
    const wanted = steps
      .flatMap(({ calls }) => calls)
      .map(({ service, action, parameters }) =>
        JSON.stringify({ service, action, parameters: service === 'kubernetes' ? [] : parameters }),
      );
    expect(made).toEqual(wanted);
    expect(made.length).toBeGreaterThan(8);
  }
  await world.end();
});

test("Against an account with a cluster: the calls, then nothing after they were made, then one changed setting; the hash is the engine's own.", async () => {
  const worlds = await served();
  const file = join(folderWith({ 'a.yaml': first }), 'a.yaml');
  const env = worlds.env;
  const against = ['-f', file, '--kubeconfig', worlds.kubeconfig];
  const before = await planned(against, env);
  expect(before.status).toBe(2);
  expect(before.plan.objects[0]).toMatchObject({ name: 'vm-backups', new: true, account: '123456789012', held: false });
  expect(before.plan.summary).toMatchObject({ create: 4, delete: 0, held: 0, failed: 0 });
  expect(worlds.kubernetes.objects('backuptargets')).toEqual([]);
  worlds.kubernetes.install([{ ...(parse(first) as object), metadata: { name: 'vm-backups', namespace: 'default' } }]);
  const operator = startOperator(worlds, 'test');
  const ready = () =>
    (
      worlds.kubernetes.objects('backuptargets')[0]?.status as { conditions?: { type: string; status: string }[] }
    )?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
  await eventually(ready);
  await operator.stop('it has done its part');
  const writes = () => worlds.kubernetes.calls.filter(({ verb }) => !['get', 'list', 'watch'].includes(verb)).length;
  const count = { aws: worlds.aws.calls.filter(({ effect }) => effect === 'write').length, kubernetes: writes() };
  const after = await planned(against, env);
  expect(after.plan.objects[0]).toMatchObject({ new: false, hash: null, steps: [], hold: null });
  expect(after.status).toBe(0);
  writeFileSync(file, first.replace('  user:', '    versioning: Suspended\n  user:'));
  const changed = await planned(against, env);
  expect(changed.status).toBe(2);
  expect(changed.plan.objects[0]?.steps.map((step) => step.do)).toContain('SetVersioning');
  expect(changed.plan.objects[0]?.differences).toEqual([
    { path: 'bucket.versioning', have: 'Enabled', want: 'Suspended' },
  ]);
  expect(changed.plan.objects[0]?.hash).toMatch(/^[0-9a-f]{16}$/);
  // nothing was written by any of these
  expect({ aws: worlds.aws.calls.filter(({ effect }) => effect === 'write').length, kubernetes: writes() }).toEqual(
    count,
  );
  const gone = await planned([...against, '--delete'], env);
  expect(gone.plan.objects[0]?.steps.map((step) => step.effect)).toContain('delete');
  const text = await call(['plan', ...against], env);
  expect(text.stdout).toContain('~ SetVersioning  bucket iksan-cloud-backup-20251129');
  expect(text.stdout).toContain('Plan: 0 to create, ');
}, 40_000);

test("The hash is the engine's own: what stands in status.plan.hash is what plan prints for the same object.", async () => {
  const worlds = await served();
  const object = manifest('asked', '  managementPolicy: Plan');
  const file = join(folderWith({ 'a.yaml': object }), 'a.yaml');
  worlds.kubernetes.install([{ ...(parse(object) as object), metadata: { name: 'asked', namespace: 'default' } }]);
  const operator = startOperator(worlds, 'test');
  const told = () =>
    (
      worlds.kubernetes.objects('backuptargets')[0]?.status as {
        plan?: { hash: string; steps: readonly { do: string }[] };
      }
    )?.plan;
  await eventually(() => told() !== undefined);
  await operator.stop('enough');
  const { plan } = await planned(['-f', file, '--kubeconfig', worlds.kubeconfig], worlds.env);
  const [one] = plan.objects;
  expect(one?.hash).toBe(told()?.hash);
  expect(one?.steps.filter(({ effect }) => effect !== 'probe').map((step) => step.do)).toEqual(
    told()?.steps.map((step) => step.do),
  );
  expect(one).toMatchObject({ held: true, approval: { reason: 'ApprovalNeeded' } });
  expect(one?.approval?.message).toContain(`hybridcloud.dev/approve=${told()?.hash}`);
  const approved = `{ name: asked, annotations: { hybridcloud.dev/approve: "${one?.hash}" } }`;
  writeFileSync(file, object.replace('{ name: asked }', approved));
  const given = await planned(['-f', file, '--kubeconfig', worlds.kubeconfig], worlds.env);
  expect(given.plan.objects[0]).toMatchObject({ held: false, approval: null, hash: one?.hash });
  writeFileSync(file, object.replace('{ name: asked }', approved.replace(/"\w+"/, '"0123456789abcdef"')));
  const stale = await planned(['-f', file, '--kubeconfig', worlds.kubeconfig], worlds.env);
  expect(stale.plan.objects[0]).toMatchObject({ held: true, approval: { reason: 'PlanStale' } });
  // the preview of an object that is not there yet is another one: its uid is part of what is approved
  const before = await planned(['-f', file, '--simulate']);
  expect(before.plan.objects[0]?.hash).not.toBe(one?.hash);
}, 40_000);

test('Data loss is marked, and held until it is confirmed.', async () => {
  const worlds = await served();
  const object = manifest('loss', '  deletionPolicy: Delete');
  const file = join(folderWith({ 'a.yaml': object }), 'a.yaml');
  worlds.kubernetes.install([{ ...(parse(object) as object), metadata: { name: 'loss', namespace: 'default' } }]);
  const operator = startOperator(worlds, 'test');
  const bucket = () => worlds.aws.account('123456789012').buckets()[0];
  const delivered = () =>
    worlds.kubernetes
      .objects('secrets', 'default')
      .some((one) => 'secretAccessKey' in ((one as { data?: object }).data ?? {}));
  await eventually(() => bucket() !== undefined && delivered());
  await operator.stop('enough');
  const argv = ['-f', file, '--kubeconfig', worlds.kubeconfig, '--delete'];
  const held = await planned(argv, worlds.env);
  expect(held.plan.objects[0]).toMatchObject({ held: true, steps: [], refused: { reason: 'DataLossNotConfirmed' } });
  expect(held.status).toBe(2);
  writeFileSync(
    file,
    object.replace('{ name: loss }', '{ name: loss, annotations: { hybridcloud.dev/confirm-data-loss: bucket-loss } }'),
  );
  const sure = await call(['plan', ...argv], worlds.env);
  expect(sure.stdout).toContain('!! DESTROYS THE DATA in bucket-loss');
  expect(sure.stdout).toMatch(/Plan: .* [1-9] DESTROY DATA/);
}, 40_000);

test('Several manifests are planned together: a folder, Secrets, namespaces and strangers; what two of them make is held for the second.', async () => {
  const folder = folderWith({
    'a.yaml': `${manifest('one')}---\n${manifest('two').replace('bucket-two', 'bucket-one')}`,
    'b.yaml':
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: team }\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\n',
    'ignored.txt': 'not: [yaml',
    'deeper/c.yaml': manifest('three'),
  });
  const { plan, status } = await planned(['--simulate', '-f', folder]);
  expect(status).toBe(2);
  expect(plan.objects.map(({ name, held }) => [name, held])).toEqual([
    ['one', false],
    ['two', true],
  ]);
  expect(plan.objects[1]?.hold).toMatchObject({
    reason: 'OwnedByOther',
    message: expect.stringContaining('bucket bucket-one is made by BackupTarget default/one of these files, too'),
  });
  expect(plan.skipped).toMatchObject([{ kind: 'Deployment', name: 'web' }]);
  expect((await planned(['--simulate', '-R', '-f', folder])).plan.objects.map(({ name }) => name)).toEqual([
    'one',
    'two',
    'three',
  ]);
});

test('Many objects are planned side by side, and shown in the order of the files.', async () => {
  const names = Array.from({ length: 50 }, (_, at) => `t${at}`);
  const file = join(folderWith({ 'a.yaml': names.map((name) => manifest(name)).join('---\n') }), 'a.yaml');
  const { plan } = await planned(['--simulate', '-f', file]);
  expect(plan.objects.map(({ name }) => name)).toEqual(names);
  expect(plan.summary).toMatchObject({ create: 200, failed: 0 });
});

test('Credentials: from a Secret in the files, from variables, from a profile; none is an error that says what to do; none is ever printed.', async () => {
  const worlds = await served();
  const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: secret = '' } = worlds.credentials;
  const object = manifest('mine', '  aws: { region: ap-northeast-2, credentialsSecretRef: { name: aws } }');
  const secretText = `apiVersion: v1\nkind: Secret\nmetadata: { name: aws }\nstringData: { accessKeyID: ${id}, secretAccessKey: "${secret}" }\n---\n`;
  const folder = folderWith({
    'object.yaml': object,
    'both.yaml': secretText + object,
    '.aws/credentials': `[work]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n[sso]\nsso_session = x\n`,
  });
  const endpoint = { AWS_ENDPOINT_URL: worlds.endpoint, HOME: folder };
  const good = [
    [['-f', join(folder, 'both.yaml')], {}],
    [['-f', join(folder, 'object.yaml'), '--credentials', 'env'], worlds.credentials],
    [['-f', join(folder, 'object.yaml'), '--credentials', 'profile=work'], {}],
    [['-f', join(folder, 'object.yaml'), '--credentials', 'profile'], { AWS_PROFILE: 'work' }],
  ] as const;
  for (const [argv, env] of good) {
    const { plan, stdout } = await planned(argv, { ...endpoint, ...env });
    expect(plan.objects[0]).toMatchObject({ account: '123456789012', error: null });
    expect(stdout).not.toContain(secret);
  }
  const none = await planned(['-f', join(folder, 'object.yaml')], endpoint);
  expect(none.plan.objects[0]).toMatchObject({ error: { reason: 'CredentialsMissing' } });
  expect(none.plan.objects[0]?.notes.join()).toContain('--credentials env');
  expect(none.status).toBe(1);
  const sso = await call(['plan', '-f', join(folder, 'object.yaml'), '--credentials', 'profile=sso'], endpoint);
  expect(sso.stderr).toContain('aws configure export-credentials --profile sso');
  const wrong = await planned(['-f', join(folder, 'object.yaml'), '--credentials', 'env'], {
    ...endpoint,
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: 'x'.repeat(40),
  });
  expect(wrong.plan.objects[0]).toMatchObject({ error: { reason: 'CredentialsRejected' } });
});
