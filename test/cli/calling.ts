// SPDX-License-Identifier: GPL-3.0-or-later
/** The command line, called in this process: what it prints, and its exit status. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { jest } from '@jest/globals';
import { main } from '../../src/cli/main.ts';

export interface Called {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** With no variables but those given: nobody's credentials, nobody's home. */
export async function call(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Called> {
  const out: string[] = [];
  const err: string[] = [];
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation((piece) => out.push(String(piece)) > 0),
    jest.spyOn(console, 'log').mockImplementation((line) => void out.push(`${String(line)}\n`)),
    jest.spyOn(process.stderr, 'write').mockImplementation((piece) => err.push(String(piece)) > 0),
    jest.spyOn(console, 'error').mockImplementation((line) => void err.push(`${String(line)}\n`)),
  ];
  try {
    const status = await main(argv, { HOME: '/nowhere', ...env });
    // Jest's own remark on how it loads package.json is none of the program's
    return { status, stdout: out.join(''), stderr: err.filter((line) => !line.startsWith('Jest: ')).join('') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** A folder with these files. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cli-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A BackupTarget as text; `spec` lines are added to it as they are. */
export function manifest(name: string, ...spec: readonly string[]): string {
  return [
    'apiVersion: hybridcloud.dev/v1alpha1',
    'kind: BackupTarget',
    `metadata: { name: ${name} }`,
    'spec:',
    ...(spec.some((line) => line.includes('aws:')) ? [] : ['  aws: { region: ap-northeast-2 }']),
    `  bucket: { name: bucket-${name} }`,
    `  user: { name: user-${name}, policyName: Backup }`,
    `  accessKey: { secretRef: { name: ${name}-s3 } }`,
    ...spec,
    '',
  ].join('\n');
}
