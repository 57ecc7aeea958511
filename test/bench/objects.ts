// SPDX-License-Identifier: GPL-3.0-or-later
/** BackupTargets as an API server stores them: made once by our engine, with the managedFields of all who wrote. */
import type { KubeObject } from '../../src/core/objects.ts';
import { isReady, makeStage } from '../kinds/stage.ts';
import { manifestOf } from '../kinds/backup-target/manifests.ts';

/** One that became Ready, with its status. */
export async function readyObject(): Promise<KubeObject> {
  const stage = makeStage();
  const manifest = manifestOf({ bucket: { tags: { team: 'infra', cost: 'backup' } } });
  await stage.apply(manifest);
  await stage.until(manifest.name, isReady);
  const object = stage.object(manifest.name);
  if (!object) throw new Error('the object is gone');
  return object;
}

/** The text of object `n` at version `version`: names, uids and versions differ as they do in a cluster. */
export function textOf(model: KubeObject, n: number, version: number): string {
  const { metadata } = model;
  const name = `vm-backups-${n}`;
  const uid = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  return JSON.stringify({ ...model, metadata: { ...metadata, name, uid, resourceVersion: String(version) } });
}
