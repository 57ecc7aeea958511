// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Names of tasks. `UPID:node:pid:pstart:starttime:type:id:user@realm[!token]:` (PVE::Tools::upid_decode); Proxmox Backup Server has the number
 * of the task in hex between `pstart` and `starttime` (proxmox-schema, upid.rs), and escapes the id as systemd does.
 */
export interface Upid {
  readonly text: string;
  readonly node: string;
  /** Seconds since 1970, by that machine's clock. */
  readonly startedAt: number;
  /** `qmcreate`, `imgcopy`, `vzdump`, `garbage_collection`, … */
  readonly type: string;
  /** What it works on: a VMID, a datastore; may be empty. As it is meant, whatever a backup server made of it there. */
  readonly id: string;
  readonly user: string;
}

const ofPve =
  /^UPID:(?<node>[\w.-]+):[\dA-F]{8}:[\dA-F]{8,9}:(?<start>[\dA-F]{8}):(?<type>[^:\s]+):(?<id>[^:\s]*):(?<user>[^:\s]+):$/i;
const ofPbs =
  /^UPID:(?<node>[\w.-]+):[\dA-F]{8}:[\dA-F]{8,9}:[\dA-F]{8,16}:(?<start>[\dA-F]{8}):(?<type>[^:\s]+):(?<id>[^:\s]*):(?<user>[^:\s]+):$/i;

/** As `systemd-escape` does it: `vm\x2dbackup`. */
function unescaped(text: string): string {
  return text.replaceAll(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** `undefined`: it is none. */
export function parseUpid(text: string): Upid | undefined {
  const { node, start, type, id, user } = (ofPbs.exec(text) ?? ofPve.exec(text))?.groups ?? {};
  if (node === undefined || start === undefined || type === undefined || id === undefined || user === undefined)
    return undefined;
  return { text, node, startedAt: Number.parseInt(start, 16), type, id: unescaped(id), user };
}
