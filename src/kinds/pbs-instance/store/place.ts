// SPDX-License-Identifier: GPL-3.0-or-later
/** The bucket and its key, from the Secret as it is now. */
import { parseBackupTarget } from '../../../api/backup-target.ts';
import { claimOn } from '../../../core/claims.ts';
import { digest } from '../../../core/digest.ts';
import { Failure } from '../../../core/failure.ts';
import type { KubeObject, Secret } from '../../../core/objects.ts';
import type { ClaimSeen, PlaceSeen } from './seen.ts';
import type { S3Wish, StoreWish } from './wish.ts';
import type { StoreWorld } from './world.ts';

type Given = Extract<S3Wish, { type: 'Given' }>;

export function targetOf({ siblings, namespace }: StoreWorld, name: string): KubeObject | undefined {
  for (const one of siblings('BackupTarget'))
    if (one.metadata.namespace === namespace && one.metadata.name === name) return one;
  return undefined;
}

export function claimSeen(world: StoreWorld, { s3, uid }: StoreWish): ClaimSeen {
  if (s3.type === 'Given') return { is: 'NotNeeded' };
  const target = targetOf(world, s3.name);
  if (!target) return { is: 'Missing' };
  const parsed = parseBackupTarget(target.spec);
  const prefix = parsed.ok ? (parsed.spec.user.prefix ?? '') : '';
  const by = claimOn(target);
  if (by?.uid === uid) return { is: 'Mine', prefix };
  if (target.metadata.deletionTimestamp !== undefined) return { is: 'Leaving' };
  return by ? { is: 'Taken', by, prefix } : { is: 'Free', prefix };
}

/** BackupTargets that this object has claimed, and that the spec does not name any more. */
export function formerTargets({ siblings, namespace }: StoreWorld, { s3, uid }: StoreWish): readonly string[] {
  const ours = [...siblings('BackupTarget')].filter(
    (one) => one.metadata.namespace === namespace && claimOn(one)?.uid === uid,
  );
  const names = ours.map(({ metadata }) => metadata.name);
  return names.filter((name) => s3.type === 'Given' || name !== s3.name).toSorted();
}

interface Key {
  readonly id: string;
  readonly value: string;
}

function keyIn(secret: Secret | undefined): Key | undefined {
  const id = secret?.data.get('accessKeyID')?.trim();
  const value = secret?.data.get('secretAccessKey')?.trim();
  return id && value ? { id, value } : undefined;
}

/** Name of the Secret with the key; `undefined`: the BackupTarget does not say yet. */
export function secretOf(world: StoreWorld, { s3 }: StoreWish): string | undefined {
  if (s3.type === 'Given') return s3.secret;
  const target = targetOf(world, s3.name);
  const parsed = target && parseBackupTarget(target.spec);
  return parsed?.ok ? parsed.spec.accessKey.secretRef.name : undefined;
}

/** The key's value, for a request. @throws Failure `CredentialsMissing`. */
export async function keyOf(world: StoreWorld, name: string): Promise<Key> {
  const key = keyIn(await world.secrets.read(world.namespace, name));
  if (!key)
    throw new Failure({
      class: 'Denied',
      reason: 'CredentialsMissing',
      message: `Secret ${name} has no accessKeyID or no secretAccessKey. Make it with both.`,
    });
  world.learn(key.value);
  return key;
}

/** Salted with the owner, so that equal keys do not show as equal. */
export function sealOf({ uid }: Pick<StoreWish, 'uid'>, { id, value }: Key): string {
  return digest(uid, id, value).slice(0, 8);
}

function ofTarget(secret: Secret | undefined): Pick<PlaceSeen, 'host' | 'region' | 'bucket'> | undefined {
  const [bucket, region, endpoint] = ['bucket', 'region', 'endpoint'].map((name) => secret?.data.get(name)?.trim());
  if (!bucket || !region || !endpoint || !URL.canParse(endpoint)) return undefined;
  return { host: new URL(endpoint).hostname, region, bucket };
}

function ofGiven({ host, port, region = 'us-west-1', bucket, fingerprint }: Given) {
  return {
    host,
    region,
    bucket,
    ...(port === undefined ? {} : { port }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
}

/** @throws Failure `CredentialsMissing` where a Secret was named that has no key, and one is needed. */
export async function placeSeen(world: StoreWorld, wish: StoreWish): Promise<PlaceSeen | undefined> {
  const { s3 } = wish;
  const name = secretOf(world, wish);
  if (name === undefined) return undefined;
  if (s3.type === 'Given') {
    if (wish.leaving && !keyIn(await world.secrets.read(world.namespace, name))) return undefined;
    const key = await keyOf(world, name);
    const { pathStyle, quirks } = s3;
    return { ...ofGiven(s3), pathStyle, quirks, accessKeyID: key.id, seal: sealOf(wish, key), secret: name };
  }
  const secret = await world.secrets.read(world.namespace, name);
  const key = keyIn(secret);
  const found = ofTarget(secret);
  if (!key || !found) return undefined;
  world.learn(key.value);
  return { ...found, pathStyle: false, quirks: [], accessKeyID: key.id, seal: sealOf(wish, key), secret: name };
}

/** What its spec says before there is a key, which nobody knows yet. */
export function placeToCome(world: StoreWorld, { s3 }: StoreWish): PlaceSeen | undefined {
  const target = s3.type === 'Given' ? undefined : targetOf(world, s3.name);
  const parsed = target && parseBackupTarget(target.spec);
  if (!parsed?.ok) return undefined;
  const { aws, bucket, accessKey } = parsed.spec;
  const suffix = aws.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return {
    host: `s3.${aws.region}.${suffix}`,
    region: aws.region,
    bucket: bucket.name,
    pathStyle: false,
    quirks: [],
    accessKeyID: `<key of BackupTarget ${target?.metadata.name ?? ''}>`,
    seal: '<seal>',
    secret: accessKey.secretRef.name,
  };
}
