// SPDX-License-Identifier: GPL-3.0-or-later
/** A month of the datastore's care against what it may take. Pure. */
import type { PbsInstanceSpec, PbsInstanceStatus } from '../../../api/pbs-instance.ts';
import { costOfRequests, type RequestPrices } from '../../../clouds/aws/s3/prices.ts';
import type { Verdict } from '../../../core/conditions.ts';
import { leftAs } from '../../../core/ignoring.ts';
import type { Observed } from '../observed.ts';
import type { PbsDesired } from '../wish.ts';
import { sizeText } from '../size-text.ts';
import { stockOfOneTiB, stockSeen } from './stock.ts';
import { upkeepOf, type Upkeep } from './upkeep.ts';

type Shown = NonNullable<PbsInstanceStatus['s3Budget']>;

const gibibyte = 1024 ** 3;

/** Two digits: a number that moves with every backup would have the status written as often. */
function rounded(value: number): number {
  if (value < 100) return Math.ceil(value);
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.ceil(value / unit) * unit;
}

const grouped = (value: number) => value.toLocaleString('en');

interface Reckoned {
  readonly counted: boolean;
  readonly items: readonly Upkeep[];
  readonly requests: number;
  readonly bytes: number;
  readonly prices?: RequestPrices;
}

function reckoned({ spec }: PbsDesired, { worth, prices, store }: Observed): Reckoned {
  const { datastore, jobs, restoreTests } = spec;
  const { verify } = datastore;
  const seen = worth && stockSeen(jobs, worth);
  const left = (path: string, want: string, found: string | undefined) => leftAs(spec, path, { want, found });
  const care = {
    gcSchedule: left('datastore.gcSchedule', datastore.gcSchedule, store?.datastore?.gcSchedule),
    verifySchedule: left('datastore.verify.schedule', verify.schedule, store?.verify?.schedule),
    verifyNew: verify.newBackups === 'Enabled',
    ...(restoreTests ? { restoreIntervalDays: restoreTests.intervalDays } : {}),
  };
  const items = upkeepOf(care, seen ?? stockOfOneTiB(jobs));
  return {
    counted: seen !== undefined,
    items,
    requests: rounded(items.reduce((sum, { writes, reads }) => sum + writes + reads, 0)),
    bytes: rounded(items.reduce((sum, { bytes }) => sum + bytes, 0)),
    ...(prices ? { prices } : {}),
  };
}

function costOf(items: readonly Upkeep[], prices: RequestPrices | undefined): string | undefined {
  if (!prices) return undefined;
  const costs = items.map((one) => costOfRequests(prices, { ...one, bytesOut: one.bytes }));
  const sum = costs.reduce((total, cost) => total + cost, 0);
  return `${sum.toFixed(2)} ${prices.currency}`;
}

function sumText({ counted, items, requests, bytes, prices }: Reckoned): string {
  const cost = costOf(items, prices);
  const much = `at most ${grouped(requests)} requests and ${sizeText(bytes)} read from S3 a month`;
  return `${much}${cost === undefined ? '' : `, ${cost} where the server is outside of AWS`}${counted ? '' : ', for each TiB of guests'}`;
}

function counts({ worth }: Observed): Pick<Shown, 'counted'> {
  const store = worth?.pbs.is === 'Here' ? worth.pbs.store : undefined;
  const counted = store?.cache?.counted;
  if (!counted) return {};
  const { get, put, post, head, delete: deleted, uploaded, downloaded } = counted;
  return {
    counted: {
      reads: rounded(get + head),
      writes: rounded(put + post),
      deletes: rounded(deleted),
      downloaded: sizeText(rounded(downloaded)),
      uploaded: sizeText(rounded(uploaded)),
    },
  };
}

export function budgetFields(desired: PbsDesired, observed: Observed): { readonly s3Budget: Shown } {
  const all = reckoned(desired, observed);
  const { items, requests, prices, counted } = all;
  return {
    s3Budget: {
      basis: counted ? 'Counted' : 'PerTiB',
      summary: sumText(all),
      requestsPerMonth: requests,
      readPerMonth: sizeText(all.bytes),
      ...(prices ? { costPerMonth: costOf(items, prices), pricesAsOf: prices.asOf } : {}),
      items: items.map((one) => {
        const cost = costOf([one], prices);
        return {
          name: one.name,
          runs: rounded(one.runs),
          requests: rounded(one.writes + one.reads),
          read: sizeText(rounded(one.bytes)),
          ...(cost === undefined ? {} : { cost }),
        };
      }),
      ...counts(observed),
    },
  };
}

type Limits = PbsInstanceSpec['datastore']['s3Budget'];

const type = 'WithinS3Budget';

const words: Readonly<Record<Upkeep['name'], string>> = {
  GarbageCollection: 'garbage collection: give datastore.gcSchedule a rarer one',
  Verification: 'the verify job: give datastore.verify.schedule a rarer one',
  NewBackups: 'the verification of new backups: set datastore.verify.newBackups to Disabled',
  RestoreTests: 'restore tests: give restoreTests.intervalDays more days',
  Monitoring: 'monitoring',
};

function overdrawn({ requestsPerMonth, readPerMonth }: NonNullable<Limits>, all: Reckoned): string | undefined {
  const most = (of: (one: Upkeep) => number) =>
    words[all.items.toSorted((a, b) => of(b) - of(a))[0]?.name ?? 'Monitoring'];
  if (requestsPerMonth !== undefined && all.requests > requestsPerMonth)
    return `more than the ${grouped(requestsPerMonth)} requests of datastore.s3Budget. Most is ${most(({ writes, reads }) => writes + reads)}`;
  if (readPerMonth !== undefined && all.bytes > Number(readPerMonth.replace(/Gi$/, '')) * gibibyte)
    return `more than the ${readPerMonth} of datastore.s3Budget. Most is ${most(({ bytes }) => bytes)}`;
  return undefined;
}

/** A budget that is overdrawn stops nothing: backups that nobody collects or verifies cost more in the end. */
export function budgetVerdict(desired: PbsDesired, observed: Observed): Verdict {
  const all = reckoned(desired, observed);
  const limits = desired.spec.datastore.s3Budget;
  const message = `Care of the datastore makes ${sumText(all)}`;
  const over = limits && overdrawn(limits, all);
  if (over !== undefined)
    return { type, status: 'False', reason: 'S3BudgetExceeded', message: `${message}: ${over}, or raise the budget.` };
  return { type, status: 'True', reason: limits ? 'WithinBudget' : 'NoBudgetSet', message };
}

/** For who reads a plan. */
export function budgetNotes(desired: PbsDesired, observed: Observed): readonly string[] {
  if (desired.absent) return [];
  const { message, status } = budgetVerdict(desired, observed);
  return [status === 'True' ? `estimate: ${message.charAt(0).toLowerCase()}${message.slice(1)}` : message];
}
