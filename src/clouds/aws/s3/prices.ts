// SPDX-License-Identifier: GPL-3.0-or-later
/** What storage and requests cost, from a dated list: the one that is shipped, or one that the administrator gives in its place. */
import { z } from 'zod';
import shipped from './prices.json' with { type: 'json' };

/** Ranges of one month's storage, cheapest last; without `upToGB` there is no end. What lies beyond all ranges has no price. */
const ranges = z
  .array(z.strictObject({ upToGB: z.number().positive().optional(), perGBMonth: z.number().nonnegative() }))
  .min(1)
  .refine((list) => list.every(({ upToGB }, i) => i === list.length - 1 || upToGB !== undefined), {
    error: 'only the last range may have no end (upToGB)',
  })
  .refine((list) => list.every(({ upToGB = Infinity }, i) => upToGB > (list[i - 1]?.upToGB ?? 0)), {
    error: 'upToGB must rise from range to range',
  });

const schema = z.strictObject({
  asOf: z.iso.date(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'give a code of three letters, e.g. USD'),
  sources: z.array(z.strictObject({ what: z.string(), url: z.string() })).default([]),
  /** Region, then the storage type as CloudWatch names it. */
  regions: z.record(z.string(), z.record(z.string(), ranges)),
  /** Region, then what a thousand requests and a GB out to the internet cost; of S3 Standard, in the first range of a month. */
  requests: z
    .record(
      z.string(),
      z.strictObject({
        /** PUT, COPY, POST and LIST. */
        perThousandWrites: z.number().nonnegative(),
        /** GET and all others; DELETE is free. */
        perThousandReads: z.number().nonnegative(),
        perGBOut: z.number().nonnegative(),
      }),
    )
    .default({}),
});

export type Prices = z.output<typeof schema>;

export interface Estimate {
  /** With two digits after the point. */
  readonly amount: string;
  readonly currency: string;
  /** The day of the prices, `2026-07-04`. */
  readonly pricesAsOf: string;
}

/** @throws Error whose message is one line: what is wrong, and where. */
export function parsePrices(text: string): Prices {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error('it is no JSON');
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  throw new Error(`${where === '' ? 'it' : where}: ${(issue?.message ?? 'not understood').replace(/\s+/g, ' ')}`);
}

export const shippedPrices: Prices = schema.parse(shipped);

export interface Requests {
  readonly writes: number;
  readonly reads: number;
  /** Read by whoever is outside of AWS. */
  readonly bytesOut: number;
}

/** Of one region, plain data. */
export interface RequestPrices {
  readonly currency: string;
  readonly asOf: string;
  readonly perThousandWrites: number;
  readonly perThousandReads: number;
  readonly perGBOut: number;
}

/** `undefined` where they are not known. */
export function requestPrices(prices: Prices, region: string): RequestPrices | undefined {
  const found = Object.hasOwn(prices.requests, region) ? prices.requests[region] : undefined;
  return found && { currency: prices.currency, asOf: prices.asOf, ...found };
}

export function costOfRequests(prices: RequestPrices, { writes, reads, bytesOut }: Requests): number {
  const { perThousandWrites, perThousandReads, perGBOut } = prices;
  return (writes / 1000) * perThousandWrites + (reads / 1000) * perThousandReads + (bytesOut / bytesPerGB) * perGBOut;
}

/** Amazon S3 pricing: a GB is 2^30 bytes. */
const bytesPerGB = 2 ** 30;

/** One month of this storage; requests, transfer and taxes come on top. `undefined` when a price is not known: half a sum would mislead. */
export function monthlyEstimate(
  prices: Prices,
  region: string,
  bytes: Readonly<Record<string, number>>,
): Estimate | undefined {
  const types = Object.hasOwn(prices.regions, region) ? prices.regions[region] : undefined;
  let sum = 0;
  for (const [type, size] of Object.entries(bytes)) {
    const cost = costOf(types?.[type], size / bytesPerGB);
    if (cost === undefined) return undefined;
    sum += cost;
  }
  return types && { amount: sum.toFixed(2), currency: prices.currency, pricesAsOf: prices.asOf };
}

function costOf(list: Prices['regions'][string][string] | undefined, gigabytes: number): number | undefined {
  if (gigabytes === 0) return 0;
  let [below, cost] = [0, 0];
  for (const { upToGB = Number.POSITIVE_INFINITY, perGBMonth } of list ?? []) {
    cost += (Math.min(gigabytes, upToGB) - below) * perGBMonth;
    if (gigabytes <= upToGB) return cost;
    below = upToGB;
  }
  return undefined;
}
