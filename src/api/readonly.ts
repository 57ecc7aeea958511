// SPDX-License-Identifier: GPL-3.0-or-later
/** What was read of an object is never changed in place. */
export type DeepReadonly<T> = T extends string | number | boolean | undefined
  ? T
  : { readonly [K in keyof T]: DeepReadonly<T[K]> };
