// SPDX-License-Identifier: GPL-3.0-or-later
import { z } from 'zod';
import { asked } from './asked.ts';
import type { ProxmoxApi } from '../proxmox/proxmox-api.ts';

const answer = z.object({ version: z.string(), release: z.string().optional() });

export interface PveVersion {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

const upgradesAreRareMs = 10 * 60_000;

/** `undefined` parts never: what is no version reads as 0.0. */
export function pveVersion(text: string): PveVersion {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(text) ?? [];
  return { text, major: Number(major), minor: Number(minor) };
}

/** 8.4 is the first that takes disk images for import by upload, and gets security updates still. */
export function isSupported({ major, minor }: PveVersion): boolean {
  return major > 8 || (major === 8 && minor >= 4);
}

export function versionOf(pve: ProxmoxApi): Promise<PveVersion> {
  return pve.look('version', upgradesAreRareMs, async () => {
    const { version } = await pve.read(
      asked((api) => api.version.$get()),
      answer,
    );
    return pveVersion(version);
  });
}
