// SPDX-License-Identifier: GPL-3.0-or-later
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createAws, type AwsWorld } from '../../src/simulator/aws/index.ts';
import { realClock } from '../../src/simulator/kernel/clock.ts';
import { serve, type Served } from '../../src/simulator/kernel/http.ts';
import { mostS3Requests } from './options.ts';
import { smoke } from './smoke.ts';
import { story } from './story.ts';

let aws: AwsWorld;
let served: Served;
const before = { ...process.env };

beforeAll(async () => {
  aws = createAws({ clock: realClock({ keepsAlive: false }) });
  served = await serve(aws.service);
  const { accessKeyID, secretAccessKey } = aws.account('123456789012').rootKey;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyID, AWS_SECRET_ACCESS_KEY: secretAccessKey });
});

afterAll(async () => {
  await served.close();
  process.env = before;
});

function run(options: Partial<Parameters<typeof smoke>[1]> = {}, argv = ['--i-pay', '--endpoint', served.url]) {
  const lines: string[] = [];
  const given = { env: process.env, signal: new AbortController().signal, say: (line: string) => lines.push(line) };
  return smoke(argv, { ...given, ...options }).then((status) => ({ status, lines }));
}

const named = (part: string) => aws.calls.filter(({ action }) => action === part).length;

test('without --i-pay nothing is done, and the first line is the cost', async () => {
  const { status, lines } = await run({}, []);
  expect(status).toBe(2);
  expect(lines[0]).toMatch(/^This makes a real bucket, .* under 0\.00\d USD; IAM and STS are free\.$/);
  expect(named('CreateBucket')).toBe(0);
});

test('the whole story passes against the simulated AWS, leaves nothing, and stays under the requests that its cost line names', async () => {
  const { status, lines } = await run();
  expect(lines.at(-1)).toBe('passed: nothing is left');
  expect(status).toBe(0);
  const requests = aws.calls.filter(({ service }) => service === 's3').length;
  expect(requests).toBeGreaterThan(20);
  expect(requests).toBeLessThanOrEqual(mostS3Requests);
});

test('a story that fails half way is cleaned up, and says so', async () => {
  const { status, lines } = await run({
    story: (options, things, cluster, telling) =>
      story(options, things, cluster, {
        ...telling,
        say(line) {
          telling.say(line);
          if (line.includes('Ready=True')) throw new Error('pulled the plug');
        },
      }),
  });
  expect(status).toBe(1);
  expect(lines.join('\n')).toMatch(
    /failed: pulled the plug\ntaking away what is left: bucket hco-smoke-\w+, user hco-smoke-\w+\nnot passed/,
  );
});
