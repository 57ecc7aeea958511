// SPDX-License-Identifier: GPL-3.0-or-later
/** `status` of a PbsInstance, part by part. Holds no password, token or key. */
import { z } from 'zod';
import { restoreStatus } from './restore-tests.ts';
import { worthStatus } from './worth.ts';
import { commonStatus, text, time } from '../status.ts';

const guestID = z.int().min(0).max(999_999_999);

const vm = z
  .object({
    id: guestID.meta({
      description: 'Its id in Proxmox VE, e.g. 104. May be used again for another one: uuid is for good.',
    }),
    node: text(63, 'The node that it is on, e.g. node1.').optional(),
    name: text(253, 'Its name in Proxmox VE, e.g. pbs-main.').optional(),
    uuid: text(36, 'UUID in its firmware, by which it is known, e.g. 5025071f-bc34-437a-960c-79f5d091c78f.').optional(),
    phase: text(
      32,
      'How far it is: Preparing, Creating, Installing, Installed, Starting, Running; Stopped and Failed need a person.',
    ).optional(),
  })
  .optional()
  .meta({ description: 'The VM that was made. Unset with server.type Existing.' });

const server = z
  .object({
    url: text(300, 'Its address, e.g. https://192.168.0.20:8007.').optional(),
    version: text(32, 'Its version, e.g. 4.2.3.').optional(),
    fingerprint: text(95, 'SHA-256 fingerprint of its certificate, as it is pinned.').optional(),
    secretName: text(
      253,
      "Secret with the operator's token for it; root's password is not in use any more.",
    ).optional(),
    instanceID: text(
      64,
      'Id that the server has for good, as it was first met: another one is another server.',
    ).optional(),
    passwordState: text(32, "What became of root's password: InUse, or Dropped.").optional(),
  })
  .optional()
  .meta({ description: 'The backup server.' });

const s3 = z
  .object({
    bucket: text(63, 'The bucket, e.g. iksan-cloud-backup-20251129.').optional(),
    endpoint: text(300, 'Where S3 is, e.g. s3.ap-northeast-2.amazonaws.com.').optional(),
    accessKeyID: text(
      128,
      'Id of the access key that the server has, e.g. AKIAIOSFODNN7EXAMPLE. Not secret.',
    ).optional(),
  })
  .optional()
  .meta({ description: 'The way to the bucket, as the backup server has it.' });

function nextTimes(what: string) {
  return z
    .array(time('One of them.'))
    .max(3)
    .optional()
    .meta({ description: `When ${what} next, up to three times.`, 'x-kubernetes-list-type': 'atomic' });
}

const datastore = z
  .object({
    name: text(32, 'Its name, e.g. vm-backup-s3.').optional(),
    state: text(32, 'InUse, or what maintenance it is in: s3-refresh, read-only, offline, delete.').optional(),
    used: text(32, 'What its chunks take in the bucket, as the last garbage collection counted: 1.2Ti.').optional(),
    maxCacheSize: text(
      32,
      'How much of the bucket the server keeps on its disk at most: 48.0 GiB. Unset: as much as the disk has free.',
    ).optional(),
    cacheUsed: text(32, 'How full the disk of the cache is: 41%.').optional(),
    lastGCTime: time('When garbage collection last ended.').optional(),
    lastGCResult: text(256, 'How: OK, WARNINGS: 1, or the error.').optional(),
    nextGCTimes: nextTimes('garbage is collected'),
    lastPruneTime: time('When pruning last ended.').optional(),
    lastPruneResult: text(256, 'How.').optional(),
    nextPruneTimes: nextTimes('it is pruned'),
    lastVerifyTime: time('When the verify job last ended.').optional(),
    lastVerifyResult: text(256, 'How.').optional(),
    nextVerifyTimes: nextTimes('the verify job runs'),
  })
  .optional()
  .meta({ description: 'The datastore, and its care.' });

const s3Budget = z
  .object({
    summary: text(
      160,
      'All of it in a line: at most 290,000 requests and 1.0 TiB read from S3 a month, 92.39 USD where the server is outside of AWS.',
    ),
    basis: text(
      16,
      'Counted: of what is in the bucket, as the last garbage collection counted it. PerTiB: of each TiB of guests, while nothing was counted.',
    ),
    requestsPerMonth: z
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .meta({ description: 'At most so many, e.g. 290000.' }),
    readPerMonth: text(32, 'At most so much is read from S3, e.g. 1.0 TiB.'),
    costPerMonth: text(
      32,
      'What that costs with AWS, transfer out to the internet included: 92.39 USD. Unset where prices are not known.',
    ).optional(),
    pricesAsOf: text(16, 'The day of the price list, e.g. 2026-07-04.').optional(),
    items: z
      .array(
        z.object({
          name: text(
            32,
            'GarbageCollection, Verification (the verify job), NewBackups (their verification), RestoreTests, Monitoring.',
          ),
          runs: z.int().min(0).max(1_000_000_000).meta({ description: 'How often a month, e.g. 31.' }),
          requests: z
            .int()
            .min(0)
            .max(Number.MAX_SAFE_INTEGER)
            .meta({ description: 'At most so many a month, e.g. 8100.' }),
          read: text(32, 'At most so much is read a month, e.g. 1.0 TiB.'),
          cost: text(32, 'What that costs, e.g. 0.04 USD.').optional(),
        }),
      )
      .max(8)
      .meta({
        description: 'What makes them.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      }),
    counted: z
      .object({
        reads: z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ description: 'GET, LIST and HEAD, e.g. 12000.' }),
        writes: z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ description: 'PUT and POST, e.g. 260000.' }),
        deletes: z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ description: 'DELETE, e.g. 90.' }),
        downloaded: text(32, 'What was read, e.g. 3.1 GiB.'),
        uploaded: text(32, 'What was written, e.g. 1.0 TiB.'),
      })
      .optional()
      .meta({
        description: 'What the server has asked of S3 since it began to count, backups included, in two digits.',
      }),
  })
  .optional()
  .meta({
    description:
      'What garbage collection, verification and monitoring ask of S3 in a month, and what it costs. Reckoned: S3 is not asked.',
  });

const storage = z
  .object({
    id: text(64, 'Its name in Proxmox VE, e.g. pbs-main.').optional(),
    state: text(32, 'Active: Proxmox VE reaches it. Inactive: it does not. Missing: there is no entry.').optional(),
    user: text(64, 'The token that Proxmox VE has, e.g. pve-pbs-main@pbs!pve.').optional(),
    keySecretName: text(253, 'Secret with the encryption key: copy it to a safe place.').optional(),
    keyFingerprint: text(95, 'Fingerprint of that key, as Proxmox VE shows it.').optional(),
  })
  .optional()
  .meta({ description: 'The datastore as Proxmox VE has it.' });

export const statusSchema = z
  .object({
    ...commonStatus,
    clusterID: text(
      95,
      'The Proxmox VE cluster that what this object made is in: SHA-256 fingerprint of its own authority, pve-root-ca.pem.',
    ).optional(),
    vm,
    server,
    s3,
    datastore,
    s3Budget,
    storage,
    ...worthStatus,
    restoreTests: restoreStatus,
  })
  .meta({ description: 'What was found. Written by the operator only.' });
