// SPDX-License-Identifier: GPL-3.0-or-later
import { checkerRegions } from '../check-input.ts';
import type { CheckConfig } from '../state.ts';

/** The published ranges of each region's checkers (GetCheckerIpRanges; ip-ranges.json, ROUTE53_HEALTHCHECKS). */
const ranges: Readonly<Record<string, readonly [string, string]>> = {
  'us-east-1': ['54.243.31.192/26', '107.23.255.0/26'],
  'us-west-1': ['54.183.255.128/26', '54.241.32.64/26'],
  'us-west-2': ['54.244.52.192/26', '54.245.168.0/26'],
  'eu-west-1': ['54.228.16.0/26', '176.34.159.192/26'],
  'ap-southeast-1': ['54.251.31.128/26', '54.255.254.192/26'],
  'ap-southeast-2': ['54.252.79.128/26', '54.252.254.192/26'],
  'ap-northeast-1': ['54.248.220.0/26', '54.250.253.192/26'],
  'sa-east-1': ['54.232.40.64/26', '177.71.207.128/26'],
};

export const checkerRanges: readonly string[] = Object.values(ranges).flat().toSorted();

export interface Checker {
  readonly region: string;
  readonly ip: string;
  /** Which part of an interval it waits before its first look: checkers do not coordinate. */
  readonly phase: number;
}

/** Two of each region that looks; all regions unless the check names some. */
export function checkersOf({ regions }: CheckConfig): Checker[] {
  const named = regions === undefined || regions.length === 0 ? checkerRegions : regions;
  const all = named.flatMap((region) => (ranges[region] ?? []).map((range) => ({ region, ip: firstHost(range) })));
  return all.map((checker, i) => ({ ...checker, phase: i / all.length }));
}

function firstHost(range: string): string {
  const parts = (range.split('/')[0] ?? '').split('.');
  return [...parts.slice(0, 3), Number(parts[3]) + 1].join('.');
}
