// SPDX-License-Identifier: GPL-3.0-or-later
import type { Secrets } from '../core/objects.ts';
import type { KubeClient } from './client.ts';
import { keeping } from './kept.ts';
import { secrets as resource } from './resource.ts';

export interface SecretsOptions {
  readonly client: KubeClient;
  /** Told each value that passes, so that the redactor knows it. */
  readonly learn?: (value: string) => void;
}

/** See `Secrets`: every read is live. */
export function createSecrets({ client, learn }: SecretsOptions): Secrets {
  return keeping({
    client,
    resource,
    found: (common, { type = 'Opaque' }) => ({ ...common, type }),
    decode(stored) {
      const value = Buffer.from(stored, 'base64').toString('utf8');
      learn?.(value);
      return value;
    },
    encode(value) {
      learn?.(value);
      return Buffer.from(value, 'utf8').toString('base64');
    },
  });
}
