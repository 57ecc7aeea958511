// SPDX-License-Identifier: GPL-3.0-or-later

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once, as it does without us. */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const end = (signal: NodeJS.Signals) => {
      process.off('SIGINT', end).off('SIGTERM', end);
      resolve(signal);
    };
    process.on('SIGINT', end).on('SIGTERM', end);
  });
}
