// SPDX-License-Identifier: GPL-3.0-or-later
/** What texts of failed tasks mean, and what to do. Pure. The texts are those of PVE::VZDump, PVE::Storage::PBSPlugin, proxmox-backup and proxmox-s3-client. */

export interface Cause {
  readonly is: string;
  readonly says: string;
  readonly cure: string;
}

interface Meaning extends Cause {
  readonly pattern: RegExp;
}

const meanings: readonly Meaning[] = [
  {
    pattern: /certificate verify failed|fingerprint/i,
    is: 'ServerReplaced',
    says: 'the backup server shows another certificate than Proxmox VE has pinned',
    cure: 'Look whether the server was replaced, or its certificate renewed',
  },
  {
    pattern: /could not activate storage.*(can't connect|no route|refused|timed? ?out)/i,
    is: 'ServerUnreachable',
    says: 'Proxmox VE does not reach the backup server',
    cure: 'Look whether it runs, and at the network between them',
  },
  {
    pattern: /authentication failed|401|permission check failed|missing permissions|could not activate storage.*403/i,
    is: 'TokenRefused',
    says: 'the backup server refuses the token of Proxmox VE',
    cure: 'Look whether it was removed, and whether it has the role DatastoreBackup',
  },
  {
    pattern: /maintenance mode/i,
    is: 'InMaintenance',
    says: 'the datastore was in maintenance',
    cure: 'End the maintenance mode of the datastore',
  },
  {
    pattern: /no space left on device|os error 28/i,
    is: 'CacheDiskFull',
    says: 'the disk of the cache was full',
    cure: 'Enlarge the disk of the cache (server.vm.cacheDisk), or set datastore.maxCacheSize',
  },
  {
    // before "403": S3 says this with that status
    pattern: /requesttimetooskewed|too skewed/i,
    is: 'ClockOff',
    says: "the backup server's clock is too far off for S3",
    cure: 'Let its clock be set by NTP',
  },
  {
    pattern:
      /403 forbidden|accessdenied|invalidaccesskeyid|signaturedoesnotmatch|no permission to access|archived and inaccessible|not in the active tier/i,
    is: 'BucketRefuses',
    says: 'the bucket refuses the key of the backup server',
    cure: 'Look at the key of the S3 endpoint, at the policies of user and bucket, and whether a lifecycle rule moves objects to an archive',
  },
  {
    // hyper-util's words for a connection that was not made or broke off, and what S3 says when it has no room for a request
    pattern: /client error \((connect|sendrequest)\)|unexpected status code 50[0-4]|slowdown|request timed? ?out.*s3/i,
    is: 'BucketUnreached',
    says: 'the backup server did not get through to S3',
    cure: "Look at its line, DNS and firewall on the way to the S3 endpoint, and at that service's own state",
  },
  {
    pattern: /backup owner check failed/i,
    is: 'OtherOwner',
    says: 'its backups belong to another token',
    cure: 'Give its backups to the user of the storage entry: `proxmox-backup-client change-owner vm/ID USER@pbs!TOKEN --repository SERVER:DATASTORE`, as an administrator of the datastore',
  },
  {
    pattern: /VM is locked/i,
    is: 'GuestLocked',
    says: 'it is locked by something else',
    cure: 'Look which task holds it, and unlock it when none does',
  },
  {
    pattern: /unable to find VM/i,
    is: 'GuestGone',
    says: 'there is no such guest any more',
    cure: 'Take it out of the job',
  },
];

/** `undefined`: nobody knows; the text is told as it is. */
export function causeOf(text: string): Cause | undefined {
  return meanings.find(({ pattern }) => pattern.test(text));
}
