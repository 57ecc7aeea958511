// SPDX-License-Identifier: GPL-3.0-or-later
/** A plan for programs. The shape is documented in docs/cli.md; fields may be added, none goes or changes its meaning within `v1`. */
import type { Report } from './text.ts';
import { isHeld, statusOf, summaryOf } from './verdict.ts';

export function json({ against, outlooks, skipped, remarks }: Report): string {
  const summary = summaryOf(outlooks);
  const shape = {
    format: 'hybrid-operator/plan/v1',
    against,
    objects: outlooks.map((one) => ({
      kind: one.kind,
      namespace: one.namespace,
      name: one.name,
      file: one.file,
      line: one.line,
      new: one.fresh,
      deleting: one.deleting,
      account: one.account ?? null,
      hash: one.hash ?? null,
      held: isHeld(one),
      steps: one.steps,
      differences: one.differences,
      approval: one.approval ?? null,
      refused: one.refused ?? null,
      hold: one.hold ?? null,
      error: one.error ?? null,
      notes: one.notes,
    })),
    skipped: skipped.map(({ manifest, file, line }) => ({
      apiVersion: manifest.apiVersion,
      kind: manifest.kind,
      name: manifest.metadata.name,
      file,
      line,
    })),
    remarks,
    summary,
    exitStatus: statusOf(summary),
  };
  return `${JSON.stringify(shape, null, 2)}\n`;
}
