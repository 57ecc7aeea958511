// SPDX-License-Identifier: GPL-3.0-or-later
/** A step as the one request that does it. Pure. */
import * as access from '../../../clouds/pbs/access.ts';
import { changeOwnerRequest } from '../../../clouds/pbs/groups.ts';
import { addNamespaceRequest } from '../../../clouds/pbs/namespaces.ts';
import { shown, type Asked } from '../../../clouds/proxmox/asked.ts';
import { addJobRequest, changeJobRequest, removeJobRequest } from '../../../clouds/pve/backup-jobs.ts';
import { addStorageRequest, changeStorageRequest, removeStorageRequest } from '../../../clouds/pve/storage-entries.ts';
import type { PlannedCall } from '../../../core/step.ts';
import type { WiringStep } from './steps.ts';
import { tokenIDOf } from './wish.ts';

export interface Request {
  readonly to: 'pve' | 'pbs';
  readonly asked: Asked;
}

/** What is read from Secrets in the moment of sending. */
export interface SentSecrets {
  readonly password: string;
  readonly key: string;
  /** Of Proxmox VE's storage.cfg: whoever came between is not overwritten. */
  readonly digest?: string | undefined;
}

const unshown: SentSecrets = { password: '(not shown)', key: '(not shown)', digest: '<digest>' };

type Do<Name extends WiringStep['do']> = Extract<WiringStep, { do: Name }>;

function tokenRequest({ account, renew }: Do<'MakeBackupToken'>): Asked {
  const { user, token } = account;
  return renew
    ? access.renewTokenRequest(user, token)
    : access.addTokenRequest(user, token, 'Proxmox VE backs up with it');
}

function storageRequest(step: Do<'AddStorage'>, { password, key }: SentSecrets): Asked {
  const { storage: id, server, datastore, namespace, account, keySecret } = step;
  const { host, port, fingerprint } = server;
  return addStorageRequest({
    id,
    server: host,
    port,
    fingerprint,
    datastore,
    username: tokenIDOf(account),
    password,
    ...(namespace === '' ? {} : { namespace }),
    ...(keySecret === undefined ? {} : { encryptionKey: key }),
  });
}

/** What goes to the backup server; `undefined`: this step does not. */
function toServer(step: WiringStep): Asked | undefined {
  switch (step.do) {
    case 'AddBackupNamespace':
      return addNamespaceRequest(step.datastore, step.namespace);
    case 'AddBackupUser':
      return access.addUserRequest(step.user, step.comment);
    case 'ChangeBackupUser':
      return access.changeUserRequest(step.user, { comment: step.comment, enable: true });
    case 'MakeBackupToken':
      return tokenRequest(step);
    case 'GrantBackup':
    case 'RevokeGrant':
      return access.grantRequest(step.grant, step.do === 'RevokeGrant');
    case 'ChangeBackupOwner':
      return changeOwnerRequest(step.at, step.group, step.owner);
    case 'RemoveBackupToken':
      return access.removeTokenRequest(step.account.user, step.account.token);
    case 'RemoveBackupUser':
      return access.removeUserRequest(step.user);
    default:
      return undefined;
  }
}

function toPve(step: WiringStep, secrets: SentSecrets): Asked | undefined {
  switch (step.do) {
    case 'AddStorage':
      return storageRequest(step, secrets);
    case 'ChangeStorage':
      return changeStorageRequest(step.storage, {
        ...step.set,
        ...(secrets.digest === undefined ? {} : { digest: secrets.digest }),
      });
    case 'SendBackupToken':
      return changeStorageRequest(step.storage, { password: secrets.password });
    case 'SendEncryptionKey':
      return changeStorageRequest(step.storage, { 'encryption-key': secrets.key });
    case 'RemoveStorage':
      return removeStorageRequest(step.storage);
    case 'AddBackupJob':
      return addJobRequest(step.job);
    case 'ChangeBackupJob':
      return changeJobRequest(step.job, step.was);
    case 'RemoveBackupJob':
      return removeJobRequest(step.job);
    default:
      return undefined;
  }
}

/** `undefined`: it writes a Secret, and asks neither product. */
export function wiringRequest(step: WiringStep, secrets: SentSecrets = unshown): Request | undefined {
  const pbs = toServer(step);
  if (pbs) return { to: 'pbs', asked: pbs };
  const pve = toPve(step, secrets);
  return pve && { to: 'pve', asked: pve };
}

/** As a plan shows them. A read that a step makes for its own safety is not shown. */
export function wiringCalls(step: WiringStep): readonly PlannedCall[] {
  const request = wiringRequest(step);
  if (!request) return [];
  const { to, asked } = request;
  return [{ service: to, action: asked.action, parameters: shown(asked) }];
}
