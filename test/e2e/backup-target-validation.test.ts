// SPDX-License-Identifier: GPL-3.0-or-later
/** BackupTarget's schema on a real API server, through kubectl, as a user would meet it. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { badBackupTargets } from '../api/bad-backup-targets.ts';
import { frozenFields } from '../api/frozen-fields.ts';
import { goodBackupTargets } from '../api/good-backup-targets.ts';
import { startServerProcess, stopServer, there as serverThere } from './api-server.ts';
import { changed, good, manifest } from '../api/manifests.ts';

const run = promisify(execFile);
const given = process.env['E2E_KUBECONFIG'];
const there = given !== undefined || serverThere;
const title = there ? 'On a real API server,' : 'skipped: neither E2E_KUBECONFIG nor ../shared/kube is there.';

let kubeconfig = given ?? '';
let folder = '';
const namespace = `validation-${process.pid}`;

async function kubectl(args: readonly string[], input?: unknown): Promise<{ ok: boolean; out: string }> {
  const running = run('kubectl', [...args], { env: { ...process.env, KUBECONFIG: kubeconfig }, timeout: 30_000 });
  running.child.stdin?.end(input === undefined ? '' : JSON.stringify(input));
  return running.then(
    ({ stdout }) => ({ ok: true, out: stdout }),
    (error: { stdout: string; stderr: string }) => ({ ok: false, out: error.stdout + error.stderr }),
  );
}

function inNamespace(name: string, spec: Parameters<typeof manifest>[1]) {
  const object = manifest(name, spec);
  return { ...object, metadata: { ...object.metadata, namespace } };
}

const tryOut = ['create', '--dry-run=server', '--validate=false', '-o', 'json', '-f', '-'];

async function must(args: readonly string[], input?: unknown): Promise<string> {
  const { ok, out } = await kubectl(args, input);
  if (!ok) throw new Error(out);
  return out;
}

beforeAll(async () => {
  if (!there) return;
  if (given === undefined) {
    ({ folder } = await startServerProcess());
    kubeconfig = join(folder, 'kubeconfig');
  }
  await must(['apply', '-f', 'crds']);
  await must(['wait', '--for=condition=Established', '--timeout=30s', '-f', 'crds']);
  await must(['create', 'namespace', namespace]);
  await rulesAreInForce();
}, 120_000);

/** For some seconds after a CRD is established the server of ../shared/kube may answer by its old core, which knows no CEL. */
async function rulesAreInForce(): Promise<void> {
  for (let inARow = 0; inARow < 3; ) {
    const { out } = await kubectl(tryOut, inNamespace('bad', changed({ 'bucket.name': 'A'.repeat(3) })));
    inARow = out.includes('bucket.name may hold') ? inARow + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

afterAll(async () => {
  if (!there) return;
  if (given !== undefined) await kubectl(['delete', 'namespace', namespace, '--wait=false']);
  if (folder) stopServer(folder);
}, 60_000);

(there ? describe : describe.skip)(title, () => {
  describe('this BackupTarget is refused, with a message that names field and cure:', () => {
    test.each(badBackupTargets)('$name', async ({ spec, message }) => {
      const { ok, out } = await kubectl(tryOut, inNamespace('bad', spec));
      expect(out).toContain(message);
      expect(ok).toBe(false);
    });
  });

  describe('this BackupTarget is taken:', () => {
    test.each(goodBackupTargets)('$name', async ({ spec }) => {
      expect(await kubectl(tryOut, inNamespace('good', spec))).toMatchObject({ ok: true });
    });
  });

  test.each(readdirSync('examples').filter((name) => name.endsWith('.yaml')))(
    'examples/%s can be applied.',
    async (file) => {
      await must(['apply', '-n', namespace, '-f', join('examples', file)]);
    },
  );

  test('a dry run shows every default, and a second one from its result changes nothing.', async () => {
    const first = JSON.parse(await must(tryOut, inNamespace('defaults', good())));
    expect(first.spec).toEqual({
      managementPolicy: 'Apply',
      deletionPolicy: 'Retain',
      aws: { region: 'ap-northeast-2' },
      bucket: {
        name: 'iksan-cloud-backup-20251129',
        versioning: 'Enabled',
        encryption: { type: 'SSE-S3', bucketKey: 'Disabled' },
        noncurrentVersionExpirationDays: 30,
        abortIncompleteMultipartUploadDays: 7,
        tags: {},
      },
      user: { name: 'proxmox-backup-user', policyName: 'Proxmox-S3-Backup-Policy', prefix: '' },
      accessKey: { secretRef: { name: 'vm-backups-s3' }, rotationPeriodDays: 90, rotationOverlapHours: 24 },
      validation: { intervalSeconds: 300 },
    });
    const second = JSON.parse(await must(tryOut, inNamespace('defaults', first.spec)));
    expect(second.spec).toEqual(first.spec);
  });

  test('an object whose encryption is half said gets the other half by default.', async () => {
    const spec = changed({ 'bucket.encryption': { bucketKey: 'Disabled' } });
    expect(JSON.parse(await must(tryOut, inNamespace('half', spec))).spec.bucket.encryption.type).toBe('SSE-S3');
  });

  describe('an update is refused with the cure:', () => {
    beforeAll(async () => {
      await must(['apply', '-f', '-'], inNamespace('frozen', good()));
    });

    test.each(frozenFields)('of $field', async ({ field, to, message }) => {
      const { ok, out } = await kubectl(['apply', '-f', '-'], inNamespace('frozen', changed({ [field]: to })));
      expect(out).toContain(message);
      expect(ok).toBe(false);
    });

    test('but what may change does change.', async () => {
      const spec = changed({
        'validation.intervalSeconds': 600,
        'user.prefix': 'a/',
        'user.policyName': 'p',
        'bucket.versioning': 'Suspended',
      });
      await must(['apply', '-f', '-'], inNamespace('frozen', spec));
    });
  });

  test.each([
    '',
    '.spec',
    '.spec.bucket',
    '.spec.bucket.encryption.kmsKeyID',
    '.spec.user.prefix',
    '.status.conditions',
    '.status.begun',
  ])('kubectl explain backuptarget%s has text.', async (path) => {
    const out = await must(['explain', `backuptarget${path}`]);
    expect(out).toMatch(/DESCRIPTION:\n\s+\S.{10,}/);
    expect(out).not.toContain('<empty>');
  });

  test('kubectl get bt and kubectl get backuptarget fit into 120 columns and show what matters.', async () => {
    await must(['apply', '-f', '-'], inNamespace('vm-backups', changed({})));
    const now = new Date().toISOString();
    const status = {
      conditions: [
        { type: 'Stalled', status: 'False', reason: 'Fine', message: 'fine', lastTransitionTime: now },
        {
          type: 'Ready',
          status: 'True',
          reason: 'Serving',
          message: 'Backups can be written.',
          lastTransitionTime: now,
        },
        { type: 'Synced', status: 'True', reason: 'Applied', message: 'All is applied.', lastTransitionTime: now },
      ],
      accessKey: { id: 'AKIAIOSFODNN7EXAMPLE', createdAt: new Date(Date.now() - 5 * 86_400_000).toISOString() },
      validation: {
        lastTime: new Date(Date.now() - 180_000).toISOString(),
        outcome: 'Succeeded',
        consecutiveFailures: 0,
      },
    };
    await writeStatus('vm-backups', status);
    // `get hybrid` shows all kinds, each with its own columns
    for (const word of ['bt', 'backuptarget']) {
      const lines = (await must(['get', word, '-n', namespace])).trimEnd().split('\n');
      expect(lines[0]).toMatch(/^NAME +READY +SYNCED +REASON +BUCKET +REGION +KEY AGE +VALIDATED +AGE$/);
      expect(lines.join('\n')).toMatch(
        /vm-backups +True +True +Serving +iksan-cloud-backup-20251129 +ap-northeast-2 +5d\w* +3m\w* /,
      );
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
    }
    const wide = await must(['get', 'bt', 'vm-backups', '-o', 'wide', '-n', namespace]);
    expect(wide).toMatch(/AGE +OUTCOME +SIZE +COST +USER +SECRET +MESSAGE/);
    expect(wide).toContain('Backups can be written.');
    await must(['wait', '--for=condition=Ready', '--timeout=5s', 'bt/vm-backups', '-n', namespace]);
  });

  test('a status of the largest allowed lists is stored whole.', async () => {
    await must(['apply', '-f', '-'], inNamespace('large', good()));
    const since = '2025-11-29T02:00:00Z';
    const many = Array.from({ length: 100 }, (_, index) => index);
    const begun = many.map((n) => ({ key: `k${n}`, at: since, step: '{}' }));
    const drift = many.map((n) => ({ path: `p${n}`, want: 'a', have: 'b', since }));
    const blockedBy = many.map((n) => ({ kind: 'Secret', id: `s${n}`, why: 'missing', since }));
    const steps = many.map((n) => ({
      do: `S${n}`,
      effect: 'create',
      target: 't',
      calls: [{ service: 's3', action: 'A', parameters: [{ name: 'a', value: 'b' }] }],
    }));
    const status = { begun, drift, blockedBy, plan: { hash: 'h', steps } };
    await writeStatus('large', status);
    expect(JSON.parse(await must(['get', 'bt', 'large', '-n', namespace, '-o', 'json'])).status).toEqual(status);
  });

  test('a status with one entry too many is refused, as boundStatus expects.', async () => {
    await must(['apply', '-f', '-'], inNamespace('larger', good()));
    const begun = Array.from({ length: 101 }, (_, n) => ({ key: `k${n}`, at: '2025-11-29T02:00:00Z', step: '{}' }));
    await expect(writeStatus('larger', { begun })).rejects.toThrow(
      'status.begun: Too many: 101: must have at most 100 items',
    );
  });
});

/** By raw PUT: older kubectls have no --subresource. */
async function writeStatus(name: string, status: object): Promise<void> {
  const path = `/apis/hybridcloud.dev/v1alpha1/namespaces/${namespace}/backuptargets/${name}`;
  const object = JSON.parse(await must(['get', '--raw', path]));
  await must(['replace', '--raw', `${path}/status`, '-f', '-'], { ...object, status });
}
