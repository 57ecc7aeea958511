// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../core/failure.ts';

/** What the plan was made for is not there any more: it is looked at again. */
export function changed(message: string): Failure {
  return new Failure({ class: 'Transient', reason: 'Conflict', applied: 'no', message });
}
