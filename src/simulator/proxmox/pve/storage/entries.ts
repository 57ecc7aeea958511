// SPDX-License-Identifier: GPL-3.0-or-later
/** /storage (PVE::API2::Storage::Config; PVE::Storage::PBSPlugin, on_add_hook and on_update_hook). */
import { createHash } from 'node:crypto';
import { randomText } from '../../../kernel/random.ts';
import { discloseSecret } from '../../../kernel/disclosure.ts';
import type { StorageRecord, StorageSecrets } from '../../state.ts';
import type { World } from '../../world.ts';
import { storageOf, needed, textParam, type PveCall } from '../call.ts';
import { died, wrongParameters } from '../errors.ts';
import { may } from '../permissions.ts';
import { ask, LinkError, linkOf } from './pbs-link.ts';

const sensitive = new Set(['password', 'encryption-key', 'master-pubkey']);
const noOptions = new Set(['storage', 'type', 'delete', 'digest']);
const pbsOptions = new Set([
  'server',
  'datastore',
  'username',
  'port',
  'namespace',
  'fingerprint',
  'nodes',
  'disable',
  'content',
  'prune-backups',
  'max-protected-backups',
  'skip-cert-verification',
  ...sensitive,
]);

function digestOf(world: World): string {
  const all = [...world.state.pve.storages.values()].map(({ id, type, options }) => [id, type, options]);
  return createHash('sha1').update(JSON.stringify(all)).digest('hex');
}

function optionsOf({ params }: PveCall): Record<string, string> {
  const options: Record<string, string> = {};
  for (const [name, value] of Object.entries(params))
    if (!noOptions.has(name) && !sensitive.has(name))
      options[name] = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
  return options;
}

interface Key {
  readonly fingerprint?: unknown;
  readonly data?: unknown;
}

function parseKey(text: string): Key | undefined {
  try {
    const key = JSON.parse(text) as Key;
    return typeof key.data === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The fingerprint that stands in the key file, or 1 (PBSPlugin, get_... in PVE::API2::Storage::Config). */
export function keyFingerprint(secrets: StorageSecrets | undefined): string | undefined {
  if (secrets?.encryptionKey === undefined) return undefined;
  const { fingerprint } = parseKey(secrets.encryptionKey) ?? {};
  return typeof fingerprint === 'string' ? fingerprint : '1';
}

function shown(world: World, { id, type, options }: StorageRecord): object {
  const secrets = world.state.pve.secrets.get(id);
  const fingerprint = keyFingerprint(secrets);
  return {
    storage: id,
    type,
    ...(type === 'pbs' ? { content: 'backup' } : {}),
    ...options,
    ...(fingerprint === undefined ? {} : { 'encryption-key': fingerprint }),
    ...(secrets?.masterPubkey === undefined ? {} : { 'master-pubkey': '1' }),
    digest: digestOf(world),
  };
}

export function listStorages({ world, caller, params }: PveCall): unknown {
  const type = textParam(params, 'type');
  return [...world.state.pve.storages.values()]
    .filter((storage) => type === undefined || storage.type === type)
    .filter(({ id }) =>
      ['Datastore.Audit', 'Datastore.AllocateSpace'].some((one) => may(world, caller, `/storage/${id}`, one)),
    )
    .map((storage) => shown(world, storage));
}

export function showStorage({ world, params }: PveCall): unknown {
  return shown(world, storageOf(world, needed(params, 'storage')));
}

/** A key made here is told once, in this answer. */
function newKey(world: World): string {
  const data = Buffer.from(randomText(world.state.random, 32, 'abcdefghijklmnopqrstuvwxyz0123456789')).toString(
    'base64',
  );
  const at = new Date(world.clock.now()).toISOString();
  const fingerprint = createHash('sha256')
    .update(data)
    .digest('hex')
    .replaceAll(/(..)(?=.)/g, '$1:');
  return discloseSecret(JSON.stringify({ kdf: null, created: at, modified: at, data, fingerprint }));
}

function keyOf(world: World, given: string): string {
  if (given === 'autogen') return newKey(world);
  if (!parseKey(given))
    throw died(`create storage failed: value does not seems like a valid, JSON formatted encryption key!`);
  return discloseSecret(given);
}

/** A creation without a key removes a key file of the same name, too. */
function keepSecrets({ world, params }: PveCall, id: string, create: boolean): StorageSecrets {
  const secrets: StorageSecrets = create ? {} : { ...world.state.pve.secrets.get(id) };
  const [password, key, master] = [
    textParam(params, 'password'),
    textParam(params, 'encryption-key'),
    textParam(params, 'master-pubkey'),
  ];
  if (password !== undefined) secrets.password = discloseSecret(password);
  if (key !== undefined) secrets.encryptionKey = keyOf(world, key);
  if (master !== undefined) secrets.masterPubkey = master;
  world.state.pve.secrets.set(id, secrets);
  return secrets;
}

function checkPbs({ params }: PveCall): void {
  for (const name of ['server', 'datastore'])
    if (params[name] === undefined) throw wrongParameters({ [name]: `missing value for required option '${name}'` });
  for (const name of Object.keys(params))
    if (!noOptions.has(name) && !pbsOptions.has(name))
      throw wrongParameters({ [name]: `unexpected property '${name}'` });
  const content = textParam(params, 'content');
  if (content !== undefined && content !== 'backup' && content !== 'none')
    throw wrongParameters({ content: `storage does not support content type` });
}

/** Logs in and looks for the datastore (PBSPlugin, activate_storage). */
async function activate(
  world: World,
  id: string,
  options: Readonly<Record<string, string>>,
  password: string | undefined,
): Promise<void> {
  const datastore = options['datastore'] ?? '';
  const stores = await ask(world, linkOf(options, password), '/admin/datastore').catch((error: unknown) => {
    throw error instanceof LinkError
      ? died(`create storage failed: ${id}: error fetching datastores - ${error.message}`)
      : error;
  });
  if (!(stores as readonly { readonly store: string }[]).some(({ store }) => store === datastore))
    throw died(`create storage failed: ${id}: Cannot find datastore '${datastore}', check permissions and existence!`);
}

export async function createStorage(call: PveCall): Promise<unknown> {
  const { world, params } = call;
  const id = needed(params, 'storage');
  const type = needed(params, 'type');
  const { storages, secrets } = world.state.pve;
  if (type === 'pbs') checkPbs(call);
  if (storages.has(id)) throw died(`create storage failed: storage ID '${id}' already defined`);
  const options = optionsOf(call);
  const kept = type === 'pbs' ? keepSecrets(call, id, true) : {};
  if (type === 'pbs' && params['disable'] !== true)
    try {
      await activate(world, id, options, kept.password);
    } catch (error) {
      // nothing is saved, and the secrets' files go
      secrets.delete(id);
      throw error;
    }
  storages.set(id, { id, type, options, total: 0 });
  const { encryptionKey } = kept;
  return { storage: id, type, ...(encryptionKey === undefined ? {} : { config: { 'encryption-key': encryptionKey } }) };
}

function forget(storage: StorageRecord, secrets: StorageSecrets, names: readonly string[]): void {
  for (const name of names) {
    delete storage.options[name];
    if (name === 'password') delete secrets.password;
    if (name === 'encryption-key') delete secrets.encryptionKey;
    if (name === 'master-pubkey') delete secrets.masterPubkey;
  }
}

function checkUpdate({ world, params }: PveCall, { type }: StorageRecord): void {
  const given = textParam(params, 'digest');
  if (given !== undefined && given !== digestOf(world))
    throw died('detected modified configuration - file changed by other user? Try again.');
  const fixed = type === 'pbs' ? ['server', 'datastore', 'type'].find((name) => params[name] !== undefined) : undefined;
  if (fixed !== undefined) throw died(`update storage failed: can't change value of fixed parameter '${fixed}'`);
}

/** It activates nothing: a wrong password is taken. */
export function updateStorage(call: PveCall): unknown {
  const { world, params } = call;
  const storage = storageOf(world, needed(params, 'storage'));
  checkUpdate(call, storage);
  const secrets = storage.type === 'pbs' ? keepSecrets(call, storage.id, false) : {};
  forget(storage, secrets, (textParam(params, 'delete') ?? '').split(/[,;\s]+/));
  Object.assign(storage.options, optionsOf(call));
  const told = params['encryption-key'] === undefined ? undefined : secrets.encryptionKey;
  const config = told === undefined ? {} : { config: { 'encryption-key': told } };
  return { storage: storage.id, type: storage.type, ...config };
}

/** The key goes with it. */
export function deleteStorage({ world, params }: PveCall): null {
  const storage = storageOf(world, needed(params, 'storage'));
  world.state.pve.storages.delete(storage.id);
  world.state.pve.secrets.delete(storage.id);
  return null;
}
