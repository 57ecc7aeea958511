// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from './failure.ts';
import type { ManagedObject } from './managed-object.ts';
import type { Next } from './outcome.ts';
import { blockedMs } from './pace.ts';
import type { Hold } from './plan.ts';
import type { AnyLook } from './seen.ts';
import { readStatus } from './status.ts';
import { verdictsOfFailure } from './verdicts.ts';

/** What the look had found out before it failed. */
export interface Known {
  readonly serving: true | Hold;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Says what went wrong, as far as anybody can be told, and when it is tried again. What was known of the world stays in the status. */
export async function failed(
  look: AnyLook,
  object: ManagedObject,
  error: unknown,
  seen?: Partial<Known>,
): Promise<Next> {
  const before = readStatus(object.current).conditions;
  const own = before.filter((condition) => !['Ready', 'Synced', 'Reconciling', 'Stalled'].includes(condition.type));
  try {
    // a process that lost the lease tells nobody anything
    if (!(error instanceof Failure && error.class === 'Fenced')) {
      await object.tell({
        verdicts: [
          ...verdictsOfFailure(error, before, {
            attempt: look.attempt,
            absent: object.absent,
            generation: object.current.metadata.generation,
            ...(seen?.serving === undefined ? {} : { serving: seen.serving }),
          }),
          ...own,
        ],
        ...(seen?.fields ? { fields: seen.fields } : {}),
        plan: 'kept',
      });
    }
  } catch (telling) {
    return { next: 'retry', error: telling };
  }
  return afterFailure(error);
}

/** An object that met a throttled service comes back after this at most, unless the service asked for more. */
const throttledMs = 3000;

function afterFailure(error: unknown): Next {
  if (error instanceof Failure && error.class === 'Invalid') return { next: 'change' };
  if (error instanceof Failure && error.class === 'Denied') return { next: 'later', ms: blockedMs };
  const atLeastMs = error instanceof Failure ? error.retryAfterMs : undefined;
  // how often a service that throttles is asked is the wire's to know, for all objects; each comes back soon after it is over
  const throttled = error instanceof Failure && error.reason === 'Throttled' ? { atMostMs: throttledMs } : {};
  return { next: 'retry', error, ...(atLeastMs === undefined ? {} : { atLeastMs }), ...throttled };
}
