// SPDX-License-Identifier: GPL-3.0-or-later
/** How the ConfigMap is laid out: the files by their names, and in an annotation who has accepted them. */
import type { ConfigMap } from '../../../core/objects.ts';
import { sealed } from '../../sealed-files.ts';
import type { HaproxyFile } from './model.ts';

const checkedBy = 'hybridcloud.dev/checked-by';

export function checkedByOf({ annotations }: ConfigMap): string | undefined {
  return annotations[checkedBy];
}

interface Publication {
  readonly files: readonly HaproxyFile[];
  readonly digest: string;
  readonly checkedBy?: string | undefined;
  readonly ownerUID: string;
  readonly now: number;
}

/** What it holds afterwards: nothing else stays in it. */
export function publication({ files, digest, checkedBy: by, ownerUID, now }: Publication) {
  const data = new Map(files.map(({ name, content }) => [name, content] as const));
  const annotations = sealed({ data, digestOfInputs: digest, ownerUID, now });
  return { data, annotations: by === undefined ? annotations : { ...annotations, [checkedBy]: by } };
}
