// SPDX-License-Identifier: GPL-3.0-or-later
import type { BackupJob } from '../../clouds/pve/backup-jobs.ts';
import { machineIdentity } from './machine/requests.ts';
import { restoreIdentity } from './restore/requests.ts';
import type { PbsStep } from './steps.ts';
import type { StoreStep } from './store/steps.ts';
import type { WiringStep } from './wiring/steps.ts';

/** What a server that is still to be installed will show, and which number its VM will have, nobody knows when the plan is approved. */
function wiringIdentity(step: WiringStep): unknown {
  switch (step.do) {
    case 'AddStorage': {
      const { host, port } = step.server;
      // another key than the one before: whoever approves approves this very one
      const key = step.needs === 'approval' ? step.key : step.key !== undefined;
      return { ...step, server: { host, port }, key };
    }
    case 'SendEncryptionKey':
      // the first one may be made by a step of the same plan
      return step.was === undefined ? { ...step, key: true } : step;
    case 'MakeBackupToken': {
      // whether one is there already: an answer that was lost, and nothing that a person decides
      const { renew: _renew, effect: _effect, ...same } = step;
      return same;
    }
    case 'ChangeStorage':
      return { ...step, set: { ...step.set, fingerprint: step.set.fingerprint !== undefined } };
    case 'AddBackupJob':
      return { ...step, job: numberless(step.job) };
    case 'ChangeBackupJob':
      return { ...step, job: numberless(step.job), was: numberless(step.was) };
    case 'RemoveStorage': {
      // whether backups can run by it just then
      const { risk: _risk, ...same } = step;
      return same;
    }
    default:
      return step;
  }
}

function numberless({ select, ...job }: BackupJob): unknown {
  return { ...job, select: select.type === 'All' ? { type: 'All', left: select.exclude.length } : select };
}

/** Which key a BackupTarget will have delivered by then is its own affair; where it leads is approved. */
function storeIdentity(step: StoreStep): unknown {
  if (step.do === 'AddS3Endpoint') {
    const { accessKeyID: _key, ...endpoint } = step.endpoint;
    return { ...step, endpoint };
  }
  if (step.do !== 'CreateDatastore') return step;
  // whether a server that is gone has left its mark in the bucket shows when the new one tries; only a mark of ours is written over
  const { target: _target, datastore, ...same } = step;
  const { reuse: _how, comment: _withKey, ...wanted } = datastore;
  return { ...same, datastore: wanted };
}

/** See `Kind.identity`. */
export function identity(step: PbsStep): unknown {
  switch (step.part) {
    case 'machine':
      return machineIdentity(step);
    case 'restore':
      return restoreIdentity(step);
    case 'wiring':
      return wiringIdentity(step);
    case 'store':
      return storeIdentity(step);
    case 'server': {
      const { fingerprint: _seen, disk: _disk, ...known } = { fingerprint: '', disk: '', ...step };
      return known;
    }
  }
}
