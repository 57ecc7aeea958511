// SPDX-License-Identifier: GPL-3.0-or-later
/** How much the bucket holds and about what that costs. Asked for at rest, three times a day, when a validation writes the status anyhow; nothing waits for it or fails by it. */
import type { BackupTargetSpec, BackupTargetStatus } from '../../api/backup-target.ts';
import { monthlyEstimate, shippedPrices, type Prices } from '../../clouds/aws/s3/prices.ts';
import { storageMetrics, type StorageUse } from '../../clouds/aws/s3/storage-metrics.ts';
import { Failure } from '../../core/failure.ts';
import type { Desired } from '../../core/kind.ts';
import { milliseconds, rfc3339 } from '../../core/time.ts';
import type { Clouds } from './connect.ts';

export type Usage = NonNullable<BackupTargetStatus['usage']>;

/** All objects ask in the same eighth hour, so that one call serves them. */
const slotMs = 8 * 3_600_000;

function slotOf(at: number): number {
  return Math.floor(at / slotMs);
}

/** `undefined`: nothing is due, and what was told last is told again. */
export async function usageOf(
  { outside, session, spec }: Clouds,
  { last }: Desired<BackupTargetSpec, BackupTargetStatus>,
): Promise<Usage | undefined> {
  const now = outside.clock.now();
  const metrics = storageMetrics(session, outside.clock);
  metrics.name(spec.bucket.name);
  const asked = milliseconds(last.usage?.checkedAt ?? '');
  if (slotOf(asked) === slotOf(now)) return undefined;
  const checkedAt = rfc3339(now);
  try {
    const use = await metrics.read(spec.bucket.name, slotOf(now));
    return { ...(use ? told(use, session.region, outside.prices ?? shippedPrices) : undelivered(last)), checkedAt };
  } catch (error) {
    // what passes is tried again at a later look; what was known stays
    if (!(error instanceof Failure) || error.class !== 'Denied') return undefined;
    const { message: _, ...known } = last.usage ?? {};
    return { ...known, message: error.message.slice(0, 512), checkedAt };
  }
}

/** The first value comes a day or two after the first object; one that was known does not vanish. */
function undelivered({ usage }: BackupTargetStatus): Omit<Usage, 'checkedAt'> {
  return usage?.sizeBytes === undefined
    ? { message: 'CloudWatch has no value yet: S3 delivers the first one or two days after the first object' }
    : usage;
}

function told(use: StorageUse, region: string, prices: Prices): Omit<Usage, 'checkedAt'> {
  const sizeBytes = Math.round(Object.values(use.bytes).reduce((sum, bytes) => sum + bytes, 0));
  const estimate = monthlyEstimate(prices, region, use.bytes);
  return {
    sizeBytes,
    size: sizeText(sizeBytes),
    objects: Math.round(use.objects),
    at: rfc3339(use.at),
    ...(estimate ? { monthlyEstimate: { ...estimate, summary: `${estimate.amount} ${estimate.currency}` } } : {}),
  };
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `1.5 TiB`. */
export function sizeText(bytes: number): string {
  const unit = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** unit;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
