// SPDX-License-Identifier: GPL-3.0-or-later
import type { Verdict } from '../../../core/conditions.ts';

/** Something that is not as it should be. The message ends with what to do. */
export interface Trouble {
  readonly reason: string;
  readonly message: string;
  /** Backups cannot be made, or not be found, as long as this is so: Ready falls. `Passing`: it ends by itself. */
  readonly stops?: 'Lasting' | 'Passing';
}

const mostTold = 3;

/** The worst gives the reason; others are told, too. */
export function conditionOf(
  type: string,
  troubles: readonly Trouble[],
  good: Omit<Verdict, 'type' | 'status'>,
): Verdict {
  const [worst, ...others] = troubles.toSorted((a, b) => Number(Boolean(b.stops)) - Number(Boolean(a.stops)));
  if (!worst) return { type, status: 'True', ...good };
  const also = others.slice(0, mostTold - 1).map(({ message }) => ` Also: ${message}`);
  return { type, status: 'False', reason: worst.reason, message: `${worst.message}${also.join('')}` };
}

interface Named {
  readonly vmid: number;
  readonly name: string;
}

const mostNamed = 5;

/** `web (200), db (201) and 3 more`. */
export function named(guests: readonly Named[]): string {
  const names = guests.slice(0, mostNamed).map(({ name, vmid }) => (name === '' ? String(vmid) : `${name} (${vmid})`));
  const more = guests.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
