// SPDX-License-Identifier: GPL-3.0-or-later
/** BackupTarget on a real API server, through kubectl, as a user would meet it: defaults, columns, explanations, a large status. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changed, good } from '../api/manifests.ts';
import { skipped, there, tryOut, validating, type Validating } from './validating.ts';

let server: Validating;
beforeAll(async () => {
  if (there) server = await validating();
}, 120_000);
afterAll(async () => {
  if (there) await server.end();
}, 60_000);

const must: Validating['must'] = (args, input) => server.must(args, input);
const inNamespace: Validating['inNamespace'] = (name, spec) => server.inNamespace(name, spec);

(there ? describe : describe.skip)(there ? 'On a real API server,' : skipped, () => {
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

  test('what may change does change.', async () => {
    await must(['apply', '-f', '-'], inNamespace('changing', good()));
    const spec = changed({
      'validation.intervalSeconds': 600,
      'user.prefix': 'a/',
      'user.policyName': 'p',
      'bucket.versioning': 'Suspended',
    });
    await must(['apply', '-f', '-'], inNamespace('changing', spec));
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
      const lines = (await must(['get', word, '-n', server.namespace])).trimEnd().split('\n');
      expect(lines[0]).toMatch(/^NAME +READY +SYNCED +REASON +BUCKET +REGION +KEY AGE +VALIDATED +AGE$/);
      expect(lines.join('\n')).toMatch(
        /vm-backups +True +True +Serving +iksan-cloud-backup-20251129 +ap-northeast-2 +5d\w* +3m\w* /,
      );
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
    }
    const wide = await must(['get', 'bt', 'vm-backups', '-o', 'wide', '-n', server.namespace]);
    expect(wide).toMatch(/AGE +OUTCOME +SIZE +COST +USER +SECRET +MESSAGE/);
    expect(wide).toContain('Backups can be written.');
    await must(['wait', '--for=condition=Ready', '--timeout=5s', 'bt/vm-backups', '-n', server.namespace]);
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
    expect(JSON.parse(await must(['get', 'bt', 'large', '-n', server.namespace, '-o', 'json'])).status).toEqual(status);
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
  const path = `/apis/hybridcloud.dev/v1alpha1/namespaces/${server.namespace}/backuptargets/${name}`;
  const object = JSON.parse(await must(['get', '--raw', path]));
  await must(['replace', '--raw', `${path}/status`, '-f', '-'], { ...object, status });
}
