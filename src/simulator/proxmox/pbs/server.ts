// SPDX-License-Identifier: GPL-3.0-or-later
/** A fresh Proxmox Backup Server: root@pam, a certificate of its own, and nothing else. */
import { X509Certificate } from 'node:crypto';
import { discloseSecret } from '../../kernel/disclosure.ts';
import { newID } from '../task.ts';
import type { World } from '../world.ts';
import type { PbsServer } from './state.ts';

export interface NewServer {
  readonly hostname: string;
  readonly address: string;
  /** `4.1`, `4.2` of the image; or a whole version. */
  readonly release: string;
  readonly rootPassword: string | undefined;
  readonly rootSize: number;
  readonly mailto?: string;
  readonly standalone?: boolean;
}

/** What an image installs. */
const newest: Readonly<Record<string, string>> = { '3.4': '3.4.8', '4.0': '4.0.22', '4.1': '4.1.9', '4.2': '4.2.3' };

export function newServer(world: World, given: NewServer): PbsServer {
  const { state, clock } = world;
  const now = clock.now();
  const root = {
    id: 'root@pam',
    password: given.rootPassword === undefined ? undefined : discloseSecret(given.rootPassword),
    enabled: true,
    expire: 0,
    comment: '',
    tokens: new Map(),
  };
  const id = newID(state);
  return {
    id,
    hostname: given.hostname,
    version: newest[given.release] ?? given.release,
    address: given.address,
    certificate: world.certificate(id, now),
    instanceID: newID(state),
    installedAt: now,
    standalone: given.standalone === true ? { running: true } : undefined,
    access: { users: new Map([[root.id, root]]), roles: new Map(), acl: [], tickets: new Map() },
    endpoints: new Map(),
    datastores: new Map(),
    prune: new Map(),
    verify: new Map(),
    mounts: [],
    rootSize: given.rootSize,
    chunkStores: new Set(),
    full: new Set(),
    tasks: [],
    skewMs: 0,
  };
}

/** `aa:bb:…`, as PBS shows it. */
export function fingerprintOf({ certificate }: PbsServer): string {
  return new X509Certificate(certificate.cert).fingerprint256.toLowerCase();
}

/** Compares `4.1.10` and `4.2`. */
export function atLeast({ version }: PbsServer, wanted: string): boolean {
  const [have, need] = [version, wanted].map((one) => one.split('.').map(Number));
  for (let at = 0; at < 3; at++) {
    const difference = (have?.[at] ?? 0) - (need?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
