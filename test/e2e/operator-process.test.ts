// SPDX-License-Identifier: GPL-3.0-or-later
/** `hybrid-operator run` as a process of its own, as the user `operator` under the shipped RBAC, on a real API server and a simulated AWS. */
import { spawn, type ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { baseManifests, grantManifest } from '../../deploy/rbac/manifests.ts';
import { createAws } from '../../src/simulator/aws/index.ts';
import { realClock } from '../../src/simulator/kernel/clock.ts';
import { serve, type Served } from '../../src/simulator/kernel/http.ts';
import { kubectlWith, until } from './kube-world.ts';
import { shown } from '../leaks/channels.ts';
import { realServer } from './server.ts';

const started = process.env['E2E_KUBECONFIG']
  ? { skipped: 'it needs the user `operator` of ../shared/kube' }
  : await realServer();
const server = 'skipped' in started ? undefined : started;
const title = 'skipped' in started ? `skipped: ${started.skipped}` : 'The operator on a real API server';
const file = server?.kubeconfig ?? '';
const aws = createAws({ clock: realClock() });
const account = aws.account('123456789012');
const home = 'hybrid-cloud-operator';
const team = 'team-a';
let cloud: Served;

const kubectl = (...args: string[]) => kubectlWith(file, ['-n', team, ...args]);
const apply = (...objects: object[]) =>
  kubectlWith(file, ['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));

interface Operator {
  readonly process: ChildProcess;
  readonly lines: string[];
  readonly errors: string[];
  readonly exit: Promise<number | null>;
}
const running: Operator[] = [];

function start(...flags: string[]): Operator {
  const { accessKeyID, secretAccessKey } = account.rootKey;
  const child = spawn(
    process.execPath,
    [
      'src/cli/main.ts',
      'run',
      `--kubeconfig=${file}`,
      '--context=operator',
      `--aws-endpoint=${cloud.url}`,
      '--http-address=127.0.0.1',
      '--http-port=0',
      '--lease-seconds=4',
      ...flags,
    ],
    {
      env: { PATH: process.env['PATH'], AWS_ACCESS_KEY_ID: accessKeyID, AWS_SECRET_ACCESS_KEY: secretAccessKey },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const lines: string[] = [];
  const errors: string[] = [];
  child.stdout?.on('data', (piece) => lines.push(...String(piece).split('\n').filter(Boolean)));
  child.stderr?.on('data', (piece) => errors.push(String(piece)));
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (piece) => shown('output of the operator', String(piece)));
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const operator = { process: child, lines, errors, exit };
  running.push(operator);
  return operator;
}

/** The roles as shipped, bound to the user of the test's kubeconfig too. */
function asUser(manifest: object): object {
  return 'subjects' in manifest
    ? { ...manifest, subjects: [{ kind: 'User', name: 'operator', apiGroup: 'rbac.authorization.k8s.io' }] }
    : manifest;
}

const says = (operator: Operator, text: string) => () => operator.lines.some((line) => line.includes(text));

function backupTarget(name: string, spec: object = {}): object {
  return {
    apiVersion: 'hybridcloud.dev/v1alpha1',
    kind: 'BackupTarget',
    metadata: { name, namespace: team },
    spec: {
      aws: { region: 'ap-northeast-2' },
      bucket: { name: `bucket-${name}` },
      user: { name: `user-${name}`, policyName: 'Proxmox-S3-Backup-Policy' },
      accessKey: { secretRef: { name: `${name}-s3` } },
      ...spec,
    },
  };
}

async function ready(name: string, withinMs = 20_000): Promise<void> {
  await kubectl('wait', `backuptarget/${name}`, '--for=condition=Ready', `--timeout=${withinMs / 1000}s`);
}

beforeAll(async () => {
  if (!server) return;
  cloud = await serve(aws.service);
  const named = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await apply(named(home), named(team));
  await apply(
    ...baseManifests().map(asUser),
    asUser({ ...grantManifest(), metadata: { name: `${home}-secrets`, namespace: team } }),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${home}-grants`, namespace: home },
      data: { [team]: 'identity' },
    },
  );
}, 120_000);

afterEach(async () => {
  for (const { process: child } of running) child.kill('SIGKILL');
  await Promise.all(running.map(({ exit }) => exit));
  running.length = 0;
});

afterAll(async () => {
  await cloud?.close();
  await server?.stop();
}, 60_000);

(server ? describe : describe.skip)(title, () => {
  test('waits for its CRDs with one clear line, then works; deletion leaves nothing; SIGTERM ends it with 0.', async () => {
    const operator = start();
    await until(says(operator, 'apply the CRDs'), 20_000);
    await kubectlWith(file, ['apply', '-f', 'crds']);
    await kubectlWith(file, ['wait', '--for=condition=Established', '--timeout=30s', '-f', 'crds']);
    await until(says(operator, 'all caches are complete'), 40_000);
    await until(() => apply(backupTarget('first', { deletionPolicy: 'Delete' })).then(Boolean, () => false), 30_000);
    await ready('first');
    expect(account.buckets().map(({ name }) => name)).toEqual(['bucket-first']);
    const id = await kubectl('get', 'secret', 'first-s3', '-o', 'jsonpath={.data.accessKeyID}');
    expect(Buffer.from(id, 'base64').toString()).toBe(account.users()[0]?.keys[0]?.id);
    expect(await kubectl('get', 'backuptarget', 'first', '-o', 'wide')).toMatch(/first\s+True\s+True/);
    expect(await kubectl('get', 'events', '-o', 'wide')).toContain('CreateBucket');
    await kubectl('annotate', 'backuptarget', 'first', 'hybridcloud.dev/confirm-data-loss=bucket-first');
    await kubectl('delete', 'backuptarget', 'first', '--timeout=30s');
    expect(account.buckets()).toEqual([]);
    expect(account.users()).toEqual([]);
    const began = performance.now();
    operator.process.kill('SIGTERM');
    expect(await operator.exit).toBe(0);
    expect(performance.now() - began).toBeLessThan(20_000);
    const denied = operator.lines.filter((line) => line.includes('Forbidden'));
    expect(denied).toEqual([]);
  }, 150_000);

  test('ends within 20 s of a SIGTERM also while the cloud does not answer.', async () => {
    const operator = start();
    await until(says(operator, 'all caches are complete'), 20_000);
    aws.faults.add({ kind: 'hang', action: 'CreateBucket' });
    await apply(backupTarget('hanging'));
    await until(() => aws.calls.some(({ action }) => action === 'CreateBucket'), 10_000);
    const began = performance.now();
    operator.process.kill('SIGTERM');
    expect(await operator.exit).toBe(0);
    expect(performance.now() - began).toBeLessThan(20_000);
    aws.faults.clear();
    start();
    await ready('hanging', 30_000);
  }, 90_000);

  test('has a first status within a second of the creation.', async () => {
    const operator = start();
    await until(says(operator, 'all caches are complete'), 20_000);
    aws.faults.add({ kind: 'latency', ms: 3000 });
    await apply(backupTarget('slow'));
    const began = performance.now();
    const told = () => kubectl('get', 'backuptarget', 'slow', '-o', 'jsonpath={.status.conditions[0].type}');
    let kubectlMs = 0;
    await until(async () => {
      const asked = performance.now();
      const there = (await told()) !== '';
      kubectlMs = performance.now() - asked;
      return there;
    }, 5000);
    aws.faults.clear();
    // the last kubectl asked before it knew, and the one before it may have missed the status by as little
    expect(performance.now() - began).toBeLessThan(1000 + 2 * Math.max(250, kubectlMs));
    await ready('slow');
  }, 60_000);

  test('takes changed credentials within 10 s, without a restart.', async () => {
    const operator = start();
    await until(says(operator, 'all caches are complete'), 20_000);
    const { accessKeyID, secretAccessKey } = account.rootKey;
    const secret = (stringData: object) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'aws', namespace: team },
      stringData,
    });
    await apply(
      secret({ accessKeyID, secretAccessKey: 'x'.repeat(40) }),
      backupTarget('keys', { aws: { region: 'ap-northeast-2', credentialsSecretRef: { name: 'aws' } } }),
    );
    await kubectl('wait', 'backuptarget/keys', '--for=condition=Stalled', '--timeout=20s');
    await apply(secret({ accessKeyID, secretAccessKey }));
    await ready('keys', 10_000);
    expect(operator.lines.join('\n')).not.toContain(secretAccessKey);
  }, 60_000);

  test('killed, or frozen past its lease, is followed by the next one; the frozen one ends with 1.', async () => {
    const first = start();
    await until(says(first, 'all caches are complete'), 20_000);
    const second = start();
    await until(says(second, 'health and metrics are served'), 20_000);
    first.process.kill('SIGSTOP');
    await until(says(second, 'all caches are complete'), 30_000);
    await apply(backupTarget('after'));
    await ready('after');
    first.process.kill('SIGCONT');
    expect(await first.exit).toBe(1);
    expect(first.lines.at(-1)).toContain('the lease is lost');
    const third = start();
    await until(says(third, 'health and metrics are served'), 20_000);
    second.process.kill('SIGKILL');
    await until(says(third, 'all caches are complete'), 30_000);
    const user = account.users().find(({ name }) => name === 'user-after');
    expect(user?.keys).toHaveLength(1);
  }, 120_000);
});
