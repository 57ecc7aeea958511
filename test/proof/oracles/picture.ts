// SPDX-License-Identifier: GPL-3.0-or-later
/** A BackupTarget's worlds without what differs from run to run: generated ids, times, and the traces that validations leave. */
import type { BucketView, UserView } from '../../../src/simulator/aws/index.ts';
import { account, type Worlds } from '../worlds.ts';
import { decoded, type SecretObject } from './canary.ts';

export interface Target {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation?: number;
    readonly finalizers?: readonly string[];
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly managementPolicy?: string;
    readonly deletionPolicy: string;
    readonly bucket: { readonly name: string };
    readonly user: { readonly name: string; readonly policyName: string; readonly prefix: string };
    readonly accessKey: { readonly secretRef: { readonly name: string }; readonly rotationOverlapHours?: number };
    readonly validation: { readonly intervalSeconds: number };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
    readonly begun?: readonly { readonly key: string }[];
    readonly validation?: { readonly lastTime: string; readonly outcome: string };
    readonly bucket?: unknown;
    readonly user?: unknown;
    readonly accessKey?: { readonly id: string; readonly pending?: unknown; readonly previous?: unknown };
    readonly plan?: unknown;
    readonly blockedBy?: readonly { readonly kind: string; readonly id: string }[];
    readonly drift?: readonly { readonly path: string; readonly want: string; readonly have: string }[];
    readonly approved?: unknown;
  };
}

export interface OwnedSecret extends SecretObject {
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string; readonly name: string }[];
  };
  readonly type?: string;
}

export function targetIn(worlds: Worlds): Target | undefined {
  return worlds.kube.objects('backuptargets')[0] as unknown as Target | undefined;
}

export function secretsIn(worlds: Worlds): readonly OwnedSecret[] {
  return worlds.kube.objects('secrets', 'default');
}

export const canaryKey = /\.hybridcloud\/canary$/;

export function bucketPicture(bucket: BucketView): unknown {
  const { name, region, versioning, publicAccessBlock, ownership, encryption, tags, policy, lifecycle } = bucket;
  const objects = bucket.objects
    .filter(({ key }) => !canaryKey.test(key))
    .map(({ key, latest, deleteMarker, etag, storageClass }) => ({ key, latest, deleteMarker, etag, storageClass }));
  const sorted = [...tags].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    name,
    region,
    versioning,
    publicAccessBlock,
    ownership,
    encryption,
    tags: sorted,
    policy,
    lifecycle,
    objects,
  };
}

export function userPicture({ name, path, tags, policies, keys }: UserView): unknown {
  return { name, path, tags, policies, keys: keys.map(({ status }) => status) };
}

/** Without the values that are generated. */
function secretPicture(worlds: Worlds, secret: OwnedSecret): unknown {
  const { metadata, type, data = {} } = secret;
  const keys = worlds.aws
    .account(account)
    .users()
    .flatMap((user) => user.keys);
  const key = keys.find(({ id }) => id === decoded(secret, 'accessKeyID'));
  return {
    name: metadata.name,
    type,
    annotations: Object.keys(metadata.annotations ?? {}).sort(),
    owners: (metadata.ownerReferences ?? []).map(({ name }) => name),
    keys: Object.keys(data).sort(),
    bucket: decoded(secret, 'bucket'),
    endpoint: decoded(secret, 'endpoint'),
    holdsAKey: key !== undefined && key.secret === decoded(secret, 'secretAccessKey'),
  };
}

function targetPicture({ metadata, spec, status = {} }: Target, hide: (text: string) => string): unknown {
  return {
    name: metadata.name,
    finalizers: metadata.finalizers ?? [],
    annotations: metadata.annotations ?? {},
    deleting: metadata.deletionTimestamp !== undefined,
    spec,
    current: status.observedGeneration === metadata.generation,
    conditions: (status.conditions ?? []).map(({ type, status, reason, message }) => ({
      type,
      status,
      reason,
      message: hide(message),
    })),
    begun: (status.begun ?? []).map(({ key }) => key),
    validation: status.validation?.outcome,
    bucket: status.bucket,
    user: status.user,
    accessKey: status.accessKey !== undefined,
    pendingKey: status.accessKey?.pending !== undefined,
    previousKey: status.accessKey?.previous !== undefined,
    plan: status.plan,
    drift: (status.drift ?? []).map(({ path, want, have }) => ({ path, want, have })),
    approved: status.approved !== undefined,
    blockedBy: (status.blockedBy ?? []).map(({ kind, id }) => ({ kind, id })),
  };
}

export function picture(worlds: Worlds): unknown {
  const { buckets, users } = worlds.aws.account(account);
  const target = targetIn(worlds);
  const ids = worlds.kube.objects('backuptargets').map(({ metadata }) => metadata.uid);
  const hide = (text: string) =>
    ids
      .reduce((words, id) => words.replaceAll(id, '<uid>'), text)
      .replace(/AKIA[A-Z0-9]{16}/g, '<key>')
      // a plan's hash is one of its steps, and they hold the uid
      .replace(/(approve=|"hash":"|approved":")[0-9a-f]{16}/g, '$1<hash>');
  const raw = {
    buckets: buckets().map(bucketPicture),
    users: users().map(userPicture),
    secrets: secretsIn(worlds).map((secret) => secretPicture(worlds, secret)),
    target: target && targetPicture(target, hide),
  };
  // through JSON, so that what is undefined and what is absent are the same
  return JSON.parse(hide(JSON.stringify(raw))) as unknown;
}
