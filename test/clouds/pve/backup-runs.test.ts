// SPDX-License-Identifier: GPL-3.0-or-later
/** What the log of a run says; lines as they stand in people's reports. */
import { expect, test } from '@jest/globals';
import { Kept } from '../../../src/clouds/proxmox/kept.ts';
import { includedIn } from '../../../src/clouds/pve/backup-jobs.ts';
import { reportIn } from '../../../src/clouds/pve/backup-runs.ts';
import { scripted } from '../proxmox/scripted.ts';

const begun = (words: string) => `INFO: starting new backup job: vzdump ${words}`;

test.each([
  ['101 --mode snapshot --storage pbs', 'pbs', '101'],
  ['9001 101 200 --quiet 1 --storage pbs', 'pbs', '101,200,9001'],
  ['--all 1 --exclude 101,102 --storage pbs --mode snapshot', 'pbs', 'all'],
  ["--pool office --notes-template '{{guestname}} 101' --storage 'pbs'", 'pbs', 'pool office'],
  ["101 --compress zstd --prune-backups 'keep-monthly=6,keep-weekly=5' --node pve", 'local', '101'],
])('%s', (words, storage, selection) => {
  expect(reportIn([begun(words)])).toEqual({ storage, selection, failures: [] });
});

test('Failures are those of guests, with their cause in one line; a log that does not say how it was called says nothing.', () => {
  const lines = [
    begun('101 102 --storage pbs'),
    'INFO: Starting Backup of VM 101 (qemu)',
    'ERROR: Backup of VM 101 failed - backup write data failed:\tcommand error',
    'INFO: Finished Backup of VM 102 (00:00:42)',
    'INFO: Backup job finished with errors',
    'TASK ERROR: job errors',
  ];
  expect(reportIn(lines)?.failures).toEqual([{ vmid: 101, why: 'backup write data failed: command error' }]);
  expect(reportIn(lines.slice(1))).toBeUndefined();
});

test('What never changes is read once, what failed again; and the least used go.', async () => {
  const kept = new Kept();
  let reads = 0;
  const read = () => Promise.resolve(++reads);
  expect([await kept.get('a', read), await kept.get('a', read)]).toEqual([1, 1]);
  await expect(kept.get('b', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(await kept.get('b', read)).toBe(2);
  for (let n = 0; n < 1000; n++) await kept.get(`x${n}`, () => Promise.resolve(n));
  expect(await kept.get('a', read)).toBe(3);
});

test('A disk is left out that could have been saved: neither a folder of the host nor an EFI disk without its BIOS is one.', async () => {
  const volume = (id: string, included: number, reason: string) => ({ id, name: id, included, reason });
  const { pve } = scripted({
    body: {
      data: {
        children: [
          {
            id: 200,
            type: 'lxc',
            children: [volume('rootfs', 1, 'rootfs'), volume('mp0', 0, 'disabled'), volume('mp1', 0, 'not a volume')],
          },
          {
            id: '201',
            type: 'qemu',
            children: [volume('scsi0', 1, 'default'), volume('efidisk0', 0, 'efidisk but no OMVF BIOS')],
          },
          { id: 202, type: 'unknown' },
        ],
      },
    },
  });
  expect(await includedIn(pve, 'nightly')).toEqual([
    { vmid: 200, saved: ['rootfs'], leftOut: ['mp0'] },
    { vmid: 201, saved: ['scsi0'], leftOut: [] },
    { vmid: 202, saved: [], leftOut: [] },
  ]);
});
