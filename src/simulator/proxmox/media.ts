// SPDX-License-Identifier: GPL-3.0-or-later
/** Installation images as far as the installer's first minute sees them: what they are, and what preparing adds. */
import { writeIso } from './iso/write.ts';

export interface InstallerImage {
  /** Default `4.2`. */
  readonly release?: string;
  /** Default `pbs`. */
  readonly product?: string;
  /** `none` is the stock image. Default `partition`. */
  readonly mode?: 'partition' | 'iso' | 'http' | 'none';
  /** Default PROXMOX-AIS. */
  readonly partitionLabel?: string;
  /** With mode `iso`. */
  readonly answer?: string;
}

export function installerImage(given: InstallerImage = {}): Uint8Array {
  const { release = '4.2', product = 'pbs', mode = 'partition', partitionLabel = 'PROXMOX-AIS', answer } = given;
  const info = `PRODUCT='${product}'\nPRODUCTLONG='Proxmox Backup Server'\nRELEASE='${release}'\nISORELEASE='1'\n`;
  const settings = `mode = "${mode}"\npartition_label = "${partitionLabel}"\n`;
  return writeIso({
    label: product.toUpperCase(),
    files: {
      '.cd-info': info,
      ...(mode === 'none' ? {} : { 'auto-installer-mode.toml': settings }),
      ...(answer === undefined ? {} : { 'answer.toml': answer }),
    },
  });
}
