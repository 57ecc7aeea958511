// SPDX-License-Identifier: GPL-3.0-or-later
/** Leases (coordination.k8s.io/v1). */
import { invalidValue } from '../causes.ts';
import type { KubeObject } from '../object.ts';
import { isObject } from '../object.ts';
import type { Cause } from '../status.ts';
import { age, builtin, nameColumn, path } from './builtin.ts';
import { kind, object, text, whole } from './metadata.ts';

/** metav1.MicroTime is read with exactly six decimals. */
const micro = { type: 'string', format: 'micro-time', nullable: true };

function causes(next: KubeObject): Cause[] {
  const { leaseDurationSeconds, leaseTransitions } = isObject(next.spec) ? next.spec : {};
  const found: Cause[] = [];
  if (typeof leaseDurationSeconds === 'number' && leaseDurationSeconds <= 0)
    found.push(invalidValue('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'));
  if (typeof leaseTransitions === 'number' && leaseTransitions < 0)
    found.push(invalidValue('spec.leaseTransitions', leaseTransitions, 'must to greater or equal than 0'));
  return found;
}

export const coordination = builtin({
  group: 'coordination.k8s.io',
  plural: 'leases',
  kind: 'Lease',
  schema: kind('Who holds something, and until when.', {
    spec: object({
      holderIdentity: text,
      leaseDurationSeconds: whole,
      acquireTime: micro,
      renewTime: micro,
      leaseTransitions: whole,
      strategy: text,
      preferredHolder: text,
    }),
  }),
  columns: [nameColumn, { name: 'Holder', type: 'string', cell: (o) => path(o, 'spec', 'holderIdentity') }, age],
  hooks: { validate: causes, prepare: (next) => ({ ...next, spec: next.spec ?? {} }), always: { spec: {} } },
});
