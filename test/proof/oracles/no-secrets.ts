// SPDX-License-Identifier: GPL-3.0-or-later
/** Every secret that was ever made is searched for, in six encodings, in everything that a process shows. */
import type { Carried } from '../network.ts';
import type { Output } from '../process.ts';
import type { Violation } from '../script.ts';

/** Written again here, so that the operator's own list of forms is not what proves it. */
export function sixForms(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  return [
    secret,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}

export function secretsIn(output: Output, calls: readonly Carried[], secrets: ReadonlySet<string>): Violation[] {
  const shown: (readonly [where: string, words: string])[] = [
    ...output.notes.map((note) => ['event', JSON.stringify(note)] as const),
    ...output.records.map((record) => ['wire record', JSON.stringify(record)] as const),
    ...calls.filter((call) => call.action.endsWith('/status')).map((call) => ['status', call.body ?? ''] as const),
  ];
  const text = shown
    .map(([, words]) => words)
    .join('\n')
    .toLowerCase();
  for (const secret of secrets) {
    const form = sixForms(secret).find((one) => text.includes(one.toLowerCase()));
    if (form === undefined) continue;
    const where = shown.find(([, words]) => words.toLowerCase().includes(form.toLowerCase()))?.[0] ?? 'output';
    return [{ oracle: 'secret-shown', what: `a secret stands in a ${where}` }];
  }
  return [];
}
