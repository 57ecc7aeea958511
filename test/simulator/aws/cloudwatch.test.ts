// SPDX-License-Identifier: GPL-3.0-or-later
/** The daily storage metrics of S3, over the protocol of the SDK and over that of the aws command. Refusals named after their codes. */
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { expect, test } from '@jest/globals';
import { readCbor, writeCbor } from '../../../src/simulator/aws/protocol/cbor.ts';
import { newWorld, seoul } from './client.ts';
import { rpc } from './rpc.ts';
import { inProcess } from './sdk.ts';

const day = 86_400_000;
const dimensions = (type: string, bucket = 'a-bucket') => [
  { Name: 'BucketName', Value: bucket },
  { Name: 'StorageType', Value: type },
];
const query = (Id: string, MetricName: string, type: string, Stat = 'Average') => ({
  Id,
  MetricStat: { Metric: { Namespace: 'AWS/S3', MetricName, Dimensions: dimensions(type) }, Period: 86_400, Stat },
});
const both = [
  query('size', 'BucketSizeBytes', 'StandardStorage'),
  query('count', 'NumberOfObjects', 'AllStorageTypes'),
];

async function ready() {
  const made = newWorld();
  const { root, clock } = made;
  await root.bucket('a-bucket');
  const window = (days = 5) => ({
    StartTime: Math.floor((clock.now() - days * day) / 1000),
    EndTime: Math.floor(clock.now() / 1000),
  });
  const ask = (MetricDataQueries: readonly object[] = both, more: object = {}) =>
    rpc(root, 'monitoring', 'GetMetricData', { MetricDataQueries, ...window(), ...more });
  const put = (key: string, size: number) => root.s3('PUT', `/a-bucket/${key}`, { body: 'x'.repeat(size) });
  return { ...made, ask, put, window };
}

test('A value comes once a day, at midnight, and a day later; the newest first.', async () => {
  const { ask, put, clock } = await ready();
  await put('a', 1000);
  expect((await ask()).body.MetricDataResults.map((one: { Values: number[] }) => one.Values)).toEqual([[], []]);
  await clock.advance(day);
  await put('b', 500);
  expect((await ask()).body.MetricDataResults[0].Values).toEqual([]);
  await clock.advance(day);
  const first = (await ask()).body.MetricDataResults;
  expect(first).toMatchObject([
    { Id: 'size', Values: [1000], StatusCode: 'Complete' },
    { Id: 'count', Values: [1] },
  ]);
  expect((first[0].Timestamps[0] * 1000) % day).toBe(0);
  expect(clock.now() - first[0].Timestamps[0] * 1000).toBeGreaterThan(day);
  await clock.advance(day);
  expect((await ask()).body.MetricDataResults.map((one: { Values: number[] }) => one.Values)).toEqual([
    [1500, 1000],
    [2, 1],
  ]);
});

test('Old versions and delete markers count as objects, and old versions have a size.', async () => {
  const { root, ask, put, clock } = await ready();
  await root.set(
    'a-bucket',
    'versioning',
    '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  );
  await put('a', 100);
  await put('a', 10);
  await root.s3('DELETE', '/a-bucket/a');
  await clock.advance(2 * day);
  expect((await ask()).body.MetricDataResults.map((one: { Values: number[] }) => one.Values[0])).toEqual([110, 3]);
});

test('ValidationError: no queries, more than 500, twice the same id, an end before the start, a period of 7 seconds.', async () => {
  const { root, ask, window } = await ready();
  const many = Array.from({ length: 501 }, (_, n) => query(`q${n}`, 'BucketSizeBytes', 'StandardStorage'));
  const odd = { ...both[0], MetricStat: { ...both[0]?.MetricStat, Period: 7 } };
  for (const queries of [[], many, [both[0], both[0]], [odd], [{ ...both[0], Id: 'Big' }]])
    expect(await ask(queries as object[])).toMatchObject({ status: 400, code: 'ValidationError' });
  const { StartTime: EndTime, EndTime: StartTime } = window();
  expect(await ask(both, { StartTime, EndTime })).toMatchObject({ code: 'ValidationError' });
  expect((await ask(many.slice(1))).status).toBe(200);
  expect(await rpc(root, 'monitoring', 'PutMetricData')).toMatchObject({ code: 'UnknownOperationException' });
});

test('AccessDenied: without cloudwatch:GetMetricData; another account and another region see nothing.', async () => {
  const { root, put, clock, window } = await ready();
  await put('a', 10);
  await clock.advance(2 * day);
  const stranger = await root.user('stranger', [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]);
  const input = { MetricDataQueries: both, ...window() };
  expect(await rpc(stranger, 'monitoring', 'GetMetricData', input)).toMatchObject({
    status: 403,
    code: 'AccessDenied',
  });
  const allowed = [{ Effect: 'Allow', Action: 'cloudwatch:GetMetricData', Resource: '*' }];
  const elsewhere = await root.user('reader', allowed, 'us-east-1');
  expect((await rpc(elsewhere, 'monitoring', 'GetMetricData', input)).body.MetricDataResults[0].Values).toEqual([]);
});

test('The SDK and Smithy RPC v2 CBOR read the same.', async () => {
  const { world, root, put, clock, window } = await ready();
  await put('a', 1234);
  await clock.advance(2 * day);
  const { accessKeyID: accessKeyId, secretAccessKey } = world.account('123456789012').rootKey;
  const client = new CloudWatchClient({
    region: seoul,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: inProcess(world.service) as never,
    systemClockOffset: clock.now() - Date.now(),
  });
  const { StartTime, EndTime } = window();
  const dates = { StartTime: new Date(StartTime * 1000), EndTime: new Date(EndTime * 1000) };
  const said = await client.send(new GetMetricDataCommand({ MetricDataQueries: both, ...dates }));
  expect(said.MetricDataResults?.[0]).toMatchObject({ Values: [1234], Timestamps: [expect.any(Date)] });
  const answer = await root.send('monitoring', {
    method: 'POST',
    host: `monitoring.${seoul}.amazonaws.com`,
    path: '/service/GraniteServiceVersion20100801/operation/ListMetrics',
    body: writeCbor({ Namespace: 'AWS/S3' }),
    headers: { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
  });
  expect(answer.headers).toMatchObject({ 'smithy-protocol': 'rpc-v2-cbor' });
  expect(answer.text).toContain('BucketSizeBytes');
});

test('CBOR is read as it was written, and as others write it (RFC 8949, appendix A).', () => {
  const value = { a: [1, -5, 1.5, true, null], t: new Date(1_700_000_000_500), long: 'x'.repeat(300), n: 2 ** 40 };
  expect(readCbor(writeCbor(value))).toEqual(value);
  const hex = (text: string) => readCbor(Buffer.from(text, 'hex'));
  expect(hex('9f018202039f0405ffff')).toEqual([1, [2, 3], [4, 5]]);
  expect(hex('bf6346756ef563416d7421ff')).toEqual({ Fun: true, Amt: -2 });
  expect(hex('7f657374726561646d696e67ff')).toBe('streaming');
  expect([hex('f93c00'), hex('f97bff'), hex('fa47c35000'), hex('fb3ff199999999999a')]).toEqual([1, 65504, 100000, 1.1]);
  expect(hex('c11a514b67b0')).toEqual(new Date(1_363_896_240_000));
  expect([hex('62'), hex('ff'), hex('5bffffffffffffffff')]).toEqual([undefined, undefined, undefined]);
});
