// SPDX-License-Identifier: GPL-3.0-or-later
/** What vzdump removes after a backup, when its job or the storage says what to keep (PVE::VZDump, exec_backup_task; PBSPlugin, prune_backups). */
import { nestedFormat } from '../../contract/formats.ts';
import { parsePropertyString } from '../../contract/property-string.ts';
import { pbsDemand, type PbsCaller } from '../../pbs/permissions.ts';
import type { PbsServer, Snapshot } from '../../pbs/state.ts';
import { pruneGroups } from '../../pbs/store/care.ts';
import type { World } from '../../world.ts';

export type Keep = Readonly<Record<string, number>>;

/** Undefined: it keeps all, which is what it does when nobody says anything. */
export function keepOf(text: string | undefined): Keep | undefined {
  const parsed = text === undefined ? undefined : parsePropertyString(text, nestedFormat('prune-backups') ?? {});
  if (!parsed || !('values' in parsed) || parsed.values['keep-all'] === '1') return undefined;
  return Object.fromEntries(Object.entries(parsed.values).map(([name, value]) => [name, Number(value)]));
}

interface On {
  readonly world: World;
  readonly server: PbsServer;
  readonly caller: PbsCaller;
}

/** It needs Datastore.Prune, which DatastoreBackup does not have. */
export async function pruneAfter(
  { world, server, caller }: On,
  written: { readonly store: string; readonly snapshot: Snapshot },
  keep: Keep,
): Promise<void> {
  const { snapshot } = written;
  const store = server.datastores.get(written.store);
  if (!store) return;
  const path = `/datastore/${store.name}${snapshot.ns === '' ? '' : `/${snapshot.ns}`}`;
  pbsDemand(server, caller, path, ['Datastore.Modify', 'Datastore.Prune']);
  const group = [...store.snapshots.values()].filter(
    ({ ns, type, id }) => ns === snapshot.ns && type === snapshot.type && id === snapshot.id,
  );
  await pruneGroups({ world, server }, store, { snapshots: group, options: keep });
}
