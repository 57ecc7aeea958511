// SPDX-License-Identifier: GPL-3.0-or-later
import { finalizer } from '../../api/annotations.ts';
import {
  backupTarget as api,
  parseBackupTarget,
  type BackupTargetSpec,
  type BackupTargetStatus,
} from '../../api/backup-target.ts';
import { toSchema } from '../../api/crd.ts';
import { boundStatus } from '../../api/status-bounds.ts';
import { load } from '../../clouds/aws/clients.ts';
import type { Kind } from '../../core/kind.ts';
import type { Outside } from '../outside.ts';
import { act } from './act.ts';
import { after } from './after.ts';
import { calls } from './calls.ts';
import { connect, type Clouds } from './connect.ts';
import { drift } from './drift.ts';
import { facts, probed } from './facts.ts';
import { identity } from './identity.ts';
import { observe } from './observe.ts';
import type { Observed } from './observed.ts';
import { plan } from './plan/plan.ts';
import type { BackupTargetStep } from './steps.ts';

const statusShape = toSchema(api.statusSchema);

export const backupTarget: Kind<BackupTargetSpec, BackupTargetStatus, Observed, BackupTargetStep, Outside, Clouds> = {
  kind: api.kind,
  plural: api.plural,
  finalizer,
  load: () => load(['sts', 's3', 'iam']),
  parse: parseBackupTarget,
  parseStatus: (status) => {
    const parsed = api.statusSchema.safeParse(status ?? {});
    return parsed.success ? parsed.data : {};
  },
  bound: (status) => boundStatus(statusShape, status),
  secrets: (spec) => [
    spec.accessKey.secretRef.name,
    ...(spec.aws.credentialsSecretRef ? [spec.aws.credentialsSecretRef.name] : []),
  ],
  connect,
  observe,
  plan,
  after,
  calls,
  identity,
  drift,
  account: ({ account }) => account,
  act,
  facts,
  probed,
};
