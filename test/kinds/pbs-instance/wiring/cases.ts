// SPDX-License-Identifier: GPL-3.0-or-later
/** What may be otherwise than it shall be, and what is done about it. */
import type { WiringSeen } from '../../../../src/kinds/pbs-instance/wiring/seen.ts';
import { ownerComment } from '../../../../src/kinds/pbs-instance/wiring/owner-comment.ts';
import type { WiringStep } from '../../../../src/kinds/pbs-instance/wiring/steps.ts';
import type { WiringWish } from '../../../../src/kinds/pbs-instance/wiring/wish.ts';
import { atRest, key, nothing, now, other, server, storage, wish } from './pieces.ts';

interface Case {
  readonly is: string;
  readonly seen?: Partial<WiringSeen>;
  readonly wish?: Partial<WiringWish>;
  readonly steps?: readonly WiringStep['do'][];
  readonly hold?: string;
}

const [nightly, lab] = atRest.jobs;
export const jobs = (change: object) => (nightly && lab ? [{ ...nightly, ...change }, lab] : []);
export const grant = { path: '/', who: wish.account.user, role: 'Admin', propagate: true };
export const foreign = { enabled: true, comment: '', ownership: 'nobodys' } as const;
export const theirs = { ...foreign, ownership: { other: 'PbsInstance/team-b/theirs', uid: 'uid-2' } };

const fleeced = { jobs: wish.jobs.map((job) => ({ ...job, fleecing: 'local-lvm' })) };
const fleecedJobs = atRest.jobs.map((job) => ({ ...job, fleecing: 'local-lvm' }));
const fleecing = (content: string, disabled = false) => ({ 'local-lvm': { content, disabled } });

const [first] = wish.jobs;
const told = { mode: 'auto', mailTo: ['backup@example.com'], mailOn: 'failure' } as const;
const metadata = { changeDetection: 'metadata', notifications: told } as const;
const detailed = { jobs: first ? [{ ...first, ...metadata }, ...wish.jobs.slice(1)] : [] };

const byTag = { jobs: first ? [{ ...first, select: { type: 'Tag', tag: 'gold', except: [104] } as const }] : [] };
const tagged = (...ids: readonly number[]) => ({ unreadable: false, guests: [{ tag: 'gold', ids }] }) as const;
const tagJob = (...ids: readonly number[]) => jobs({ select: { type: 'IDs', ids } }).slice(0, 1);

export const cases: readonly Case[] = [
  { is: 'a tag that guests of the job have', wish: byTag, seen: { jobs: tagJob(100, 101), tagged: tagged(101, 100) } },
  {
    is: 'a tag that another guest got',
    wish: byTag,
    seen: { jobs: tagJob(100), tagged: tagged(100, 101) },
    steps: ['ChangeBackupJob'],
  },
  {
    is: 'a tag that a guest lost',
    wish: byTag,
    seen: { jobs: tagJob(100, 101), tagged: tagged(100) },
    steps: ['ChangeBackupJob'],
  },
  { is: 'a tag that the backup server has, too', wish: byTag, seen: { jobs: tagJob(100), tagged: tagged(100, 104) } },
  {
    is: 'a job by a tag that is not there',
    wish: byTag,
    seen: { jobs: [], tagged: tagged(100) },
    steps: ['AddBackupJob'],
  },
  { is: 'a tag of nobody, and no job', wish: byTag, seen: { jobs: [], tagged: tagged() }, hold: 'TagUnused' },
  {
    is: 'a tag of the backup server alone',
    wish: byTag,
    seen: { jobs: [], tagged: tagged(104) },
    hold: 'TagUnused',
  },
  {
    is: 'a tag that the last guest lost',
    wish: byTag,
    seen: { jobs: tagJob(100, 101), tagged: tagged() },
    hold: 'TagUnused',
  },
  {
    is: 'a tag of nobody, and a job of all from before',
    wish: byTag,
    seen: { jobs: jobs({}).slice(0, 1), tagged: tagged() },
    hold: 'TagUnused',
  },
  {
    is: 'a tag of nobody, and a job that is switched off',
    wish: byTag,
    seen: { jobs: jobs({ enabled: false }).slice(0, 1), tagged: tagged() },
    steps: ['ChangeBackupJob'],
  },
  {
    is: 'a tag that the token may not look for',
    wish: byTag,
    seen: { jobs: tagJob(100, 101), tagged: { unreadable: true } },
    hold: 'TagsUnreadable',
  },
  { is: 'a tag that nobody could look for yet', wish: byTag, seen: { jobs: [] } },
  { is: 'changes of containers and mail wanted anew', wish: detailed, steps: ['ChangeBackupJob'] },
  { is: 'both as they are wanted', wish: detailed, seen: { jobs: jobs(metadata) } },
  {
    is: 'changes of containers found otherwise',
    wish: detailed,
    seen: { jobs: jobs({ ...metadata, changeDetection: 'data' }) },
    steps: ['ChangeBackupJob'],
  },
  {
    is: 'mail to somebody else',
    wish: detailed,
    seen: { jobs: jobs({ ...metadata, notifications: { ...told, mailTo: ['a', 'backup@example.com'] } }) },
    steps: ['ChangeBackupJob'],
  },
  {
    is: 'mail by what a node’s own settings may say otherwise',
    wish: detailed,
    seen: { jobs: jobs({ ...metadata, notifications: { mailTo: told.mailTo } }) },
    steps: ['ChangeBackupJob'],
  },
  { is: 'both as somebody set them, and the spec names neither', seen: { jobs: jobs(metadata) } },
  {
    is: 'fleecing wanted anew',
    wish: fleeced,
    seen: { fleecing: fleecing('rootdir,images') },
    steps: ['ChangeBackupJob', 'ChangeBackupJob'],
  },
  { is: 'fleecing as it is wanted', wish: fleeced, seen: { jobs: fleecedJobs, fleecing: fleecing('images') } },
  { is: 'fleecing wanted no more', seen: { jobs: fleecedJobs }, steps: ['ChangeBackupJob', 'ChangeBackupJob'] },
  {
    is: 'a storage to fleece on that is not there',
    wish: fleeced,
    seen: { fleecing: { 'local-lvm': undefined } },
    hold: 'FleecingStorageUnfit',
  },
  {
    is: 'one that holds ISO images alone',
    wish: fleeced,
    seen: { fleecing: fleecing('iso,vztmpl') },
    hold: 'FleecingStorageUnfit',
  },
  {
    is: 'one that is switched off',
    wish: fleeced,
    seen: { fleecing: fleecing('images', true) },
    hold: 'FleecingStorageUnfit',
  },
  {
    is: 'a level of the namespace is gone',
    seen: { server: { ...server, namespaces: ['site'] } },
    steps: ['AddBackupNamespace'],
  },
  {
    is: 'the user is disabled',
    seen: { server: { ...server, user: { ...foreign, ownership: 'mine', enabled: false } } },
    steps: ['ChangeBackupUser'],
  },
  { is: 'the user is nobody’s', seen: { server: { ...server, user: foreign } }, hold: 'NotOurs' },
  {
    is: 'the user is another’s',
    seen: { server: { ...server, user: theirs } },
    wish: { adopt: [wish.account.user] },
    hold: 'NotOurs',
  },
  {
    is: 'the user is taken over',
    seen: { server: { ...server, user: foreign } },
    wish: { adopt: [wish.account.user] },
    steps: ['ChangeBackupUser'],
  },
  { is: 'the token is gone', seen: { server: { ...server, tokens: [] } }, steps: ['MakeBackupToken'] },
  { is: 'the token’s secret is lost', seen: { token: { found: 'absent' } }, steps: ['MakeBackupToken'] },
  {
    is: 'the token’s secret is another one by now',
    seen: { token: { found: 'ours', works: false } },
    steps: ['MakeBackupToken'],
  },
  { is: 'the token’s Secret is somebody’s', seen: { token: { found: 'foreign' } }, hold: 'SecretNotOurs' },
  {
    is: 'the user may more than it should',
    seen: { server: { ...server, grants: [...server.grants, grant] } },
    steps: ['RevokeGrant'],
  },
  { is: 'the user may nothing', seen: { server: { ...server, grants: [] } }, steps: ['GrantBackup', 'GrantBackup'] },
  {
    is: 'Proxmox VE was not given the token',
    seen: { token: { found: 'ours', works: true } },
    steps: ['SendBackupToken'],
  },
  {
    is: 'it is inactive, and was given it just now',
    seen: { active: false, token: { found: 'ours', works: true, sentAt: now } },
    hold: 'StorageInactive',
  },
  { is: 'it has been inactive for long', seen: { active: false }, steps: ['SendBackupToken'] },
  { is: 'the key is gone, and Proxmox VE has it', seen: { key: { found: 'absent' } }, hold: 'EncryptionKeyLost' },
  {
    is: 'the key is gone everywhere, and the status knew it',
    seen: { ...nothing },
    wish: { lastKey: 'f1' },
    hold: 'EncryptionKeyLost',
  },
  {
    is: 'the key is none',
    seen: { key: { found: 'here', file: { is: 'Bad', why: 'x' } } },
    hold: 'EncryptionKeyUnusable',
  },
  {
    is: 'the key is another one',
    seen: { key: { found: 'here', file: { ...key, shownAs: 'f2', fingerprint: 'f2' } } },
    steps: ['SendEncryptionKey'],
  },
  {
    is: 'no key is wanted, and there is one',
    seen: (({ key: _, ...rest }) => rest)(atRest),
    wish: { encryption: undefined as never },
    hold: 'EncryptionKeyUnnamed',
  },
  {
    is: 'Proxmox VE has no key',
    seen: { storage: (({ encryptionKey: _, ...rest }) => rest)(storage) },
    steps: ['SendEncryptionKey'],
  },
  {
    is: 'the fingerprint is an older one',
    seen: { storage: { ...storage, fingerprint: 'cc' } },
    steps: ['ChangeStorage'],
  },
  { is: 'the storage is disabled', seen: { storage: { ...storage, disabled: true } }, steps: ['ChangeStorage'] },
  { is: 'the namespace is another', seen: { storage: { ...storage, namespace: '' } }, steps: ['ChangeStorage'] },
  { is: 'Proxmox VE would prune', seen: { storage: { ...storage, prune: 'keep-last=1' } }, steps: ['ChangeStorage'] },
  {
    is: 'the server moved',
    seen: { storage: { ...storage, server: '192.168.0.9' } },
    steps: ['RemoveStorage', 'AddStorage'],
  },
  {
    is: 'the datastore is another',
    seen: { storage: { ...storage, datastore: 'x-1' } },
    steps: ['RemoveStorage', 'AddStorage'],
  },
  { is: 'the storage is somebody’s', seen: { storage: { ...storage, username: 'root@pam' } }, hold: 'NotOurs' },
  {
    is: 'the storage is a folder',
    seen: { storage: { ...storage, type: 'dir' } },
    wish: { adopt: ['pbs-main'] },
    hold: 'NotOurs',
  },
  {
    is: 'the storage is taken over',
    seen: { storage: { ...storage, username: 'root@pam' } },
    wish: { adopt: ['pbs-main'] },
    steps: ['ChangeStorage', 'SendBackupToken'],
  },
  {
    is: 'the storage is taken over, with backups of whom it logged in as',
    seen: {
      storage: { ...storage, username: 'root@pam' },
      others: [
        { type: 'vm', id: '200', owner: 'root@pam' },
        { type: 'ct', id: '300', owner: 'root@pam!pve' },
      ],
    },
    wish: { adopt: ['pbs-main'] },
    steps: ['ChangeBackupOwner', 'ChangeBackupOwner', 'ChangeStorage', 'SendBackupToken'],
  },
  {
    is: 'what would be taken over leads elsewhere',
    seen: { storage: { ...storage, username: 'root@pam', datastore: 'x' } },
    wish: { adopt: ['pbs-main'] },
    hold: 'NotOurs',
  },
  { is: 'a job is gone', seen: { jobs: jobs({}).slice(0, 1) }, steps: ['AddBackupJob'] },
  { is: 'a job is switched off', seen: { jobs: jobs({ enabled: false }) }, steps: ['ChangeBackupJob'] },
  {
    is: 'a job leaves another guest out',
    seen: { jobs: jobs({ select: { type: 'All', exclude: [900, 200] } }) },
    steps: ['ChangeBackupJob'],
  },
  { is: 'a job runs on one node alone', seen: { jobs: jobs({ strays: ['node'] }) }, steps: ['ChangeBackupJob'] },
  { is: 'a job is not wanted any more', wish: { jobs: wish.jobs.slice(0, 1) }, steps: ['RemoveBackupJob'] },
  { is: 'a job of that id is somebody’s', seen: { jobs: jobs({ comment: 'mine' }) }, hold: 'NotOurs' },
  {
    is: 'a job of that id is another’s',
    seen: { jobs: jobs({ comment: ownerComment(other) }) },
    wish: { adopt: ['nightly'] },
    hold: 'NotOurs',
  },
  {
    is: 'a job is taken over',
    seen: { jobs: jobs({ comment: 'mine' }) },
    wish: { adopt: ['nightly'] },
    steps: ['ChangeBackupJob'],
  },
  {
    is: 'other jobs are none of ours',
    seen: { jobs: [...atRest.jobs, ...jobs({ id: 'x', comment: '' }).slice(0, 1)] },
    steps: [],
  },
  { is: 'an entry of an older id is left', seen: { left: [{ ...storage, id: 'old' }] }, steps: ['RemoveStorage'] },
  {
    is: 'an entry of an older id has another key',
    seen: { left: [{ ...storage, id: 'old', encryptionKey: 'f9' }] },
    hold: 'EncryptionKeyNotKept',
  },
];
