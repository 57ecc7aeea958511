// SPDX-License-Identifier: GPL-3.0-or-later
/** Sizes as Proxmox Backup Server writes them. */
const magnitudes = ['', 'k', 'm', 'g', 't', 'p', 'e'];

/** `64GiB`, `1.5 TiB`, `500MB` (proxmox-human-byte). */
export function bytesOf(text: string): number | undefined {
  const [, amount, unit = '', binary] = /^([\d.]+)\s*([kmgtpe]?)(i?)b?$/i.exec(text.trim()) ?? [];
  if (amount === undefined) return undefined;
  return Math.round(Number(amount) * (binary === '' ? 1000 : 1024) ** magnitudes.indexOf(unit.toLowerCase()));
}
