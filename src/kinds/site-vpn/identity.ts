// SPDX-License-Identifier: GPL-3.0-or-later
import type { SiteVpnStep } from './steps.ts';

/** What may differ at the next look though the step is the same: whether it interrupts anything just then, how it is sent, and what AWS has to choose first; a device's records stand in the target, by name. */
const passing = new Set([
  'risk',
  'once',
  'repeatable',
  'needs',
  'routine',
  'outsideIP',
  'digestOfInputs',
  'set',
  'remove',
  'ledger',
]);
/** Ours by their role: what a plan makes has no id before. Foreign things and what is deleted stand in the target, by id. */
const roles = new Set(['gateway', 'customerGateway', 'connection']);

/** See `Kind.identity`. */
export function identity(step: SiteVpnStep): unknown {
  return Object.fromEntries(
    Object.entries(step)
      .filter(([name]) => !passing.has(name))
      .filter(([name]) => !roles.has(name))
      // the files are delivered once or twice on the way, made and then made again
      .map(([name, value]) =>
        step.do === 'DeliverGatewayFiles' && name === 'effect' ? [name, 'update'] : [name, value],
      ),
  );
}
