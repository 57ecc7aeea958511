// SPDX-License-Identifier: GPL-3.0-or-later
/** What of a PbsInstance's worlds is whose, on the truth: by marks that hold the object's uid, and by names that only it has. */
import type { PbsView } from '../../../src/simulator/proxmox/told-pbs.ts';
import type { ProxmoxWorld } from '../../../src/simulator/proxmox/index.ts';
import type { Worlds } from '../worlds.ts';

export interface PbsObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly managementPolicy?: string;
    readonly deletionPolicy?: string;
    readonly server: { readonly type?: string };
    readonly s3: {
      readonly id: string;
      readonly bucket?: string;
      readonly backupTargetRef?: { readonly name: string };
    };
    readonly datastore: { readonly name: string };
    readonly storage: { readonly id: string; readonly encryption?: { readonly secretRef: { readonly name: string } } };
    readonly jobs?: readonly { readonly id: string; readonly select?: { readonly exclude?: readonly number[] } }[];
    readonly objectives?: { readonly recoveryPointHours?: number };
  };
  readonly status?: Readonly<Record<string, unknown>> & {
    readonly observedGeneration?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
    readonly begun?: readonly { readonly key: string }[];
    readonly plan?: { readonly hash?: string };
    readonly blockedBy?: readonly { readonly kind: string; readonly id: string }[];
    readonly drift?: readonly { readonly path: string; readonly want: string; readonly have: string }[];
    readonly approved?: unknown;
  };
}

export interface SecretObject {
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

export type Guest = ReturnType<ProxmoxWorld['pve']['guests']>[number];

export function pbsIn(worlds: Worlds): PbsObject | undefined {
  return worlds.kube.objects('pbsinstances')[0] as unknown as PbsObject | undefined;
}

export function secretsIn(worlds: Worlds): readonly SecretObject[] {
  return worlds.kube.objects('secrets', 'default');
}

export function textOf(secret: SecretObject | undefined, key: string): string | undefined {
  const text = secret?.data?.[key];
  return text === undefined ? undefined : Buffer.from(text, 'base64').toString();
}

/** Whose it is says the mark of an object's uid, whether it stands in notes or in a comment. */
export function marks(config: unknown, uid: string | undefined): boolean {
  return uid !== undefined && JSON.stringify(config).includes(uid);
}

export function ourGuests({ proxmox }: Worlds, uid: string | undefined): readonly Guest[] {
  return proxmox.pve.guests().filter(({ config }) => marks(config, uid) && !isMarkedCopy(config));
}

const isMarkedCopy = (config: Guest['config']) => config['tags']?.includes('hybridcloud-restore-test') ?? false;

const makers = new Set(['qmcreate', 'qmrestore', 'qmclone']);

/** Nothing but what a restore writes first, and by the last task that made anything of that id. */
function isStub({ proxmox }: Pick<Worlds, 'proxmox'>, { vmid, config }: Guest): boolean {
  if (Object.keys(config).some((name) => name !== 'memory' && name !== 'lock')) return false;
  const last = proxmox.pve.tasks().findLast(({ type, id }) => makers.has(type) && id === String(vmid));
  return last?.type === 'qmrestore' && last.authid.startsWith('operator@pve!');
}

/** What restore tests of this object have made, or are making. */
export function copiesOf(worlds: Pick<Worlds, 'proxmox'>, uid: string | undefined): readonly Guest[] {
  const all = worlds.proxmox.pve.guests();
  return all.filter((guest) => (isMarkedCopy(guest.config) && marks(guest.config, uid)) || isStub(worlds, guest));
}

/** Servers that answer. */
export function serversUp({ proxmox }: Worlds): readonly PbsView[] {
  return proxmox.servers().filter(({ state }) => proxmox.certificateAt(`${state.address}:8007`) !== undefined);
}

/** Those with our datastore that answer. */
export function serversWith(worlds: Worlds, { datastore }: PbsObject['spec']): readonly PbsView[] {
  return serversUp(worlds).filter(({ state }) => state.datastores.has(datastore.name));
}

/** Of another cluster's backup server. */
export const addressElsewhere = '192.168.0.99';

/** An account has a mark, and its name is that of objects of this name alone. */
export function isOurAccount(object: PbsObject | undefined, account = ''): boolean {
  return object !== undefined && account.startsWith(`pve-${object.metadata.name}-`);
}

/** An entry has no mark: ours logs in under our name, and leads to no server of another cluster. */
export function isOurEntry(object: PbsObject | undefined, { options }: { options: Readonly<Record<string, string>> }) {
  return isOurAccount(object, options['username']) && options['server'] !== addressElsewhere;
}

const bytes = (value: unknown) =>
  JSON.stringify(value, (_name, one: unknown) => (one instanceof Map ? [...(one as Map<unknown, unknown>)] : one));

function guestsOfOthers({ proxmox }: Worlds, uid: string | undefined): (readonly [string, string])[] {
  const { pve } = proxmox;
  // one that is being made bears nobody's mark yet (PVE::AbstractConfig, create_and_lock_config)
  const made = pve.guests().filter(({ config }) => config['lock'] === 'create');
  const copies = copiesOf({ proxmox }, uid);
  const mine = new Set([...ourGuests({ proxmox } as Worlds, uid), ...copies, ...made].map(({ vmid }) => vmid));
  const guests = pve.guests().filter(({ vmid }) => !mine.has(vmid));
  const volumes = pve
    .volumes()
    .filter(({ vmid, volid }) => (vmid === undefined ? !volid.includes('hybridcloud') : !mine.has(vmid)));
  return [
    ...guests.map(({ vmid, node, kind, config, pending, running, pool }) => {
      return [`guest ${vmid}`, bytes([node, kind, config, pending, running, pool])] as const;
    }),
    ...volumes.map(({ volid, size, vmid }) => [`volume ${volid}`, bytes([size, vmid])] as const),
  ];
}

function clusterOfOthers(worlds: Worlds, object: PbsObject | undefined): (readonly [string, string])[] {
  const { pve } = worlds.proxmox;
  const uid = object?.metadata.uid;
  return [
    ...pve
      .storages()
      .filter((entry) => !isOurEntry(object, entry))
      .map((one) => [`storage ${one.id}`, bytes([one, pve.secrets(one.id)])] as const),
    ...pve
      .jobs()
      .filter(({ options }) => !marks(options, uid))
      .map(({ id, options }) => [`backup job ${id}`, bytes(options)] as const),
  ];
}

/** Of a server that is not the operator's own: all that it did not make there. */
function serversOfOthers(worlds: Worlds, object: PbsObject | undefined): (readonly [string, string])[] {
  const store = object?.spec.datastore.name;
  const others = worlds.proxmox.servers().filter(({ state }) => state.standalone !== undefined);
  return others.flatMap(({ state }) => {
    const { users, acl } = state.access;
    const strangers = [...users.values()].filter(({ id }) => !isOurAccount(object, id));
    return [
      ...strangers.map((one) => [`user ${one.id} of ${state.hostname}`, bytes(one)] as const),
      [
        `permissions of ${state.hostname}`,
        bytes(acl.filter(({ who }) => !isOurAccount(object, who)).map((one) => ({ ...one }))),
      ] as const,
      ...[...state.endpoints.values()]
        .filter(({ id }) => id !== object?.spec.s3.id)
        .map((one) => [`endpoint ${one.id} of ${state.hostname}`, bytes(one)] as const),
      ...[...state.datastores.values()]
        .filter(({ name }) => name !== store)
        .map(({ name, options, backend, maintenance }) => {
          return [`datastore ${name} of ${state.hostname}`, bytes([options, backend, maintenance])] as const;
        }),
      ...[...state.prune.values(), ...state.verify.values()]
        .filter(({ options }) => options['store'] !== store)
        .map(({ id, options }) => [`job ${id} of ${state.hostname}`, bytes(options)] as const),
    ];
  });
}

const claim = 'hybridcloud.dev/claimed-by';

interface TargetObject {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: unknown;
}

export function targetsIn({ kube }: Worlds): readonly TargetObject[] {
  return kube.objects('backuptargets') as unknown as readonly TargetObject[];
}

/** The bucket is ours alone, where it is a BackupTarget's. */
export function isClaimed(worlds: Worlds, { metadata, spec }: PbsObject): boolean {
  const { backupTargetRef } = spec.s3;
  if (!backupTargetRef) return true;
  const target = targetsIn(worlds).find((one) => one.metadata.name === backupTargetRef.name);
  return target?.metadata.annotations?.[claim]?.endsWith(`/${metadata.uid}`) ?? false;
}

/** All of a BackupTarget but our own claim. */
function targetsOfOthers(worlds: Worlds, object: PbsObject | undefined): (readonly [string, string])[] {
  const uid = object?.metadata.uid;
  return targetsIn(worlds).map(({ metadata: { name, annotations = {} }, spec }) => {
    const kept = Object.entries(annotations).filter(([key, text]) => key !== claim || !text.endsWith(`/${uid}`));
    return [`BackupTarget ${name}`, bytes([kept, spec])] as const;
  });
}

/** Everything that nobody gave us, byte for byte. */
export function ofOthers(worlds: Worlds, object: PbsObject | undefined): ReadonlyMap<string, string> {
  const keySecret = object?.spec.storage.encryption?.secretRef.name;
  const prefix = `${object?.spec.datastore.name ?? ''}/`;
  const objects = worlds.aws
    .account('123456789012')
    .buckets()
    .flatMap((bucket) => bucket.objects.map((one) => ({ ...one, bucket: bucket.name })));
  return new Map([
    ...guestsOfOthers(worlds, object?.metadata.uid),
    ...clusterOfOthers(worlds, object),
    ...serversOfOthers(worlds, object),
    ...targetsOfOthers(worlds, object),
    ...objects
      .filter(({ key }) => !object || !key.startsWith(prefix))
      .map(({ bucket, key, etag, latest }) => [`object ${bucket}/${key}`, bytes([etag, latest])] as const),
    ...secretsIn(worlds)
      .filter(({ metadata }) => !metadata.ownerReferences?.length && metadata.name !== keySecret)
      .map((secret) => [`secret ${secret.metadata.name}`, bytes(secret.data)] as const),
  ]);
}
