// SPDX-License-Identifier: GPL-3.0-or-later
import { AwsError } from '../errors.ts';
import { may, type Fields } from '../protocol/model.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly more: { readonly IsTruncated: boolean; readonly Marker: string | undefined };
}

/** Marker and MaxItems, default 100 (IAM API reference). The marker names the last item given out, so that pages shift as little as they can. */
export function pageOf<T>(all: readonly T[], input: Fields, nameOf: (item: T) => string): Page<T> {
  const size = Number(may(input, 'MaxItems') ?? 100);
  const marker = may(input, 'Marker');
  const after = marker === undefined ? undefined : readMarker(marker);
  const rest = after === undefined ? all : all.filter((item) => nameOf(item) > after);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  const truncated = rest.length > items.length && last !== undefined;
  return {
    items,
    more: {
      IsTruncated: truncated,
      Marker: truncated ? Buffer.from(`after:${nameOf(last)}`).toString('base64') : undefined,
    },
  };
}

function readMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64').toString();
  // ListUsers and its like answer ValidationError to a marker that is not theirs
  if (!text.startsWith('after:')) throw new AwsError('ValidationError', `Invalid Marker: ${marker}`);
  return text.slice('after:'.length);
}
