// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { backupTarget, parseBackupTarget } from '../../src/api/backup-target.ts';
import { toSchema } from '../../src/api/crd.ts';
import { badBackupTargets } from './bad-backup-targets.ts';
import { mayBecome, brokenRules } from './cel.ts';
import { frozenFields } from './frozen-fields.ts';
import { goodBackupTargets } from './good-backup-targets.ts';
import { good } from './manifests.ts';

const schema = toSchema(backupTarget.specSchema);

function parsed(spec: unknown) {
  const result = parseBackupTarget(spec);
  if (!result.ok) throw new Error(result.message);
  return result.spec;
}

test('The shortest BackupTarget gets every default of the manual.', () => {
  expect(parsed(good())).toEqual({
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
});

test('Reading a spec twice changes nothing more, so defaults are stable.', () => {
  for (const { spec } of goodBackupTargets) expect(parsed(parsed(spec))).toEqual(parsed(spec));
});

describe('Every bad BackupTarget is refused on one line that names the field and the cure:', () => {
  test.each(badBackupTargets)('$name', ({ spec, message, parsed }) => {
    const result = parseBackupTarget(spec);
    expect(result).toEqual({ ok: false, message: expect.stringContaining(parsed ?? message) });
    if (!result.ok) expect(result.message).toMatch(/^spec[\w.:-]* .*[:;,].*$|^spec[^:\n]*: [^\n]*$/);
  });
});

test('There are at least 80 bad BackupTargets, and no two are the same.', () => {
  expect(badBackupTargets.length).toBeGreaterThanOrEqual(80);
  expect(new Set(badBackupTargets.map(({ spec }) => JSON.stringify(spec))).size).toBe(badBackupTargets.length);
});

test('What our code refuses by a rule of ours, the CEL text of that rule refuses too, with the same message.', () => {
  const byRule = badBackupTargets.filter(({ parsed }) => parsed === undefined);
  expect(byRule.length).toBeGreaterThanOrEqual(40);
  for (const { spec, message } of byRule) {
    const withDefaults = {
      ...spec,
      accessKey: { rotationPeriodDays: 90, rotationOverlapHours: 24, ...(spec['accessKey'] as object) },
      bucket: { encryption: { type: 'SSE-S3', bucketKey: 'Disabled' }, ...(spec['bucket'] as object) },
    };
    const bucket = withDefaults.bucket as { encryption: object };
    bucket.encryption = { type: 'SSE-S3', bucketKey: 'Disabled', ...bucket.encryption };
    expect(brokenRules(schema, withDefaults).join('\n')).toContain(message);
  }
});

describe('Every good BackupTarget passes our code and the CEL text:', () => {
  test.each(goodBackupTargets)('$name', ({ spec }) => {
    expect(brokenRules(schema, parsed(spec))).toEqual([]);
  });
});

test('Every rule on a value is broken by at least one bad BackupTarget, so none is idle.', () => {
  const messages: string[] = [];
  JSON.stringify(schema, (key, value) => {
    if (key === 'x-kubernetes-validations')
      for (const rule of value) if (!rule.rule.includes('oldSelf')) messages.push(rule.message);
    return value;
  });
  const idle = messages.filter((message) => !badBackupTargets.some((bad) => message.includes(bad.message)));
  expect(idle).toEqual([]);
});

test.each(frozenFields)(
  '$field cannot be changed, and the message says what to do instead.',
  ({ field, to, message }) => {
    const part = field.split('.').reduce((at, name) => at.properties?.[name] ?? {}, schema);
    expect(part['x-kubernetes-validations']?.map((rule) => rule.message).join('\n')).toContain(message);
    expect(mayBecome(part, to, to)).toBe(true);
    expect(mayBecome(part, `${to}-0`, to)).toBe(false);
  },
);

test('Anything at all may stand in a spec without an exception.', () => {
  for (const spec of [
    undefined,
    null,
    7,
    'x',
    [],
    [good()],
    { aws: [] },
    { ...good(), bucket: null },
    JSON.parse('{"__proto__": {"aws": 1}}'),
  ])
    expect(parseBackupTarget(spec).ok).toBe(false);
});

test('A refusal does not repeat the value: it might be a secret in the wrong field.', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG bPxRfiCYEXAMPLEKEY';
  for (const spec of [
    { ...good(), user: { name: secret } },
    { ...good(), managementPolicy: secret },
    { ...good(), aws: secret },
  ]) {
    const result = parseBackupTarget(spec);
    expect(result.ok ? '' : result.message).not.toContain('wJalr');
    expect(result.ok).toBe(false);
  }
});
