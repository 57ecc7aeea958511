// SPDX-License-Identifier: GPL-3.0-or-later
/** The Pod of the Deployment under the restricted Pod Security Standard: each control by name, and a Pod that each one refuses. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { kindsOf, violationsOf, withField } from './pod-fields.ts';
import { controls } from './pod-security.ts';

const file = join(resolve(import.meta.dirname, '../..'), 'deploy/base/deployment.yaml');
const pod = (parse(readFileSync(file, 'utf8')) as { spec: { template: object } }).spec.template;

test('The Pod violates no control of the restricted profile.', () => {
  expect(violationsOf(pod)).toEqual([]);
});

const mutants = controls.flatMap(({ control, fields, bad }) =>
  fields.flatMap(kindsOf).map((field) => ({ control, field, bad })),
);

test.each(mutants)('$control refuses a Pod with another $field.', ({ control, field, bad }) => {
  expect(violationsOf(withField(pod, field, bad))).toContain(control);
});

test.each([
  ['spec.securityContext.runAsNonRoot', 'Running as Non-root'],
  ['spec.securityContext.seccompProfile', 'Seccomp, required'],
  ['spec.containers[*].securityContext', 'Privilege Escalation'],
  ['spec.containers[*].securityContext.capabilities', 'Capabilities, dropped'],
])('Left out, %s is not forgiven by: %s.', (field, control) => {
  expect(violationsOf(withField(pod, field, undefined))).toContain(control);
});

test('What every container says for itself the Pod need not say.', () => {
  const own = withField(pod, 'spec.containers[*].securityContext.runAsNonRoot', true);
  expect(violationsOf(withField(own, 'spec.securityContext.runAsNonRoot', undefined))).toEqual([]);
  expect(violationsOf(withField(own, 'spec.securityContext.runAsNonRoot', false))).toEqual(['Running as Non-root']);
});

test('Volumes and capabilities that the profile allows are allowed.', () => {
  expect(violationsOf(withField(pod, 'spec.volumes[*]', { name: 'tmp', emptyDir: {} }))).toEqual([]);
  const bound = withField(pod, 'spec.containers[*].securityContext.capabilities.add', ['NET_BIND_SERVICE']);
  expect(violationsOf(bound)).toEqual([]);
});
