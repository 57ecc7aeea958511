// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * `spec.ignoreFields`: settings that somebody else looks after. What is ignored is wanted as it is found, so that it is neither written nor told,
 * and where a thing is only written as a whole it is written back as it was. What is made anew has to begin somewhere: as the spec says. Pure.
 */

interface Ignoring {
  readonly ignoreFields?: readonly string[] | undefined;
}

export function ignores({ ignoreFields = [] }: Ignoring, path: string): boolean {
  return ignoreFields.includes(path);
}

/** @param found `undefined`: it is not there yet. */
export function leftAs<T>(spec: Ignoring, path: string, { want, found }: { want: T; found: T | undefined }): T {
  return found !== undefined && ignores(spec, path) ? found : want;
}
