// SPDX-License-Identifier: GPL-3.0-or-later
import { Failure } from '../../../core/failure.ts';

/** A connection that cannot be written down for this device. The message names the field and the cure, and never holds a key. */
export function refusal(message: string): Failure {
  return new Failure({ class: 'Invalid', reason: 'GatewayNotRenderable', message });
}
