// SPDX-License-Identifier: GPL-3.0-or-later
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { createAws } from '../../../src/simulator/aws/index.ts';
import { realClock } from '../../../src/simulator/kernel/clock.ts';
import { serve } from '../../../src/simulator/kernel/http.ts';

const installed = spawnSync('aws', ['--version']).status === 0;
const title = 'The aws command makes a bucket, a user and an object against a loopback endpoint.';

(installed ? test : test.skip)(
  installed ? title : `skipped: the aws command is not installed. ${title}`,
  async () => {
    const world = createAws({ clock: realClock() });
    const { rootKey } = world.account('123456789012');
    const server = await serve(world.service);
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      AWS_ACCESS_KEY_ID: rootKey.accessKeyID,
      AWS_SECRET_ACCESS_KEY: rootKey.secretAccessKey,
      AWS_DEFAULT_REGION: 'ap-northeast-2',
      AWS_ENDPOINT_URL: server.url,
      AWS_MAX_ATTEMPTS: '1',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    };
    const aws = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)('aws', args, { env, timeout: 50_000 })).stdout;
    try {
      const [made, user] = await Promise.all([
        aws('s3', 'mb', 's3://by-hand'),
        aws('iam', 'create-user', '--user-name', 'bob', '--path', '/op/', '--tags', 'Key=a,Value=b'),
      ]);
      expect(made).toContain('make_bucket: by-hand');
      expect(JSON.parse(user).User.Arn).toBe('arn:aws:iam::123456789012:user/op/bob');
      const [copied, identity, metrics] = await Promise.all([
        aws('s3', 'cp', 'package.json', 's3://by-hand/a b/package.json'),
        aws('sts', 'get-caller-identity'),
        // it speaks Smithy RPC v2 CBOR, where the SDK speaks JSON
        aws('cloudwatch', 'list-metrics', '--namespace', 'AWS/S3'),
      ]);
      expect(JSON.parse(metrics).Metrics).toEqual([]);
      expect(copied).toContain('upload:');
      expect(JSON.parse(identity).Account).toBe('123456789012');
      expect(world.account('123456789012').buckets()[0]?.objects[0]?.key).toBe('a b/package.json');
    } finally {
      await server.close();
    }
  },
  60_000,
);
