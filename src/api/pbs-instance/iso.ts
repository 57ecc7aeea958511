// SPDX-License-Identifier: GPL-3.0-or-later
/** `spec.server.vm.iso` of a PbsInstance: what it is installed from. */
import { z } from 'zod';
import { matches, withRules } from '../rules.ts';
import { storageID } from './words.ts';

const at = 'server.vm.iso';

export const iso = withRules(
  z.object({
    storage: storageID(
      `${at}.storage`,
      'Storage of the node with content type ISO image, where the installation image is or is put, and for some minutes a small image with the answers. Default: local. Example: nfs-iso.',
    ).default('local'),
    file: withRules(
      z.string().min(5).max(200),
      [
        matches(
          '^[A-Za-z0-9_][A-Za-z0-9._+-]*[.]iso$',
          `${at}.file must be the name of a file that ends in .iso, without a folder: letters, digits, '-', '_', '+' and '.', e.g. proxmox-backup-server_4.2-1-auto.iso`,
        ),
      ],
      {
        description:
          'Image that is on the storage already, prepared for unattended installation: proxmox-auto-install-assistant prepare-iso --fetch-from partition. Either this, or url and checksum. Example: proxmox-backup-server_4.2-1-auto.iso.',
      },
    ).optional(),
    url: withRules(
      z.string().min(12).max(1024),
      [
        matches(
          '^https?://[A-Za-z0-9.:-]+/[A-Za-z0-9._~/%+-]*[A-Za-z0-9_+-][.]iso$',
          `${at}.url must be an address with http:// or https:// that ends in .iso, without credentials, query or fragment, e.g. https://mirror.example.com/pbs_4.2-1-auto.iso`,
        ),
      ],
      {
        description:
          'Where the node fetches such a prepared image from; goes with checksum. Default: the image is there. Example: https://mirror.example.com/pbs_4.2-1-auto.iso.',
      },
    ).optional(),
    checksum: withRules(
      z.string().min(71).max(135),
      [
        matches(
          '^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$',
          `${at}.checksum must be sha256: or sha512: and the digest in small hex digits: sha256sum shows it`,
        ),
      ],
      {
        description: `Digest of the image at url; another image is not installed. Default: none. Example: sha256:${'ab12'.repeat(16)}.`,
      },
    ).optional(),
  }),
  [
    {
      rule: 'has(self.file) != has(self.url)',
      message: `${at} must have exactly one of file and url: set file: <name>.iso for an image that is there, or url and checksum`,
      holds: (self) => (self.file === undefined) !== (self.url === undefined),
    },
    {
      rule: 'has(self.url) == has(self.checksum)',
      message: `${at}.checksum goes with ${at}.url: set both, so that no other image is ever installed, or neither`,
      holds: (self) => (self.url === undefined) === (self.checksum === undefined),
      fieldPath: '.checksum',
    },
  ],
  {
    description: 'The installation image of Proxmox Backup Server 4.2 or newer, prepared for unattended installation.',
  },
);
