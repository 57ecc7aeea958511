// SPDX-License-Identifier: GPL-3.0-or-later
import { AwsError } from '../errors.ts';
import { may, text, whole, type Fields } from '../protocol/model.ts';

export const paging = { Marker: text(), PageSize: whole(1, 400) };

/** Marker and PageSize, 400 when none is asked for. Where names or ARNs are given, there is one page. */
export function pageOf<T>(all: readonly T[], input: Fields): { part: readonly T[]; more: { NextMarker?: string } } {
  const marker = may(input, 'Marker');
  const from = marker === undefined ? 0 : Number(Buffer.from(marker, 'base64').toString());
  if (!Number.isInteger(from) || from < 0) throw new AwsError('ValidationError', 'The marker is not valid');
  const end = from + Number(may(input, 'PageSize') ?? 400);
  const more = end < all.length ? { NextMarker: Buffer.from(String(end)).toString('base64') } : {};
  return { part: all.slice(from, end), more };
}
