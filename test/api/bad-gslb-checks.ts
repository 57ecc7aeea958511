// SPDX-License-Identifier: GPL-3.0-or-later
/** Health checks that must be refused. */
import type { Bad } from './bad.ts';
import { checked, served, withCheck } from './good-gslb-endpoints.ts';
import type { Spec } from './manifests.ts';

const bad = (name: string, healthCheck: Spec, message: string, parsed?: string): Bad => ({
  name: `a check with ${name}`,
  spec: withCheck(healthCheck),
  message,
  ...(parsed === undefined ? {} : { parsed }),
});

const https = (change: Spec = {}): Spec => ({ type: 'HTTPS', host: 'seoul.seojun.shop', ...change });
const calculated = (change: Spec): Spec => ({
  type: 'Calculated',
  calculated: { healthCheckIDs: ['0a1b2c3d-1111-2222-3333-444455556666'], healthyAtLeast: 1, ...change },
});
const alarm = (change: Spec = {}): Spec => ({
  type: 'CloudWatchAlarm',
  alarm: { name: 'seoul-db-lag', region: 'ap-northeast-2', ...change },
});

export const badChecks: readonly Bad[] = [
  bad('nothing that is checked', { type: 'HTTPS' }, 'healthCheck must say what is checked'),
  bad('a name as address', https({ address: 'seoul.seojun.shop' }), 'healthCheck.address must be an IP address'),
  ...['10.1.2.3', '127.0.0.1', '169.254.169.254', '192.168.0.10', '224.0.0.1', '::1', 'fd00:ec2::254', 'fe80::1'].map(
    (address) =>
      bad(`the address ${address}`, https({ address }), 'healthCheck.address is a private or reserved address'),
  ),
  bad('a host in capitals', https({ host: 'Seoul.seojun.shop' }), 'healthCheck.host must be a full domain name'),
  bad(
    'the name that is answered as host',
    https({ host: 'gslb.seojun.shop' }),
    'healthCheck.host must not be the name that this object answers',
  ),
  bad('TCP and no port', { type: 'TCP', address: '3.36.122.217' }, 'healthCheck.port is needed with type TCP'),
  bad(
    'port 0',
    https({ port: 0 }),
    'spec.endpoints[0].healthCheck.port in body should be greater than or equal to 1',
    'spec.endpoints.0.healthCheck.port must be at least 1',
  ),
  bad('a path without its slash', https({ path: 'health' }), 'healthCheck.path must begin with /'),
  bad('a path with a line end', https({ path: '/a\nb' }), 'healthCheck.path must begin with /'),
  bad(
    'a path with TCP',
    { ...(checked()['healthCheck'] as Spec), path: '/' },
    'healthCheck.path belongs to the types HTTP and HTTPS',
  ),
  bad(
    'a text with TCP',
    { ...(checked()['healthCheck'] as Spec), searchString: 'ok' },
    'healthCheck.searchString belongs to the types HTTP and HTTPS',
  ),
  bad('a text in Korean', https({ searchString: '서울' }), 'healthCheck.searchString may hold printable ASCII only'),
  bad('an interval of 20 seconds', https({ intervalSeconds: 20 }), 'healthCheck.intervalSeconds must be 10 or 30'),
  bad(
    'a threshold of 11',
    https({ failureThreshold: 11 }),
    'spec.endpoints[0].healthCheck.failureThreshold in body should be less than or equal to 10',
    'spec.endpoints.0.healthCheck.failureThreshold must be at most 10',
  ),
  bad(
    'two regions',
    https({ checkerRegions: ['us-east-1', 'eu-west-1'] }),
    'healthCheck.checkerRegions must have at least three regions',
  ),
  bad(
    'a region twice',
    https({ checkerRegions: ['us-east-1', 'us-east-1', 'eu-west-1'] }),
    'healthCheck.checkerRegions must not hold a region twice',
  ),
  bad(
    'a region without checkers',
    https({ checkerRegions: ['us-east-1', 'ap-northeast-2', 'eu-west-1'] }),
    'Unsupported value: "ap-northeast-2"',
    'must be one of us-east-1',
  ),
  bad(
    'calculated, of nothing',
    { type: 'Calculated' },
    'healthCheck.calculated belongs to healthCheck.type Calculated',
  ),
  bad(
    'calculated, of an empty list',
    calculated({ healthCheckIDs: [] }),
    'healthCheck.calculated must count something',
  ),
  bad(
    'calculated, of a name as id',
    calculated({ healthCheckIDs: ['active'] }),
    'healthCheck.calculated.healthCheckIDs may hold ids',
  ),
  bad(
    'calculated, of more than there are',
    calculated({ healthyAtLeast: 2 }),
    'healthCheck.calculated.healthyAtLeast must not be more',
  ),
  bad(
    'calculated, of an endpoint that is not there',
    calculated({ endpoints: ['paris'] }),
    'healthCheck.calculated.endpoints may name endpoints',
  ),
  bad(
    'calculated, of itself',
    calculated({ endpoints: ['seoul'] }),
    'healthCheck.calculated.endpoints may name endpoints',
  ),
  bad(
    'calculated, with an address',
    { ...calculated({}), address: '3.36.122.217' },
    'healthCheck.address belongs to the types',
  ),
  bad(
    'calculated, with a host',
    { ...calculated({}), host: 'seoul.seojun.shop' },
    'healthCheck.host belongs to the types',
  ),
  bad('calculated, with a port', { ...calculated({}), port: 80 }, 'healthCheck.port belongs to the types'),
  bad(
    'an alarm, with regions of checkers',
    { ...alarm(), checkerRegions: ['us-east-1', 'us-west-2', 'eu-west-1'] },
    'healthCheck.checkerRegions belongs to the types',
  ),
  bad(
    'an alarm, without one',
    { type: 'CloudWatchAlarm' },
    'healthCheck.alarm belongs to healthCheck.type CloudWatchAlarm',
  ),
  bad(
    'an alarm with a line end',
    alarm({ name: 'a\nb' }),
    'healthCheck.alarm.name must be the name of a CloudWatch alarm',
  ),
  bad('an alarm in a city', alarm({ region: 'Seoul' }), 'healthCheck.alarm.region must be the code of an AWS region'),
  {
    name: 'a check of an endpoint that is calculated of one that is',
    spec: served(
      'Failover',
      {
        role: 'Primary',
        healthCheck: { type: 'Calculated', calculated: { endpoints: ['london'], healthyAtLeast: 1 } },
      },
      { role: 'Secondary', healthCheck: calculated({}) },
    ),
    message: 'healthCheck.calculated.endpoints may name endpoints',
  },
];
