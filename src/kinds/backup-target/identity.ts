// SPDX-License-Identifier: GPL-3.0-or-later
import type { BackupTargetStep } from './steps.ts';

/**
 * What changes by itself, though the step is the same: which keys are there besides, when one was made, which page is next; and by which of
 * two reasons a key goes that goes in any case (the target says it in words).
 */
const passing = new Set([
  'besides',
  'because',
  'supersedes',
  'createdAt',
  'versions',
  'at',
  'once',
  'repeatable',
  'needs',
  'routine',
]);

/** See `Kind.identity`. */
export function identity(step: BackupTargetStep): unknown {
  // a key that the plan itself makes has no id before: it is the one that replaces
  const role =
    step.do === 'PromoteAccessKey' ? { key: 'the new one', replaces: step.replaces.key, target: step.secret } : {};
  return { ...Object.fromEntries(Object.entries(step).filter(([name]) => !passing.has(name))), ...role };
}
