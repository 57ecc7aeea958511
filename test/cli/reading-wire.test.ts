// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { readingWire } from '../../src/cli/plan/surroundings.ts';
import type { Failure } from '../../src/core/failure.ts';

test('The wire of a plan lets nothing pass but reads, to the cloud and to the cluster, whatever asks.', async () => {
  let sent = 0;
  const wire = readingWire(() => {
    sent++;
    return Promise.reject(new Error('sent'));
  });
  const request = { method: 'POST', url: new URL('http://127.0.0.1:1/'), headers: {} };
  for (const service of ['s3', 'iam', 'kubernetes']) {
    const write = { service, action: 'Write', effect: 'write', parameters: [], timeoutMs: 1000 } as const;
    await expect(wire.send(write, request)).rejects.toMatchObject({ class: 'Fenced' } satisfies Partial<Failure>);
  }
  expect(sent).toBe(0);
  const read = { service: 's3', action: 'Read', effect: 'read', parameters: [], timeoutMs: 1000 } as const;
  await expect(wire.send(read, request)).rejects.toMatchObject({ reason: 'Unreachable' });
  expect(sent).toBe(1);
});
