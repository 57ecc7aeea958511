// SPDX-License-Identifier: GPL-3.0-or-later
/** What a status says in every situation, as Argo CD, Flux and `kubectl wait` read it; no reader is ever told something false on the way. */
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from './kube-world.ts';
import { realServer } from './server.ts';
import { conditionIn } from './user/kstatus.ts';
import type { OperatorProcess } from './user/operator-process.ts';
import { brokenRules, record, told, type Recorder } from './user/recorder.ts';
import { backupTarget, hasKubectl, team, userWorld, type UserWorld } from './user/world.ts';

const started = process.env['E2E_KUBECONFIG']
  ? { skipped: 'it needs the user `operator` of ../shared/kube' }
  : hasKubectl
    ? await realServer()
    : { skipped: 'kubectl is not on this machine' };
const server = 'skipped' in started ? undefined : started;
const title = 'skipped' in started ? `skipped: ${started.skipped}` : 'The status, as kstatus reads it,';
let world: UserWorld;
let operator: OperatorProcess;
let recorder: Recorder;

const region = 'ap-northeast-2';
const patch = (name: string, spec: object) =>
  world.kubectl('patch', 'bt', name, '--type=merge', '-p', JSON.stringify({ spec }));

/** The last state of the object that reads like this. */
async function shown(name: string, line: RegExp, withinMs = 15_000): Promise<string> {
  const found = () =>
    recorder
      .of(name)
      .map(told)
      .filter((text) => line.test(text))
      .at(-1);
  await until(() => found() !== undefined, withinMs).catch(() => {
    throw new Error(`${name} never read ${String(line)}, but:\n${recorder.of(name).map(told).join('\n')}`);
  });
  return found() ?? '';
}

const failed = (reason: string) =>
  new RegExp(`^Failed Ready=False/${reason} Synced=False/${reason} Reconciling=False/\\w+ Stalled=True/${reason}$`);
const current =
  /^Current Ready=True\/Available Synced=True\/Applied Reconciling=False\/Settled Stalled=False\/NotStalled$/;

beforeAll(async () => {
  if (!server) return;
  world = await userWorld(server.kubeconfig);
  operator = await world.leading();
  recorder = await record(server.kubeconfig, team);
}, 120_000);

afterAll(async () => {
  recorder?.stop();
  await world?.close();
  await server?.stop();
}, 60_000);

(server ? describe : describe.skip)(title, () => {
  test('is InProgress when it was just created, InProgress while it is made, Current when it is Ready.', async () => {
    world.aws.faults.add({ kind: 'latency', ms: 300 });
    await world.apply(backupTarget('made'));
    await shown('made', current);
    world.aws.faults.clear();
    const states = recorder.of('made');
    // the API server itself says so until there is a first status (the default of the CRD)
    expect(states[0]?.status).toEqual({ observedGeneration: -1 });
    expect(
      states
        .slice(0, -1)
        .map(told)
        .filter((line) => !line.startsWith('InProgress')),
    ).toEqual([]);
    const lines = states.filter(({ status }) => status?.conditions).map(told);
    expect(lines[0]).toMatch(/^InProgress Ready=\w+\/Looking Synced=\w+\/Looking Reconciling=True\/Looking /);
    expect(lines.slice(1, -1)).toContainEqual(
      expect.stringMatching(/^InProgress .* Synced=False\/Applying Reconciling=True/),
    );
  }, 30_000);

  test('is InProgress from the edit on, before the operator has even seen it, and Current again afterwards.', async () => {
    operator.process.kill('SIGSTOP');
    await patch('made', { bucket: { noncurrentVersionExpirationDays: 60 } });
    expect(await shown('made', /^InProgress Ready=True\/Available Synced=True\/Applied/)).toContain('Stalled=False');
    operator.process.kill('SIGCONT');
    await until(() => told(recorder.of('made').at(-1)!).startsWith('Current'), 15_000);
    const last = recorder.of('made').at(-1);
    expect([last?.metadata.generation, last?.status?.observedGeneration]).toEqual([2, 2]);
  }, 30_000);

  test('moves nothing when nothing happened.', async () => {
    const before = recorder.of('made').at(-1);
    await world.kubectl('annotate', 'bt', 'made', `hybridcloud.dev/reconcile-at=${new Date().toISOString()}`);
    const calls = world.aws.calls.length;
    await until(() => world.aws.calls.length > calls, 5000);
    await world.kubectl('annotate', 'bt', 'made', 'example.com/note=done');
    await until(() => recorder.of('made').at(-1)?.metadata.resourceVersion !== before?.metadata.resourceVersion, 5000);
    expect(recorder.of('made').at(-1)?.status).toEqual(before?.status);
  }, 30_000);

  test('is Failed with the reason and the cure where somebody has to act.', async () => {
    const stranger = world.aws.account('999999999999');
    await world.s3().send(
      new CreateBucketCommand({
        Bucket: 'bucket-foreign',
        CreateBucketConfiguration: { LocationConstraint: region },
      }),
    );
    await world
      .s3(stranger)
      .send(
        new CreateBucketCommand({ Bucket: 'bucket-taken', CreateBucketConfiguration: { LocationConstraint: region } }),
      );
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mine' }, stringData: { a: 'b' } };
    await world.apply(
      secret,
      backupTarget('foreign'),
      backupTarget('taken'),
      backupTarget('keyless', { aws: { region, credentialsSecretRef: { name: 'absent' } } }),
      backupTarget('elsewhere', { aws: { region, accountID: '111111111111' } }),
      backupTarget('secret', { accessKey: { secretRef: { name: 'mine' } } }),
    );
    await shown('foreign', failed('NotOurs'));
    await shown('taken', failed('BucketNameTaken'));
    await shown('keyless', failed('CredentialsMissing'));
    await shown('elsewhere', failed('WrongAccount'));
    await shown('secret', failed('SecretNotOurs'));
    const cure = (name: string) => conditionIn(recorder.of(name).at(-1)!, 'Stalled')?.message;
    expect(cure('foreign')).toContain('hybridcloud.dev/adopt: bucket-foreign');
    expect(cure('keyless')).toContain('absent');
    expect(cure('elsewhere')).toContain('111111111111');
    await world.kubectl('annotate', 'bt', 'foreign', 'hybridcloud.dev/adopt=bucket-foreign');
    await shown('foreign', failed('AdoptionNeedsApproval'));
    const { hash = '' } = recorder.of('foreign').at(-1)?.status?.plan ?? {};
    expect(cure('foreign')).toContain(`hybridcloud.dev/approve=${hash}`);
    await world.kubectl('annotate', 'bt', 'foreign', `hybridcloud.dev/approve=${hash}`);
    await shown('foreign', current);
  }, 60_000);

  test('is Failed when AWS denies, and Current when it is asked to look again and may.', async () => {
    world.aws.faults.add({ kind: 'error', service: 'iam', action: 'CreateUser', code: 'AccessDenied', status: 403 });
    await world.apply(backupTarget('denied'));
    await shown('denied', failed('AccessDenied'));
    expect(conditionIn(recorder.of('denied').at(-1)!, 'Stalled')?.message).toContain('iam:CreateUser');
    world.aws.faults.clear();
    await world.kubectl('annotate', 'bt', 'denied', `hybridcloud.dev/reconcile-at=${new Date().toISOString()}`);
    await shown('denied', current);
  }, 40_000);

  test('is InProgress, never Failed, while AWS has trouble; one that worked is not called broken at the first failure.', async () => {
    world.aws.faults.add({ kind: 'error', service: 's3', code: 'ServiceUnavailable', status: 503 });
    await world.apply(backupTarget('trouble'));
    await shown('trouble', /^InProgress Ready=Unknown\/\w+ Synced=Unknown\/\w+ Reconciling=True\/\w+ Stalled=False/);
    await world.kubectl(
      'annotate',
      '--overwrite',
      'bt',
      'made',
      `hybridcloud.dev/reconcile-at=${new Date().toISOString()}`,
    );
    await shown('made', /^InProgress Ready=True\/Available Synced=Unknown\/\w+ Reconciling=True\/\w+ Stalled=False/);
    world.aws.faults.clear();
    // it comes back by itself, after a back-off that is none of this test's business
    await world.kubectl('annotate', 'bt', 'trouble', `hybridcloud.dev/reconcile-at=${new Date().toISOString()}`);
    await shown('trouble', current);
    expect(
      recorder
        .of('trouble')
        .map(told)
        .filter((line) => line.startsWith('Failed')),
    ).toEqual([]);
  }, 60_000);

  test('is InProgress while it is only planned, and says what would be done; Current when it is applied.', async () => {
    await world.apply(backupTarget('planned', { managementPolicy: 'Plan' }));
    await shown(
      'planned',
      /^InProgress Ready=False\/NoBucket Synced=False\/ApprovalNeeded Reconciling=False\/Settled Stalled=False/,
    );
    expect(await world.kubectl('get', 'bt', 'planned', '-o', 'jsonpath={.status.plan.steps[0].do}')).toBe(
      'CreateBucket',
    );
    await patch('planned', { managementPolicy: 'Apply' });
    await shown('planned', current);
  }, 30_000);

  test('keeps what was known last while it is paused.', async () => {
    await world.kubectl('annotate', 'bt', 'planned', 'hybridcloud.dev/paused=true');
    await shown(
      'planned',
      /^Current Ready=True\/Paused Synced=Unknown\/Paused Reconciling=False\/Paused Stalled=False\/Paused$/,
    );
    await world.kubectl('annotate', 'bt', 'planned', 'hybridcloud.dev/paused-');
  }, 20_000);

  test('is Terminating from the delete on, also while the deletion waits for somebody.', async () => {
    await patch('planned', { deletionPolicy: 'Delete' });
    await world.kubectl('delete', 'bt', 'planned', '--wait=false');
    await shown(
      'planned',
      /^Terminating Ready=False\/Deleting Synced=False\/DataLossNotConfirmed Reconciling=False\/\w+ Stalled=True/,
    );
    world.aws.faults.add({ kind: 'latency', ms: 200 });
    await world.kubectl('annotate', 'bt', 'planned', 'hybridcloud.dev/confirm-data-loss=bucket-planned');
    await shown('planned', /^Terminating Ready=False\/Deleting Synced=False\/Deleting Reconciling=True/);
    await world.kubectl('wait', '--for=delete', 'bt/planned', '--timeout=20s');
    world.aws.faults.clear();
  }, 40_000);

  test('never broke a rule of its own between any two states that a reader saw.', () => {
    expect(recorder.states.length).toBeGreaterThan(40);
    const names = [...new Set(recorder.states.map(({ metadata }) => metadata.name))];
    expect(names.flatMap((name) => brokenRules(recorder.of(name)))).toEqual([]);
    // healthy to a reader means: the generation of now is what the cloud has
    const healthy = recorder.states.filter((state) => told(state).startsWith('Current') && state.status?.conditions);
    expect(healthy.filter(({ status, metadata }) => status?.observedGeneration !== metadata.generation)).toEqual([]);
  });
});
