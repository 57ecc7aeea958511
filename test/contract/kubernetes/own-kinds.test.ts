// SPDX-License-Identifier: GPL-3.0-or-later
/** The simulator takes our CRDs and judges our manifests; that a real server judges alike is shown in test/e2e. */
import { beforeAll, expect, test } from '@jest/globals';
import { badBackupTargets } from '../../api/bad-backup-targets.ts';
import { frozenFields } from '../../api/frozen-fields.ts';
import { goodBackupTargets } from '../../api/good-backup-targets.ts';
import { record } from './contract.ts';
import type { Recorded } from './exchange.ts';
import { ownKinds } from './own-kinds.ts';
import { simulatedServer } from './simulated.ts';

const answers = new Map<string, Recorded>();

beforeAll(async () => {
  const recorded = await record(simulatedServer(), { real: false, sequences: [ownKinds] });
  for (const one of recorded[ownKinds.name] ?? []) answers.set(one.title, one);
});

function messageOf(title: string): string {
  const body = answers.get(title)?.answer.body as { details?: { causes: { field: string; message: string }[] } };
  return (body.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`).join('\n');
}

test.each(goodBackupTargets.map(({ name }) => name))('The simulator accepts a BackupTarget with %s.', (name) => {
  expect(answers.get(`good: ${name}`)?.answer).toMatchObject({ status: 201 });
});

test.each(badBackupTargets.map((one) => [one.name, one] as const))('It refuses one with %s.', (name, { message }) => {
  expect(answers.get(`bad: ${name}`)?.answer.status).toBe(422);
  expect(messageOf(`bad: ${name}`)).toContain(message);
});

test.each(frozenFields.map((one) => [one.field, one] as const))('It refuses a change of %s.', (field, { message }) => {
  expect(messageOf(`frozen: ${field}`)).toContain(message);
});
