// SPDX-License-Identifier: GPL-3.0-or-later
/** Numbers that stand in the status of an object: as metrics they are what they are there. Pure. */
import { milliseconds } from '../core/time.ts';

export interface StatusNumber {
  readonly name: string;
  readonly help: string;
  /** Undefined where the status has none: then there is no series. */
  readonly read: (status: unknown) => number | undefined;
  /** A further label, beside the object's kind, namespace and name. */
  readonly unit?: { readonly label: string; readonly read: (status: unknown) => string };
}

/** What a status may hold as a label at most; the schema bounds it too, but whoever may write a status may write anything of that length. */
const currency = /^[A-Z]{3}$/;

export const statusNumbers: readonly StatusNumber[] = [
  {
    name: 'hybridcloud_object_drift_fields',
    help: 'Settings of an object that are not as its spec says, in status.drift.',
    read: (status) => {
      const drift = at(status, ['drift']);
      return Array.isArray(drift) ? drift.length : 0;
    },
  },
  {
    name: 'hybridcloud_validation_last_timestamp_seconds',
    help: 'When the credentials of an object were last tried, in seconds since the epoch.',
    read: (status) => time(status, ['validation', 'lastTime']),
  },
  {
    name: 'hybridcloud_validation_consecutive_failures',
    help: 'How often in a row that failed; 0 after a success.',
    read: (status) => number(status, ['validation', 'consecutiveFailures']),
  },
  {
    name: 'hybridcloud_access_key_created_timestamp_seconds',
    help: 'When the access key in the Secret was made, in seconds since the epoch.',
    read: (status) => time(status, ['accessKey', 'createdAt']),
  },
  {
    name: 'hybridcloud_bucket_size_bytes',
    help: 'What the bucket of an object held when S3 last measured, in bytes.',
    read: (status) => number(status, ['usage', 'sizeBytes']),
  },
  {
    name: 'hybridcloud_bucket_objects',
    help: 'Objects in the bucket when S3 last measured, with old versions and delete markers.',
    read: (status) => number(status, ['usage', 'objects']),
  },
  {
    name: 'hybridcloud_bucket_monthly_cost_estimate',
    help: 'About what a month of the storage costs, in the currency of the label.',
    read: (status) => number(status, ['usage', 'monthlyEstimate', 'amount']),
    unit: {
      label: 'currency',
      read: (status) => {
        const given = at(status, ['usage', 'monthlyEstimate', 'currency']);
        return typeof given === 'string' && currency.test(given) ? given : 'other';
      },
    },
  },
];

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>)[name] : undefined,
    value,
  );
}

function number(status: unknown, path: readonly string[]): number | undefined {
  const value = Number(at(status, path) ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

function time(status: unknown, path: readonly string[]): number | undefined {
  const value = at(status, path);
  const ms = typeof value === 'string' ? milliseconds(value) : Number.NaN;
  return Number.isFinite(ms) ? ms / 1000 : undefined;
}
