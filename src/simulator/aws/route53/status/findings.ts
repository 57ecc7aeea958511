// SPDX-License-Identifier: GPL-3.0-or-later
/** What each checker thinks of an endpoint, from what was told of it. */
import type { HealthCheck, Route53State, Told } from '../state.ts';
import { checkersOf, type Checker } from './checkers.ts';

/** One checker's view. */
export interface Finding {
  readonly region: string;
  readonly ip: string;
  /** After `FailureThreshold` looks in a row that said otherwise. */
  readonly healthy: boolean;
  /** The latest look; absent before the first one. */
  readonly latest?: Look;
  readonly lastFailure?: Look;
}

export interface Look {
  readonly at: number;
  readonly report: string;
}

export const success = 'Success: HTTP Status Code 200, OK';
/** As the console shows it (Developer Guide, "Viewing health check status and getting notifications"). */
export const timedOut =
  'Failure: Connection timed out. The endpoint or the internet connection is down, or requests are being blocked by your firewall.';

/** What was told of the check itself, or of its endpoint, the closest word first. */
export function toldOf({ told }: Route53State, { id, config }: HealthCheck): readonly Told[] | undefined {
  const hosts = [config.ip, config.domain?.toLowerCase()].filter((host) => host !== undefined);
  const keys = [id, ...hosts.map((host) => `${host}:${config.port ?? ''}`), ...hosts];
  return keys.map((key) => told.get(key)).find((list) => list !== undefined);
}

/** Endpoints answer until somebody tells otherwise. */
export function findings(state: Route53State, check: HealthCheck, now: number): Finding[] {
  const stretches = stretchesOf(toldOf(state, check) ?? [], now);
  return checkersOf(check.config).map((checker) => finding(check, checker, { stretches, now }));
}

interface Stretch extends Told {
  readonly until: number;
}

function stretchesOf(told: readonly Told[], now: number): Stretch[] {
  const all = [{ from: -Infinity, healthy: true, reason: success }, ...told.filter(({ from }) => from <= now)];
  return all.map((entry, i) => ({ ...entry, until: all[i + 1]?.from ?? Infinity }));
}

function finding(
  check: HealthCheck,
  { region, ip, phase }: Checker,
  { stretches, now }: { stretches: readonly Stretch[]; now: number },
): Finding {
  const { config, start } = check;
  const every = (config.interval ?? 30) * 1000;
  const first = start.at + phase * every;
  /** How many looks there were before `at`. */
  const looksBefore = (at: number): number => Math.max(0, Math.ceil((at - first) / every));
  const lookNumber = (n: number): number => first + (n - 1) * every;
  let healthy = start.healthy;
  let [run, latest, lastFailure]: [number, Look | undefined, Look | undefined] = [0, undefined, undefined];
  for (const stretch of stretches) {
    const [before, after] = [
      looksBefore(Math.max(stretch.from, start.at)),
      looksBefore(Math.min(stretch.until, now + 1)),
    ];
    if (after <= before) continue;
    run = stretch.healthy === healthy ? 0 : run + after - before;
    if (run >= (config.threshold ?? 3)) [healthy, run] = [stretch.healthy, 0];
    latest = { at: lookNumber(after), report: stretch.reason };
    if (!stretch.healthy) lastFailure = latest;
  }
  return { region, ip, healthy, ...(latest ? { latest } : {}), ...(lastFailure ? { lastFailure } : {}) };
}
