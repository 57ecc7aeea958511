// SPDX-License-Identifier: GPL-3.0-or-later
import { finalizer } from '../../api/annotations.ts';
import { toSchema } from '../../api/crd.ts';
import {
  parsePbsInstance,
  pbsInstance as api,
  type PbsInstanceSpec,
  type PbsInstanceStatus,
} from '../../api/pbs-instance.ts';
import { boundStatus } from '../../api/status-bounds.ts';
import type { Kind } from '../../core/kind.ts';
import type { Outside } from '../outside.ts';
import { act } from './act.ts';
import { after } from './after.ts';
import { budgetNotes } from './budget/budget.ts';
import { calls } from './calls.ts';
import { connect, type Clouds } from './connect.ts';
import { drift } from './drift.ts';
import { facts } from './facts.ts';
import { identity } from './identity.ts';
import { observe } from './observe.ts';
import type { Observed } from './observed.ts';
import { plan } from './plan/plan.ts';
import type { PbsStep } from './steps.ts';
import { newsOf } from './worth-of.ts';

const statusShape = toSchema(api.statusSchema);

function secrets({ proxmox, server, s3, storage }: PbsInstanceSpec): readonly string[] {
  const refs = [
    proxmox.credentialsSecretRef,
    proxmox.tls?.caSecretRef,
    server.existing?.credentialsSecretRef,
    server.existing?.tls?.caSecretRef,
    s3.credentialsSecretRef,
    storage.encryption?.secretRef,
  ];
  return refs.flatMap((ref) => (ref ? [ref.name] : []));
}

export const pbsInstance: Kind<PbsInstanceSpec, PbsInstanceStatus, Observed, PbsStep, Outside, Clouds> = {
  kind: api.kind,
  plural: api.plural,
  finalizer,
  parse: parsePbsInstance,
  parseStatus: (status) => {
    const parsed = api.statusSchema.safeParse(status ?? {});
    return parsed.success ? parsed.data : {};
  },
  bound: (status) => boundStatus(statusShape, status),
  secrets,
  connect,
  observe,
  plan,
  after,
  calls,
  identity,
  // names of machines are for people
  alike: (step) => (step.do === 'CreateVm' || step.do === 'RestoreCopy' ? 'each' : undefined),
  drift,
  account: ({ place }) => place,
  act,
  facts,
  notes: budgetNotes,
  news: newsOf,
  // nothing is tried here: the server tries its key itself, where it is told to
  probed: (known) => known,
};
