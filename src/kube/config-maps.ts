// SPDX-License-Identifier: GPL-3.0-or-later
import type { ConfigMaps } from '../core/objects.ts';
import type { KubeClient } from './client.ts';
import { keeping } from './kept.ts';
import { configMaps as resource } from './resource.ts';

/** See `ConfigMaps`: every read is live. `binaryData` is neither read nor written. */
export function createConfigMaps(client: KubeClient): ConfigMaps {
  const asItIs = (text: string) => text;
  return keeping({ client, resource, found: (common) => common, decode: asItIs, encode: asItIs });
}
