// SPDX-License-Identifier: GPL-3.0-or-later
/** The versions of one key, oldest first. Source: S3 User Guide, "Retaining multiple versions of objects with S3 Versioning". */
import { randomText } from '../../kernel/random.ts';
import type { World } from '../call.ts';
import { defaultEncryption } from './settings.ts';
import type { BucketSettings, BucketState, ObjectVersion } from './state.ts';

type Versioning = BucketSettings['versioning'];

const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._';

export function newVersionID(world: World, versioning: Versioning): string {
  return versioning === 'Enabled' ? randomText(world.state.random, 32, idAlphabet) : 'null';
}

export function currentVersion(bucket: BucketState, key: string): ObjectVersion | undefined {
  return bucket.objects.get(key)?.at(-1);
}

/** Puts a version on top. One with the id `null` replaces the earlier `null`, whatever its place. */
export function pushVersion(bucket: BucketState, key: string, version: ObjectVersion): void {
  const kept = (bucket.objects.get(key) ?? []).filter((other) => other.id !== version.id);
  const before = kept.at(-1);
  if (before) before.noncurrentSince ??= version.at;
  bucket.objects.set(key, [...kept, version]);
}

/** Takes one version away; the one below it becomes current again. */
export function removeVersion(bucket: BucketState, key: string, id: string): ObjectVersion | undefined {
  const versions = bucket.objects.get(key) ?? [];
  const gone = versions.find((version) => version.id === id);
  if (!gone) return undefined;
  const kept = versions.filter((version) => version !== gone);
  if (kept.length === 0) bucket.objects.delete(key);
  else bucket.objects.set(key, kept);
  delete kept.at(-1)?.noncurrentSince;
  return gone;
}

export function deleteMarker(id: string, at: number): ObjectVersion {
  const nothing = {
    body: new Uint8Array(0),
    etag: '',
    headers: {},
    tags: [],
    storageClass: 'STANDARD',
    encryption: defaultEncryption,
  };
  return { id, deleteMarker: true, at, ...nothing };
}

export interface Deleted {
  readonly versionID?: string;
  readonly marker: boolean;
}

/** A delete without a version: a marker on top where versioning is or was on, the end of the object where it never was. */
export function deleteCurrent(
  world: World,
  bucket: BucketState,
  how: { key: string; at: number; versioning: Versioning },
): Deleted {
  const { key, at, versioning } = how;
  if (versioning === undefined) {
    removeVersion(bucket, key, 'null');
    return { marker: false };
  }
  const marker = deleteMarker(newVersionID(world, versioning), at);
  pushVersion(bucket, key, marker);
  return { versionID: marker.id, marker: true };
}
