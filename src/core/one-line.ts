// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Others' words on their way to people: without line ends, and without what moves a terminal's cursor (C0 and C1 controls) or turns the
 * direction of writing (CVE-2021-42574).
 */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g, ' ');
}
