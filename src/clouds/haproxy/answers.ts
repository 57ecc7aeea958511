// SPDX-License-Identifier: GPL-3.0-or-later
/** What HAProxy prints (management guide, "Starting HAProxy"; src/errors.c). Pure. */

/** `HAProxy version 2.6.12-1+deb12u4 2026/10/17 - https://haproxy.org/`, also with `HA-Proxy`. */
export function versionIn(said: string): string {
  return /version (\S{1,60})/.exec(said)?.[1] ?? 'unknown';
}

/** `[ALERT]    (22020) : config : what it is`: the number is its process, and differs each time. */
const prefix = /^\[(?:ALERT|WARNING)\]\s+\(\d+\) : (?:config : )?/;
/** Said after the lines that say why. */
const conclusions = /^(Some warnings were found|Error\(s\) found in|Fatal errors found in)/;

/** Its first complaint, on one line, without what differs from one check to the next. */
export function complaintIn(said: string, folder: string): string {
  const complaints = said
    .split('\n')
    .filter((line) => prefix.test(line))
    .map((line) =>
      line
        .replace(prefix, '')
        .replaceAll(folder, '')
        .replace(/[.\s]{1,9}$/, ''),
    )
    .filter((line) => !conclusions.test(line));
  return (complaints[0] ?? 'it says nothing more').slice(0, 400);
}
