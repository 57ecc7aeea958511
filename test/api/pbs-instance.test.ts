// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from '@jest/globals';
import { toSchema } from '../../src/api/crd.ts';
import { parsePbsInstance, pbsInstance, type PbsInstanceStatus } from '../../src/api/pbs-instance.ts';
import type { Schema } from '../../src/api/structural.ts';
import { badPbsInstances } from './bad-pbs-instances.ts';
import { brokenRules, mayBecome, rulesIn } from './cel.ts';
import { withDefaults } from './defaulting.ts';
import { changedPbs, existing, fingerprint, goodPbsInstance, goodPbsInstances } from './good-pbs-instances.ts';

const schema = toSchema(pbsInstance.specSchema);

function parsed(spec: unknown) {
  const result = parsePbsInstance(spec);
  if (!result.ok) throw new Error(result.message);
  return result.spec;
}

test('The shortest PbsInstance gets every default of the manual.', () => {
  expect(parsed(goodPbsInstance())).toEqual({
    managementPolicy: 'Apply',
    deletionPolicy: 'Retain',
    proxmox: goodPbsInstance()['proxmox'],
    server: {
      type: 'VirtualMachine',
      vm: {
        cores: 2,
        memory: '4Gi',
        disk: '50Gi',
        cacheDisk: '64Gi',
        storage: 'local-lvm',
        network: {
          bridge: 'vmbr0',
          addressing: 'Static',
          address: '192.168.0.20/24',
          gateway: '192.168.0.1',
          dns: '192.168.0.1',
        },
        iso: { storage: 'local', file: 'proxmox-backup-server_4.2-1-auto.iso' },
        fqdn: 'pbs-main.example.com',
        timeZone: 'UTC',
      },
    },
    s3: { id: 'aws-s3-storage', backupTargetRef: { name: 'vm-backups' } },
    datastore: {
      name: 'vm-backup-s3',
      gcSchedule: 'daily',
      prune: {
        schedule: 'daily',
        keepLast: 3,
        keepHourly: 0,
        keepDaily: 7,
        keepWeekly: 4,
        keepMonthly: 6,
        keepYearly: 0,
      },
      verify: { newBackups: 'Disabled', schedule: 'monthly', outdatedAfterDays: 60 },
    },
    storage: { id: 'pbs-main' },
    jobs: [{ id: 'nightly', schedule: '02:00', select: { type: 'All' }, backupMode: 'Snapshot' }],
    objectives: { recoveryPointHours: 26, verifiedWithinDays: 0 },
    telemetry: { intervalSeconds: 60 },
  });
});

test('The API server fills in the same defaults as our code.', () => {
  for (const { spec } of goodPbsInstances) expect(withDefaults(schema, spec)).toEqual(parsed(spec));
  for (const { spec } of goodPbsInstances) expect(parsed(parsed(spec))).toEqual(parsed(spec));
});

describe('Every bad PbsInstance is refused on one line that names the field and the cure:', () => {
  test.each(badPbsInstances)('$name', ({ spec, message, parsed: ours }) => {
    const result = parsePbsInstance(spec);
    expect(result).toEqual({ ok: false, message: expect.stringContaining(ours ?? message) });
    if (!result.ok) expect(result.message).toMatch(/^spec[\w.:-]* .*[:;,].*$|^spec[^:\n]*: [^\n]*$/);
  });
});

test('There are at least 100 bad PbsInstances, and no two are the same.', () => {
  expect(badPbsInstances.length).toBeGreaterThanOrEqual(100);
  expect(new Set(badPbsInstances.map(({ spec }) => JSON.stringify(spec))).size).toBe(badPbsInstances.length);
});

test('What our code refuses by a rule of ours, the CEL text of that rule refuses too, with the same message.', () => {
  const byRule = badPbsInstances.filter(({ parsed: ours }) => ours === undefined);
  expect(byRule.length).toBeGreaterThanOrEqual(60);
  for (const { spec, message } of byRule)
    expect(brokenRules(schema, withDefaults(schema, spec)).join('\n')).toContain(message);
});

describe('Every good PbsInstance passes our code and the CEL text:', () => {
  test.each(goodPbsInstances)('$name', ({ spec }) => {
    expect(brokenRules(schema, parsed(spec))).toEqual([]);
  });
});

test('Every rule on a value is broken by at least one bad PbsInstance, so none is idle.', () => {
  const idle = rulesIn(schema)
    .filter(({ rule }) => !rule.includes('oldSelf'))
    .filter(({ message }) => !badPbsInstances.some((bad) => message.includes(bad.message)));
  expect(idle).toEqual([]);
});

test('Every default that is an object passes the rules beside it: an API server checks it before it fills in what is inside.', () => {
  const faults: string[] = [];
  const look = (part: Schema) => {
    if (part.default !== undefined) faults.push(...brokenRules(part, JSON.parse(JSON.stringify(part.default))));
    for (const below of Object.values(part.properties ?? {})) look(below);
  };
  look(schema);
  expect(faults).toEqual([]);
});

const at = (path: string): Schema =>
  path.split('.').reduce<Schema>((part, name) => part.properties?.[name] ?? {}, schema);

test.each([
  ['s3.id', 'aws', 'minio'],
  ['datastore.name', 'store-1', 'store-2'],
  ['storage.id', 'pbs-main', 'pbs-other'],
  ['storage.namespace', 'seoul', 'busan'],
  ['storage.encryption.secretRef.name', 'key', 'other'],
  ['server.vm.fqdn', 'a.example.com', 'b.example.com'],
  ['server.vm.storage', 'local-lvm', 'ceph'],
  ['server.vm.pool', 'a', 'b'],
  ['server.vm.network.address', '10.0.0.5/24', '10.0.0.6/24'],
  ['server.existing.cachePath', '/a', '/b'],
])('%s cannot be changed, and the message says what to do instead.', (path, before, after) => {
  expect(mayBecome(at(path), before, before)).toBe(true);
  expect(mayBecome(at(path), before, after)).toBe(false);
  const told = (at(path)['x-kubernetes-validations'] ?? []).map(({ message }) => message).join('\n');
  expect(told).toMatch(new RegExp(`${path.replaceAll('.', '[.]')} cannot be changed: .+`));
});

test('A disk can grow, and cannot shrink.', () => {
  for (const disk of ['server.vm.disk', 'server.vm.cacheDisk']) {
    expect(mayBecome(at(disk), '64Gi', '100Gi')).toBe(true);
    expect(mayBecome(at(disk), '100Gi', '64Gi')).toBe(false);
  }
});

test('Neither the type of the server nor the encryption of backups can be changed.', () => {
  const there = parsed(changedPbs(existing())).server;
  expect(mayBecome(at('server'), parsed(goodPbsInstance()).server, there)).toBe(false);
  const encryption = { secretRef: { name: 'key' } };
  expect(mayBecome(at('storage'), { id: 'pbs' }, { id: 'pbs', encryption })).toBe(false);
  expect(mayBecome(at('storage'), { id: 'pbs', encryption }, { id: 'pbs' })).toBe(false);
  expect(mayBecome(at('storage'), { id: 'pbs', encryption }, { id: 'pbs', encryption })).toBe(true);
});

test('The pool of the VM can neither be added nor taken away.', () => {
  const vm = parsed(goodPbsInstance()).server.vm ?? {};
  const pooled = { ...vm, pool: 'backup' };
  expect(mayBecome(at('server.vm'), vm, pooled)).toBe(false);
  expect(mayBecome(at('server.vm'), pooled, vm)).toBe(false);
  expect(mayBecome(at('server.vm'), pooled, { ...pooled, cores: 8 })).toBe(true);
  expect(mayBecome(at('server.vm'), vm, { ...vm, cores: 8 })).toBe(true);
});

test('Anything at all may stand in a spec without an exception, and a refusal does not repeat it.', () => {
  for (const spec of [undefined, null, 7, 'x', [], { server: [] }, changedPbs({ jobs: 7 }), changedPbs({ s3: null })])
    expect(parsePbsInstance(spec).ok).toBe(false);
  const result = parsePbsInstance(changedPbs({ 'proxmox.credentialsSecretRef.name': 'wJalrXUtnFEMI.K7MDENG' }));
  expect(result.ok ? '' : result.message).toContain('credentialsSecretRef.name must be the name of a Secret');
  expect(result.ok ? '' : result.message).not.toContain('wJalr');
});

function fields(part: Schema, path: string): [string, Schema][] {
  const below = Object.entries({ ...part.properties, ...(part.items ? { '[]': part.items } : {}) });
  return below.flatMap(([name, child]) => [
    [`${path}.${name}`, child] as [string, Schema],
    ...fields(child, `${path}.${name}`),
  ]);
}

const inWords = (value: unknown) => (Array.isArray(value) ? value.join(',') : `${value as string | number}`);

test('The manual says every default in words, and gives an example, a choice or a default for every value.', () => {
  const all = fields(schema, 'spec').filter(([, part]) => part.type !== 'object' && part.items?.type !== 'object');
  const silent = all.filter(
    ([, part]) => part.default !== undefined && !part.description?.includes(`Default: ${inWords(part.default)}`),
  );
  const bare = all.filter(([, part]) => !part.enum && !/Example: |e\.g\. /.test(part.description ?? ''));
  expect([silent.map(([path]) => path), bare.map(([path]) => path)]).toEqual([[], []]);
});

test('Its short name is pbs, and its columns are those of the manual.', () => {
  const crd = pbsInstance.crd();
  expect(crd.spec.names.shortNames).toEqual(['pbs']);
  expect(pbsInstance.columns.map(({ name }) => name)).toEqual([
    'VM',
    'Version',
    'Datastore',
    'Protected',
    'Last Backup',
  ]);
});

test('A whole status is taken as it is.', () => {
  const status: PbsInstanceStatus = {
    vm: { id: 104, node: 'node1', uuid: '5025071f-bc34-437a-960c-79f5d091c78f', phase: 'Running' },
    server: { url: 'https://192.168.0.20:8007', version: '4.2.3', fingerprint, secretName: 'pbs-main-pbs' },
    s3: { bucket: 'iksan-cloud-backup-20251129', accessKeyID: 'AKIAIOSFODNN7EXAMPLE' },
    datastore: { name: 'vm-backup-s3', state: 'InUse', used: '1.2Ti', lastGCTime: '2026-01-05T09:00:00Z' },
    storage: { id: 'pbs-main', state: 'Active', user: 'pve@pbs!pve' },
    jobs: [{ id: 'nightly', nextRun: '2026-01-06T02:00:00Z', lastResult: 'OK' }],
    guests: {
      protected: '11/13',
      total: 13,
      excluded: 1,
      unprotected: [{ id: 105, name: 'new', reason: 'NoJob' }],
      stale: [{ id: 106, reason: 'TooOld', lastBackupTime: '2026-01-01T02:00:00Z' }],
    },
    lastBackupTime: '2026-01-05T02:00:00Z',
    oldestUnmetRPO: '2026-01-02T04:00:00Z',
  };
  expect(pbsInstance.statusSchema.parse(status)).toEqual(status);
});
