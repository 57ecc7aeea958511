// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * The world after a create of what is there already: the same object, by which its entry in the journal of begun steps ends, only when AWS shows it to
 * everybody. What this process knows by memory alone a process that is started now would make again, or leave behind. Pure.
 */
export function shown<W extends object>(world: W, there: { readonly hidden?: true }): W {
  return there.hidden ? { ...world } : world;
}
