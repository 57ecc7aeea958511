// SPDX-License-Identifier: GPL-3.0-or-later
/** `*` any text, `?` one character (IAM User Guide, "Policy elements: Resource"). Linear in time: no backtracking into earlier stars. */
export function matchesPattern(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Action names are compared without regard to case. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesPattern(pattern.toLowerCase(), action.toLowerCase());
}

/** Each of the six parts of an ARN by itself: a star does not reach over a colon of the first five. */
export function matchesArn(pattern: string, arn: string): boolean {
  const wanted = splitArn(pattern);
  const given = splitArn(arn);
  return wanted.length === given.length && wanted.every((part, i) => matchesPattern(part, given[i] ?? ''));
}

function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
