// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What the status of every kind holds. Every list is bounded and has a list type (https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy);
 * `boundStatus` (status-bounds.ts) cuts a status down to these bounds and to 32 KiB before it is written.
 */
import { z } from 'zod';

export function text(maxLength: number, description: string) {
  return z.string().max(maxLength).meta({ description });
}

export function time(description: string) {
  return z
    .string()
    .max(64)
    .meta({ description: `${description} RFC 3339, e.g. 2025-11-29T02:00:00Z.`, format: 'date-time' });
}

function listMap<S extends z.ZodType>(item: S, keys: readonly string[], list: { max: number; description: string }) {
  return z
    .array(item)
    .max(list.max)
    .meta({ description: list.description, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys });
}

function atomicList<S extends z.ZodType>(item: S, list: { max: number; description: string }) {
  return z.array(item).max(list.max).meta({ description: list.description, 'x-kubernetes-list-type': 'atomic' });
}

/** Of kinds whose things would be taken for gone by who looks into another account. */
export const accountID = text(12, 'AWS account that what this object made is in, e.g. 123456789012.').optional();

/** The shape of metav1.Condition; the message is shorter, the status as a whole is to stay under 32 KiB. */
const condition = z.object({
  type: z
    .string()
    .min(1)
    .max(316)
    .regex(/^[A-Z][A-Za-z0-9]*$/)
    .meta({ description: "Ready, Synced, Reconciling, Stalled, or one of the kind's own." }),
  status: z.enum(['True', 'False', 'Unknown']).meta({ description: 'True, False or Unknown.' }),
  observedGeneration: z
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'The metadata.generation that this was said about, e.g. 3.' }),
  lastTransitionTime: time('When `status` last changed.'),
  reason: z
    .string()
    .min(1)
    .max(1024)
    .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/)
    .meta({ description: 'Why, in one word for programs, e.g. NotOurs.' }),
  message: text(1024, 'Why, in a sentence for people, ending with what to do.'),
});

const call = z.object({
  service: text(32, 'AWS service or API, e.g. s3.'),
  action: text(64, 'Operation of it, e.g. CreateBucket.'),
  parameters: atomicList(
    z.object({
      name: text(64, 'Name of the parameter, e.g. Bucket.'),
      value: text(1024, 'Its value as text; secrets are redacted.'),
    }),
    {
      max: 32,
      description: 'The parameters that matter, redacted.',
    },
  ).optional(),
});

const planStep = z.object({
  do: text(64, 'What would be done, e.g. CreateBucket.'),
  effect: z
    .enum(['create', 'update', 'replace', 'delete', 'probe'])
    .meta({ description: 'What it does to its target.' }),
  target: text(256, 'What it is done to, e.g. the name of a bucket.'),
  calls: atomicList(call, { max: 16, description: 'The calls that it would make, in order.' }).optional(),
  risk: z
    .enum(['disrupts', 'destroysData'])
    .optional()
    .meta({ description: 'Set when the step interrupts a service (disrupts) or loses data (destroysData).' }),
});

const plan = z.object({
  hash: text(128, 'Digest of the steps; what the annotation hybridcloud.dev/approve names.'),
  steps: atomicList(planStep, { max: 100, description: 'What would be done next, in order.' }),
  omittedSteps: z
    .int()
    .min(0)
    .max(100_000)
    .optional()
    .meta({ description: 'How many further steps did not fit in here, e.g. 12. Unset when all are shown.' }),
});

const drift = z.object({
  path: text(128, 'Which setting, e.g. bucket.versioning.'),
  want: text(256, 'What the spec says.'),
  have: text(256, 'What was found.'),
  since: time('When it was first seen.'),
});

const blocker = z.object({
  kind: text(64, 'What stands in the way, e.g. Secret or Bucket.'),
  id: text(256, 'Which one, e.g. its name.'),
  why: text(512, 'Why it does, and what to do.'),
  since: time('Since when.'),
});

const begun = z.object({
  key: text(256, 'Identity of the step, e.g. CreateAccessKey/proxmox-backup-user.'),
  at: time('When it was announced.'),
  // Read back as JSON: `boundStatus` never cuts it.
  step: text(2048, 'The step as JSON, to tell later whether it shows; holds no secret.'),
});

const approved = z.object({
  hash: text(128, 'The plan that was approved: what the annotation hybridcloud.dev/approve named.'),
  at: time('When work on it began.'),
  // Compared with its hash: `boundStatus` never cuts it.
  steps: atomicList(z.string().max(64), { max: 100, description: 'Digests of its steps; no others are done.' }),
});

const claimedBy = z.object({
  kind: text(64, 'Kind of the user, e.g. PbsInstance.'),
  namespace: text(64, 'Its namespace.').optional(),
  name: text(253, 'Its name.'),
  uid: text(64, 'Its uid; the annotation hybridcloud.dev/take-over of another one names it.'),
});

export const commonStatus = {
  observedGeneration: z
    .int()
    .min(-1)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'The metadata.generation that this status is about, e.g. 3; -1 until there is one.' }),
  conditions: listMap(condition, ['type'], {
    max: 16,
    description:
      'Ready: it works now. Synced: the spec is applied. Reconciling: being worked on. Stalled: a person has to act.',
  }).optional(),
  plan: plan
    .optional()
    .meta({ description: 'What is pending; under managementPolicy Plan every step with its calls.' }),
  drift: listMap(drift, ['path'], {
    max: 100,
    description:
      'Settings that are not as the spec says: somebody else changed them and they are not corrected (yet), or an adoption would change them.',
  }).optional(),
  approved: approved
    .optional()
    .meta({ description: 'What was approved and is being done; gone once all of it is done.' }),
  claimedBy: claimedBy.optional().meta({ description: 'The one object that uses this one.' }),
  blockedBy: listMap(blocker, ['kind', 'id'], {
    max: 100,
    description: 'What a person, or another object, has to change first.',
  }).optional(),
  begun: listMap(begun, ['key'], {
    max: 100,
    description: 'Steps that must not be done twice, announced before the first try. Written by the operator only.',
  }).optional(),
};
