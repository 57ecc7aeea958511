// SPDX-License-Identifier: GPL-3.0-or-later
/** Source: CloudWatch API reference, GetMetricData, GetMetricStatistics, ListMetrics, "Common errors". */
import { authorize } from '../authorize.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { isInput, listOf, rpcService, textOf, timeOf, type Input } from '../protocol/rpc.ts';
import { metricsOf, pointsOf } from './metrics.ts';
import type { Metric, Point } from './storage-metrics.ts';

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

function allow(call: Call, action: string): void {
  // Service Authorization Reference, "CloudWatch": these have no resource
  authorize(call, { action: `cloudwatch:${action}`, resource: '*', owner: call.principal.account });
}

function metricOf(input: Input): Metric {
  const named = listOf(input, 'Dimensions').map((one) => [textOf(one, 'Name') ?? '', textOf(one, 'Value') ?? '']);
  return {
    namespace: textOf(input, 'Namespace') ?? '',
    name: textOf(input, 'MetricName') ?? '',
    dimensions: Object.fromEntries(named) as Record<string, string>,
  };
}

interface Window {
  readonly from: number;
  readonly to: number;
}

function windowOf(input: Input): Window {
  const [from, to] = [timeOf(input, 'StartTime'), timeOf(input, 'EndTime')];
  if (from === undefined || to === undefined || Number.isNaN(from + to))
    throw invalid('The parameters StartTime and EndTime are required.');
  if (from >= to) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  return { from, to };
}

function periodOf(input: Input): number {
  const period = Number(input['Period'] ?? Number.NaN);
  if (!Number.isInteger(period) || period < 1 || (period % 60 !== 0 && ![1, 5, 10, 20, 30].includes(period)))
    throw invalid('The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60.');
  return period * 1000;
}

/** Points of one period are one, at its beginning. The start counts, the end does not. */
function byPeriod(points: readonly Point[], { from, to }: Window, period: number): [at: number, values: number[]][] {
  const inside = points.filter(({ at }) => at >= from && at < to);
  const groups = Map.groupBy(inside, ({ at }) => Math.floor(at / period) * period);
  return [...groups].map(([at, group]) => [at, group.map(({ value }) => value)]);
}

const statistics: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  SampleCount: (values) => values.length,
};

function statistic(name: string): (values: readonly number[]) => number {
  const found = Object.hasOwn(statistics, name) ? statistics[name] : undefined;
  if (!found) throw invalid(`The value ${name} for parameter Stat is not supported here.`);
  return found;
}

function one(call: Call, query: Input, window: Window, newestFirst: boolean): Input {
  const id = textOf(query, 'Id') ?? '';
  if (!/^[a-z][A-Za-z0-9_]{0,254}$/.test(id))
    throw invalid('The parameter MetricDataQueries.member.Id must begin with a lower-case letter.');
  const stat = query['MetricStat'];
  if (!isInput(stat)) throw new AwsError('NotImplemented', 'Only MetricStat is simulated, no expressions.', 501);
  const metric = metricOf(isInput(stat['Metric']) ? stat['Metric'] : {});
  const compute = statistic(textOf(stat, 'Stat') ?? '');
  const values = byPeriod(pointsOf(call, metric), window, periodOf(stat)).sort(([a], [b]) =>
    newestFirst ? b - a : a - b,
  );
  return {
    Id: id,
    Label: textOf(query, 'Label') ?? metric.name,
    Timestamps: values.map(([at]) => new Date(at)),
    Values: values.map(([, group]) => compute(group)),
    StatusCode: 'Complete',
  };
}

/** API_GetMetricData: up to 500 queries with ids of their own; the newest point first unless asked otherwise. */
function getMetricData(call: Call, input: Input): Input {
  allow(call, 'GetMetricData');
  const queries = listOf(input, 'MetricDataQueries');
  if (queries.length === 0) throw invalid('The parameter MetricDataQueries is required.');
  if (queries.length > 500) throw invalid('The collection MetricDataQueries must not have a size greater than 500.');
  const ids = queries.map((query) => textOf(query, 'Id'));
  if (new Set(ids).size < ids.length) throw invalid('The values for parameter id in MetricDataQueries are not unique.');
  const window = windowOf(input);
  const newestFirst = textOf(input, 'ScanBy') !== 'TimestampAscending';
  return { MetricDataResults: queries.map((query) => one(call, query, window, newestFirst)), Messages: [] };
}

/** Of the metrics that are not counts. */
const units: Readonly<Record<string, string>> = {
  BucketSizeBytes: 'Bytes',
  HealthCheckStatus: 'None',
  HealthCheckPercentageHealthy: 'Percent',
};

function getMetricStatistics(call: Call, input: Input): Input {
  allow(call, 'GetMetricStatistics');
  const names = Array.isArray(input['Statistics']) ? input['Statistics'].map(String) : [];
  if (names.length === 0)
    throw invalid('At least one of the parameters Statistics and ExtendedStatistics must be specified.');
  const metric = metricOf(input);
  const points = byPeriod(pointsOf(call, metric), windowOf(input), periodOf(input));
  return {
    Label: metric.name,
    Datapoints: points.map(([at, values]) => ({
      Timestamp: new Date(at),
      Unit: units[metric.name] ?? 'Count',
      ...Object.fromEntries(names.map((name) => [name, statistic(name)(values)])),
    })),
  };
}

function listMetrics(call: Call, input: Input): Input {
  allow(call, 'ListMetrics');
  const wanted = metricOf(input);
  const fits = ({ namespace, name, dimensions }: Metric): boolean =>
    (wanted.namespace === '' || wanted.namespace === namespace) &&
    (wanted.name === '' || wanted.name === name) &&
    Object.entries(wanted.dimensions).every(([key, value]) => dimensions[key] === value);
  const found = metricsOf(call).filter(fits);
  return {
    Metrics: found.map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
  };
}

export const cloudwatch = rpcService({
  name: 'cloudwatch',
  target: 'GraniteServiceVersion20100801',
  jsonVersion: '1.0',
  namespace: 'com.amazonaws.cloudwatch',
  operations: {
    GetMetricData: { effect: 'read', run: getMetricData },
    GetMetricStatistics: { effect: 'read', run: getMetricStatistics },
    ListMetrics: { effect: 'read', run: listMetrics },
  },
});
