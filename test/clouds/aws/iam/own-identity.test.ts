// SPDX-License-Identifier: GPL-3.0-or-later
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ownIdentity } from '../../../../src/clouds/aws/iam/own-identity.ts';
import { VirtualClock } from '../../../../src/simulator/kernel/clock.ts';
import type { CallRecord, HttpRequest, HttpResponse } from '../../../../src/wire/call.ts';
import { unfenced } from '../../../../src/wire/guard.ts';
import { createWire } from '../../../../src/wire/wire.ts';

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function setUp(
  env: Record<string, string>,
  answer: (request: HttpRequest) => Pick<HttpResponse, 'status'> & { text: string },
) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 5, 9));
  const requests: HttpRequest[] = [];
  const records: CallRecord[] = [];
  const wire = createWire({
    clock,
    fence: unfenced,
    onCall: (record) => void records.push(record),
    transport(request) {
      requests.push(request);
      const { status, text } = answer(request);
      return Promise.resolve({ status, headers: { 'content-type': 'text/xml' }, body: one(text) });
    },
  });
  return { clock, requests, records, get: ownIdentity({ wire, clock, env }) };
}

const unused = () => ({ status: 403, text: '' });
const file = join(mkdtempSync(join(tmpdir(), 'identity-')), 'token');
writeFileSync(file, 'eyJTOKEN\n');

test('Without anything in the environment there is none.', () => {
  expect(setUp({}, unused).get).toBeUndefined();
});

test('Keys in the environment come first, and cost no call.', async () => {
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'session' };
  const { get, requests } = setUp({ ...keys, AWS_ROLE_ARN: 'x', AWS_WEB_IDENTITY_TOKEN_FILE: file }, unused);
  expect(await get?.()).toEqual({ accessKeyID: 'AKIA', secretAccessKey: 'secret', sessionToken: 'session' });
  expect(requests).toEqual([]);
});

test('A web identity is asked of STS without a signature, its token is in no record, and it is renewed before it ends.', async () => {
  const env = {
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/operator',
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_REGION: 'ap-northeast-2',
  };
  const { get, requests, records, clock } = setUp(env, () => ({
    status: 200,
    text: `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
      <Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
      <Expiration>2026-01-05T10:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
  }));
  expect(await get?.()).toEqual({ accessKeyID: 'ASIA', secretAccessKey: 's', sessionToken: 't' });
  expect(requests[0]?.url.host).toBe('sts.ap-northeast-2.amazonaws.com');
  expect(requests[0]?.headers['authorization']).toBeUndefined();
  expect(String(requests[0]?.body)).toContain('WebIdentityToken=eyJTOKEN');
  expect(JSON.stringify(records)).not.toContain('eyJTOKEN');
  await clock.advance(54 * 60_000);
  await Promise.all([get?.(), get?.()]);
  expect(requests).toHaveLength(1);
  await clock.advance(2 * 60_000);
  await Promise.all([get?.(), get?.()]);
  expect(requests).toHaveLength(2);
});

test('The container endpoint is asked with the token of the Pod.', async () => {
  const env = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
  };
  const { get, requests } = setUp(env, () => ({
    status: 200,
    text: JSON.stringify({ AccessKeyId: 'ASIA', SecretAccessKey: 's', Token: 't', Expiration: '2026-01-05T10:00:00Z' }),
  }));
  expect(await get?.()).toEqual({ accessKeyID: 'ASIA', secretAccessKey: 's', sessionToken: 't' });
  expect(requests[0]).toMatchObject({ method: 'GET', headers: { authorization: 'eyJTOKEN' } });
  expect(requests[0]?.url.href).toBe('http://169.254.170.23/v1/credentials');
});

test.each([
  [{ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' }, 'The container credentials endpoint answered 403'],
  [{ AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/r', AWS_WEB_IDENTITY_TOKEN_FILE: '/none' }, 'token file'],
])('With %j a refusal is Denied, says where to look, and is asked anew next time.', async (env, message) => {
  const { get } = setUp(env, unused);
  for (let n = 0; n < 2; n++) {
    await expect(get?.()).rejects.toMatchObject({ class: 'Denied', message: expect.stringContaining(message) });
  }
});
