// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import { kinds } from '../../src/api/kinds.ts';
import { announce } from '../../src/core/journal.ts';
import { composeStatus, describeStep } from '../../src/core/status.ts';
import type { Step } from '../../src/core/step.ts';

const time = '2025-11-29T02:00:00Z';
const step: Step = {
  do: 'CreateBucket',
  effect: 'create',
  target: 'bucket x',
  risk: 'disrupts',
  once: 'CreateBucket/x',
};
const object = {
  apiVersion: 'hybridcloud.dev/v1alpha1',
  kind: 'BackupTarget',
  metadata: { name: 'a', namespace: 'b', uid: 'u', resourceVersion: '1', generation: 3, creationTimestamp: time },
};

// An API server silently drops what a schema does not know: a journal without its steps would let things be made twice.
test.each(kinds)('The schema of $kind.status knows every field that the engine writes.', ({ statusSchema }) => {
  const status = composeStatus(
    object,
    {
      verdicts: [{ type: 'Ready', status: 'False', reason: 'Waiting', message: 'Waiting for S3.' }],
      begun: announce([], [step], time),
      blockedBy: [{ kind: 'Secret', id: 'aws', why: 'It is missing: make it.' }],
      plan: {
        hash: 'abc',
        steps: [
          describeStep(step, [{ service: 's3', action: 'CreateBucket', parameters: [{ name: 'Bucket', value: 'x' }] }]),
        ],
      },
      fields: {},
    },
    time,
  );
  expect(status).toMatchObject({
    begun: [{ step: JSON.stringify(step) }],
    blockedBy: [{}],
    plan: { steps: [{ calls: [{}] }] },
  });
  expect(statusSchema.parse(status)).toEqual(status);
});
