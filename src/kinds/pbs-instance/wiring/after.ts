// SPDX-License-Identifier: GPL-3.0-or-later
/** What will be seen once a step is done or an event happened; the same object when it already shows. Pure. */
import type { Grant } from '../../../clouds/pbs/access.ts';
import type { KnownJob } from '../../../clouds/pve/backup-jobs.ts';
import type { StorageEntry } from '../../../clouds/pve/storage-entries.ts';
import type { Event } from '../../../core/step.ts';
import type { OnServer, WiringSeen } from './seen.ts';
import type { WiringStep } from './steps.ts';
import { tokenIDOf } from './wish.ts';

type Do<Name extends WiringStep['do']> = Extract<WiringStep, { do: Name }>;

const nothing: OnServer = { namespaces: [], tokens: [], grants: [] };

function onServer(seen: WiringSeen, edit: (server: OnServer) => OnServer): WiringSeen {
  const before = seen.server ?? nothing;
  const server = edit(before);
  return server === before ? seen : { ...seen, server };
}

const sameRole = (a: Grant, b: Grant) => a.path === b.path && a.who === b.who && a.role === b.role;

function granted(seen: WiringSeen, grant: Grant): WiringSeen {
  return onServer(seen, (server) =>
    server.grants.some((one) => sameRole(one, grant) && one.propagate === grant.propagate)
      ? server
      : { ...server, grants: [...server.grants.filter((one) => !sameRole(one, grant)), grant] },
  );
}

function changedOwner(seen: WiringSeen, { group }: Do<'ChangeBackupOwner'>): WiringSeen {
  const { others = [] } = seen;
  const left = without(others, ({ type, id }) => type === group.type && id === group.id);
  return left === others ? seen : { ...seen, others: left };
}

function without<T>(list: readonly T[], gone: (one: T) => boolean): readonly T[] {
  return list.some(gone) ? list.filter((one) => !gone(one)) : list;
}

function afterServerStep(seen: WiringSeen, step: WiringStep): WiringSeen {
  switch (step.do) {
    case 'AddBackupNamespace':
      return onServer(seen, (server) =>
        server.namespaces.includes(step.namespace)
          ? server
          : { ...server, namespaces: [...server.namespaces, step.namespace] },
      );
    case 'AddBackupUser':
    case 'ChangeBackupUser':
      return onServer(seen, (server) =>
        server.user?.enabled && server.user.ownership === 'mine'
          ? server
          : { ...server, user: { enabled: true, comment: step.comment, ownership: 'mine' } },
      );
    case 'MakeBackupToken':
      return madeToken(seen, step);
    case 'GrantBackup':
      return granted(seen, step.grant);
    case 'ChangeBackupOwner':
      return changedOwner(seen, step);
    default:
      return afterRemoval(seen, step);
  }
}

function afterRemoval(seen: WiringSeen, step: WiringStep): WiringSeen {
  switch (step.do) {
    case 'RevokeGrant':
      return onServer(seen, (server) => {
        const grants = without(server.grants, (one) => sameRole(one, step.grant));
        return grants === server.grants ? server : { ...server, grants };
      });
    case 'RemoveBackupToken':
      return onServer(seen, (server) => {
        const tokens = without(server.tokens, (one) => one === step.account.token);
        return tokens === server.tokens ? server : { ...server, tokens };
      });
    case 'RemoveBackupUser':
      return onServer(seen, (server) => {
        const { user, ...rest } = server;
        return user ? rest : server;
      });
    case 'RemoveTokenSecret':
      return seen.token.found === 'absent' ? seen : { ...seen, token: { found: 'absent' } };
    default:
      return seen;
  }
}

function madeToken(seen: WiringSeen, { account }: Do<'MakeBackupToken'>): WiringSeen {
  const next = onServer(seen, (server) =>
    server.tokens.includes(account.token) ? server : { ...server, tokens: [...server.tokens, account.token] },
  );
  const { token } = next;
  if (token.found === 'ours' && token.works) return next;
  const known = token.found === 'ours' && token.madeStorage ? ({ madeStorage: true } as const) : {};
  return { ...next, token: { found: 'ours', works: true, ...known } };
}

function sent(seen: WiringSeen): WiringSeen {
  const { token, now } = seen;
  return token.found !== 'ours' || token.sentAt === now
    ? seen
    : { ...seen, token: { ...token, sentAt: now, madeStorage: true } };
}

function added(seen: WiringSeen, step: Do<'AddStorage'>): WiringSeen {
  if (seen.storage?.username === tokenIDOf(step.account)) return seen;
  const { storage: id, server, datastore, namespace, account } = step;
  const { key } = seen;
  const shownAs = key?.found === 'here' && key.file.is === 'Good' ? key.file.shownAs : undefined;
  const storage: StorageEntry = {
    id,
    type: 'pbs',
    server: server.host,
    port: server.port,
    fingerprint: server.fingerprint,
    datastore,
    namespace,
    username: tokenIDOf(account),
    disabled: false,
    content: 'backup',
    prune: 'keep-all=1',
    ...(step.keySecret === undefined || shownAs === undefined ? {} : { encryptionKey: shownAs }),
  };
  return sent({ ...seen, storage, active: false });
}

function changedStorage(seen: WiringSeen, { set }: Do<'ChangeStorage'>): WiringSeen {
  const { storage } = seen;
  if (!storage) return seen;
  const { disable, 'prune-backups': prune, digest: _, ...same } = set;
  const next = {
    ...storage,
    ...same,
    ...(disable === undefined ? {} : { disabled: disable }),
    ...(prune === undefined ? {} : { prune }),
  };
  return JSON.stringify(next) === JSON.stringify(storage) ? seen : { ...seen, storage: next };
}

function removedStorage(seen: WiringSeen, id: string): WiringSeen {
  const { storage, ...rest } = seen;
  if (storage?.id === id) return { ...rest, active: false };
  const left = without(seen.left, (one) => one.id === id);
  return left === seen.left ? seen : { ...seen, left };
}

function sentKey(seen: WiringSeen, { key }: Do<'SendEncryptionKey'>): WiringSeen {
  const { storage } = seen;
  const shownAs = seen.key?.found === 'here' && seen.key.file.is === 'Good' ? seen.key.file.shownAs : key;
  return !storage || storage.encryptionKey === shownAs
    ? seen
    : { ...seen, storage: { ...storage, encryptionKey: shownAs } };
}

function setJob(seen: WiringSeen, job: Do<'AddBackupJob'>['job']): WiringSeen {
  const there = seen.jobs.find(({ id }) => id === job.id);
  const { changeDetection, notifications } = there ?? {};
  const next: KnownJob = {
    ...(changeDetection === undefined ? {} : { changeDetection }),
    ...(notifications ? { notifications } : {}),
    ...job,
    strays: [],
  };
  const jobs = there ? seen.jobs.map((one) => (one.id === job.id ? next : one)) : [...seen.jobs, next];
  return JSON.stringify(jobs) === JSON.stringify(seen.jobs) ? seen : { ...seen, jobs };
}

/** What the key will be is not known before it is made. */
const keyToCome = '<fingerprint of the new key>';

function afterPveStep(seen: WiringSeen, step: WiringStep): WiringSeen | undefined {
  switch (step.do) {
    case 'AddStorage':
      return added(seen, step);
    case 'ChangeStorage':
      return changedStorage(seen, step);
    case 'SendBackupToken':
      return sent(seen);
    case 'SendEncryptionKey':
      return sentKey(seen, step);
    case 'RemoveStorage':
      return removedStorage(seen, step.storage);
    case 'AddBackupJob':
    case 'ChangeBackupJob':
      return setJob(seen, step.job);
    case 'RemoveBackupJob': {
      const jobs = without(seen.jobs, ({ id }) => id === step.job);
      return jobs === seen.jobs ? seen : { ...seen, jobs };
    }
    default:
      return undefined;
  }
}

export function afterWiring(seen: WiringSeen, change: WiringStep | Event): WiringSeen {
  if ('happens' in change)
    return change.happens !== 'StorageActive' || seen.active || !seen.storage ? seen : { ...seen, active: true };
  if (change.do === 'MakeEncryptionKey') {
    if (seen.key?.found === 'here') return seen;
    const file = { is: 'Good', fingerprint: keyToCome, shownAs: keyToCome } as const;
    return { ...seen, key: { found: 'here', file } };
  }
  return afterPveStep(seen, change) ?? afterServerStep(seen, change);
}
