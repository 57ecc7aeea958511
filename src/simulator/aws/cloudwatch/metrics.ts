// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import { healthMetrics, healthPoints } from '../route53/metrics.ts';
import { storageMetrics, storagePoints, type Metric, type Point } from './storage-metrics.ts';

/** What was delivered of a metric, oldest first. Only exactly these dimensions name it. */
export function pointsOf(call: Call, metric: Metric): Point[] {
  return [...storagePoints(call, metric), ...healthPoints(call, metric)];
}

/** Metrics that have a value. */
export function metricsOf(call: Call): Metric[] {
  return [...storageMetrics(call), ...healthMetrics(call)];
}
