// SPDX-License-Identifier: GPL-3.0-or-later
/** Settings that break backups: Object Lock, Requester Pays, archive tiers, transitions. Named after S3's error codes. */
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { Client, newWorld, tag, tags, type Answer } from './client.ts';

const day = 86_400_000;
const versioning = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
const lock = (rule = '') =>
  `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`;
const retention = (inner: string) => lock(`<Rule><DefaultRetention>${inner}</DefaultRetention></Rule>`);
const oneDay = retention('<Mode>COMPLIANCE</Mode><Days>1</Days>');

async function ready() {
  const made = newWorld();
  await made.root.bucket('a-bucket');
  const set = (sub: string, body: string): Promise<Answer> => made.root.set('a-bucket', sub, body);
  const get = (sub: string): Promise<Answer> => made.root.s3('GET', '/a-bucket', { query: { [sub]: '' } });
  const put = (key: string, body = 'x', headers: Record<string, string> = {}): Promise<Answer> =>
    made.root.s3('PUT', `/a-bucket/${key}`, {
      body,
      headers: { 'content-md5': createHash('md5').update(body).digest('base64'), ...headers },
    });
  return { ...made, set, get, put };
}

async function locked(rule = oneDay) {
  const made = await ready();
  await made.set('versioning', versioning);
  expect((await made.set('object-lock', rule)).status).toBe(200);
  return made;
}

test('InvalidBucketState: Object Lock needs versions; with them it is set, read back, and its default retention taken away again.', async () => {
  const { set, get } = await ready();
  expect(await set('object-lock', lock())).toMatchObject({ status: 409, code: 'InvalidBucketState' });
  await set('versioning', versioning);
  expect((await set('object-lock', oneDay)).status).toBe(200);
  expect(tag((await get('object-lock')).text, 'Days')).toBe('1');
  expect((await set('object-lock', lock())).status).toBe(200);
  const { text } = await get('object-lock');
  expect([tag(text, 'ObjectLockEnabled'), tag(text, 'Mode')]).toEqual(['Enabled', '']);
});

test.each([
  ['MalformedXML', '<Mode>COMPLIANCE</Mode><Days>1</Days><Years>1</Years>'],
  ['MalformedXML', '<Mode>COMPLIANCE</Mode>'],
  ['MalformedXML', '<Mode>FOREVER</Mode><Days>1</Days>'],
  ['InvalidArgument', '<Mode>GOVERNANCE</Mode><Days>0</Days>'],
  ['InvalidArgument', '<Mode>GOVERNANCE</Mode><Years>101</Years>'],
])('%s: default retention %s.', async (code, inner) => {
  const { set } = await locked();
  expect(await set('object-lock', retention(inner))).toMatchObject({ status: 400, code });
});

test('InvalidRequest: under default retention an object without a checksum, as a backup server writes its empty markers.', async () => {
  const { root, put } = await locked();
  expect(await root.s3('PUT', '/a-bucket/marker', { body: '' })).toMatchObject({ status: 400, code: 'InvalidRequest' });
  expect((await put('chunk')).status).toBe(200);
});

test('AccessDenied: a locked version is not deleted, one by one or in a batch, until its retention is over; a marker goes on top.', async () => {
  const { root, put, clock } = await locked();
  const version = (await put('chunk')).headers['x-amz-version-id'] ?? '';
  const query = { versionId: version };
  const gone = () => root.s3('DELETE', '/a-bucket/chunk', { query });
  expect(await gone()).toMatchObject({ status: 403, code: 'AccessDenied' });
  const body = `<Delete><Object><Key>chunk</Key><VersionId>${version}</VersionId></Object></Delete>`;
  const batch = await root.s3('POST', '/a-bucket', {
    query: { delete: '' },
    body,
    headers: { 'content-md5': createHash('md5').update(body).digest('base64') },
  });
  expect([batch.status, tag(batch.text, 'Code')]).toEqual([200, 'AccessDenied']);
  expect((await root.s3('DELETE', '/a-bucket/chunk')).headers['x-amz-delete-marker']).toBe('true');
  await clock.advance(day);
  expect((await gone()).status).toBe(204);
});

test('Governance gives way to whoever may bypass it and says so; compliance to nobody.', async () => {
  for (const [mode, status] of [
    ['GOVERNANCE', 204],
    ['COMPLIANCE', 403],
  ] as const) {
    const { root, put } = await locked(retention(`<Mode>${mode}</Mode><Days>1</Days>`));
    const query = { versionId: (await put('chunk')).headers['x-amz-version-id'] ?? '' };
    expect((await root.s3('DELETE', '/a-bucket/chunk', { query })).status).toBe(403);
    const headers = { 'x-amz-bypass-governance-retention': 'true' };
    expect((await root.s3('DELETE', '/a-bucket/chunk', { query, headers })).status).toBe(status);
    const allowed = [{ Effect: 'Allow', Action: 's3:DeleteObject*', Resource: '*' }];
    const user = await root.user(`u${status}`, allowed);
    const again = { versionId: (await put('other')).headers['x-amz-version-id'] ?? '' };
    expect((await user.s3('DELETE', '/a-bucket/other', { query: again, headers })).status).toBe(403);
  }
});

test('A lifecycle rule leaves a locked version until its retention is over.', async () => {
  const { world, put, set, clock } = await locked(retention('<Mode>GOVERNANCE</Mode><Days>10</Days>'));
  await set(
    'lifecycle',
    '<LifecycleConfiguration><Rule><ID>o</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule></LifecycleConfiguration>',
  );
  await put('chunk');
  await put('chunk', 'y');
  const left = () => world.account('123456789012').buckets()[0]?.objects.length;
  await clock.advance(5 * day);
  expect(left()).toBe(2);
  await clock.advance(7 * day);
  expect(left()).toBe(1);
});

test('AccessDenied: where the requester pays, another account must say so; the owner need not.', async () => {
  const { world, clock, root, set, get, put } = await ready();
  await put('chunk');
  const Principal = { AWS: '210987654321' };
  const Resource = ['arn:aws:s3:::a-bucket', 'arn:aws:s3:::a-bucket/*'];
  const statement = { Effect: 'Allow', Principal, Action: 's3:*', Resource };
  await set('policy', JSON.stringify({ Version: '2012-10-17', Statement: [statement] }));
  const payer = '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>';
  const other = new Client(world, clock, world.account('210987654321').rootKey);
  expect((await other.s3('GET', '/a-bucket/chunk')).status).toBe(200);
  expect(tag((await get('requestPayment')).text, 'Payer')).toBe('BucketOwner');
  expect((await set('requestPayment', payer)).status).toBe(200);
  expect(tag((await get('requestPayment')).text, 'Payer')).toBe('Requester');
  expect(await other.s3('GET', '/a-bucket/chunk')).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect((await other.s3('GET', '/a-bucket/chunk', { headers: { 'x-amz-request-payer': 'requester' } })).status).toBe(
    200,
  );
  expect((await root.s3('GET', '/a-bucket/chunk')).status).toBe(200);
  expect(await set('requestPayment', payer.replace('Requester<', 'Nobody<'))).toMatchObject({ code: 'MalformedXML' });
});

const tiering = (tiers: string, filter = '') =>
  `<IntelligentTieringConfiguration><Id>a</Id>${filter}<Status>Enabled</Status>${tiers}</IntelligentTieringConfiguration>`;
const tier = (days: number, name: string) => `<Tiering><Days>${days}</Days><AccessTier>${name}</AccessTier></Tiering>`;

test('Archive tiers of Intelligent-Tiering are put, listed and deleted; NoSuchConfiguration: the second time.', async () => {
  const { root, get } = await ready();
  const query = { 'intelligent-tiering': '', id: 'a' };
  const filter = '<Filter><And><Prefix>vm/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>';
  const body = tiering(tier(90, 'ARCHIVE_ACCESS') + tier(180, 'DEEP_ARCHIVE_ACCESS'), filter);
  expect((await root.s3('PUT', '/a-bucket', { query, body })).status).toBe(200);
  const { text } = await get('intelligent-tiering');
  expect(tags(text, 'AccessTier')).toEqual(['ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS']);
  expect([tag(text, 'Prefix'), tag(text, 'Key'), tag(text, 'Status')]).toEqual(['vm/', 'k', 'Enabled']);
  expect((await root.s3('DELETE', '/a-bucket', { query })).status).toBe(204);
  expect(await root.s3('DELETE', '/a-bucket', { query })).toMatchObject({ status: 404, code: 'NoSuchConfiguration' });
  expect(tags((await get('intelligent-tiering')).text, 'Id')).toEqual([]);
});

test.each([
  ['InvalidArgument', tier(89, 'ARCHIVE_ACCESS')],
  ['InvalidArgument', tier(179, 'DEEP_ARCHIVE_ACCESS')],
  ['InvalidArgument', tier(731, 'ARCHIVE_ACCESS')],
  ['MalformedXML', tier(90, 'ARCHIVE_ACCESS') + tier(91, 'ARCHIVE_ACCESS')],
  ['MalformedXML', tier(90, 'GLACIER')],
])('%s: archive tier %s.', async (code, tiers) => {
  const { root } = await ready();
  const query = { 'intelligent-tiering': '', id: 'a' };
  expect(await root.s3('PUT', '/a-bucket', { query, body: tiering(tiers) })).toMatchObject({ status: 400, code });
});

test('InvalidObjectState: what a rule moved to Glacier is not read any more, but small objects stay where they are.', async () => {
  const { root, put, set, clock } = await ready();
  await put('big', 'x'.repeat(128 * 1024));
  await put('small');
  const rule =
    '<Rule><ID>cold</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status><Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition><Transition><Days>60</Days><StorageClass>GLACIER</StorageClass></Transition></Rule>';
  await set('lifecycle', `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`);
  await clock.advance(40 * day);
  expect((await root.s3('GET', '/a-bucket/big')).headers['x-amz-storage-class']).toBe('STANDARD_IA');
  await clock.advance(40 * day);
  expect(await root.s3('GET', '/a-bucket/big')).toMatchObject({ status: 403, code: 'InvalidObjectState' });
  const headers = { 'x-amz-copy-source': '/a-bucket/big' };
  expect(await root.s3('PUT', '/a-bucket/copy', { headers })).toMatchObject({ code: 'InvalidObjectState' });
  expect((await root.s3('HEAD', '/a-bucket/big')).headers['x-amz-storage-class']).toBe('GLACIER');
  expect((await root.s3('GET', '/a-bucket/small')).status).toBe(200);
});
