// SPDX-License-Identifier: GPL-3.0-or-later
/** How the Secret is laid out: keys for consumers, annotations for ourselves. The reading side; `access-notes.ts` writes. */
import type { BackupTargetSpec } from '../../api/backup-target.ts';
import { digest } from '../../core/digest.ts';
import type { Secret } from '../../core/objects.ts';
import { milliseconds } from '../../core/time.ts';
import type { AccessSecret, OurSecret, Reserved, Span } from './observed.ts';

export const secretType = 'hybridcloud.dev/s3-access-key';

/** Where a key is: what consumers read, and beside it the one that shall come after it, which nobody reads before it is proven. */
export const places = {
  current: { id: 'accessKeyID', value: 'secretAccessKey' },
  pending: { id: 'pendingAccessKeyID', value: 'pendingSecretAccessKey' },
} as const;

export const notes = {
  reservedAt: 'hybridcloud.dev/reserved-at',
  span: 'hybridcloud.dev/reserved-span',
  besides: 'hybridcloud.dev/reserved-besides',
  supersedes: 'hybridcloud.dev/supersedes',
  deliveredAt: 'hybridcloud.dev/delivered-at',
  digest: 'hybridcloud.dev/digest',
} as const;

export const pendingNotes = {
  reservedAt: 'hybridcloud.dev/pending-reserved-at',
  span: 'hybridcloud.dev/pending-reserved-span',
  besides: 'hybridcloud.dev/pending-reserved-besides',
  deliveredAt: 'hybridcloud.dev/pending-delivered-at',
  digest: 'hybridcloud.dev/pending-digest',
} as const;

export const retiringNotes = {
  key: 'hybridcloud.dev/retiring',
  createdAt: 'hybridcloud.dev/retiring-created-at',
  deactivatedAt: 'hybridcloud.dev/retiring-deactivated-at',
} as const;

/** When, and why, a step of the rotation was refused: a time, a blank, a sentence. */
export const refusalNote = 'hybridcloud.dev/rotation-refused';

const listed = (text: string | undefined) => (text ? text.split(',') : []);
const timeOf = (text: string | undefined) => milliseconds(text ?? '') || 0;

/** Two times with a slash between them, as ISO 8601 writes an interval. */
export function spanIn(text: string | undefined): Span | undefined {
  const [from, to] = (text ?? '').split('/').map(timeOf);
  return from && to ? { from, to } : undefined;
}

function reservedIn(annotations: Secret['annotations'], of: typeof notes | typeof pendingNotes): Reserved {
  const span = spanIn(annotations[of.span]);
  const { [of.reservedAt]: at, [of.besides]: besides } = annotations;
  return { at: timeOf(at), besides: listed(besides), ...(span ? { span } : {}) };
}

/** What a consumer needs beside the key. */
export function descriptionOf(spec: BackupTargetSpec, partition: string): ReadonlyMap<string, string> {
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new Map([
    ['bucket', spec.bucket.name],
    ['region', spec.aws.region],
    ['endpoint', `https://s3.${spec.aws.region}.${suffix}`],
  ]);
}

/** Tells an edited Secret from the delivered one. Salted with the owner, so equal keys do not show as equal. */
export function seal(ownerUID: string, key: string, secretAccessKey: string): string {
  return digest(ownerUID, key, secretAccessKey);
}

/** The reading side: ids and marks only. */
export function readAccessSecret(
  secret: Secret | undefined,
  ownerUID: string,
  description: ReadonlyMap<string, string>,
): AccessSecret {
  if (!secret) return { found: 'absent' };
  if (!secret.owners.some((owner) => owner.uid === ownerUID)) return { found: 'foreign' };
  const { annotations, data } = secret;
  const key = data.get(places.current.id);
  const sealed = annotations[notes.digest];
  const reserved = {
    ...reservedIn(annotations, notes),
    supersedes: listed(annotations[notes.supersedes]),
  };
  const describes = [...description].every(([name, value]) => data.get(name) === value);
  const more = { ...pendingIn(secret, ownerUID), ...retiringIn(secret), ...refusedIn(secret) };
  if (sealed === undefined && key === undefined) return { found: 'ours', reserved, intact: true, describes, ...more };
  const intact = key !== undefined && sealed === seal(ownerUID, key, data.get(places.current.value) ?? '');
  const delivered = key === undefined ? {} : { delivered: { key, at: timeOf(annotations[notes.deliveredAt]) } };
  return { found: 'ours', reserved, intact, describes, ...delivered, ...more };
}

function pendingIn({ annotations, data }: Secret, ownerUID: string): Pick<OurSecret, 'pending'> {
  const key = data.get(places.pending.id);
  const sealed = annotations[pendingNotes.digest];
  const at = timeOf(annotations[pendingNotes.reservedAt]);
  if (at === 0 && key === undefined && sealed === undefined) return {};
  const reserved = reservedIn(annotations, pendingNotes);
  if (key === undefined && sealed === undefined) return { pending: { reserved, intact: true } };
  const intact = key !== undefined && sealed === seal(ownerUID, key, data.get(places.pending.value) ?? '');
  const delivered = key === undefined ? {} : { delivered: { key, at: timeOf(annotations[pendingNotes.deliveredAt]) } };
  return { pending: { reserved, intact, ...delivered } };
}

function retiringIn({ annotations }: Secret): Pick<OurSecret, 'retiring'> {
  const key = annotations[retiringNotes.key];
  if (!key) return {};
  const deactivatedAt = timeOf(annotations[retiringNotes.deactivatedAt]);
  const createdAt = timeOf(annotations[retiringNotes.createdAt]);
  return { retiring: { key, createdAt, ...(deactivatedAt > 0 ? { deactivatedAt } : {}) } };
}

function refusedIn({ annotations }: Secret): Pick<OurSecret, 'refused'> {
  const [time, ...words] = (annotations[refusalNote] ?? '').split(' ');
  const at = timeOf(time);
  return at > 0 ? { refused: { at, message: words.join(' ').slice(0, 512) } } : {};
}
