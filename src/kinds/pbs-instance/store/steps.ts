// SPDX-License-Identifier: GPL-3.0-or-later
import type { PruneJob, VerifyJob } from '../../../clouds/pbs/care.ts';
import type { Maintenance, NewDatastore } from '../../../clouds/pbs/datastores.ts';
import type { S3Endpoint } from '../../../clouds/pbs/s3-endpoints.ts';
import type { Step } from '../../../core/step.ts';

interface Of<Do extends string> extends Step {
  readonly part: 'store';
  readonly do: Do;
}

export type StoreStep =
  | (Of<'ClaimBackupTarget'> & { readonly name: string })
  /** `former`: the spec named it before. */
  | (Of<'ReleaseBackupTarget'> & { readonly name: string; readonly former?: true })
  | (Of<'AddS3Endpoint'> & { readonly endpoint: S3Endpoint; readonly secret: string })
  /** With its key, always; and the datastore's comment, which says which key that was. */
  | (Of<'ChangeS3Endpoint'> & {
      readonly endpoint: S3Endpoint;
      readonly secret: string;
      readonly datastore?: Omit<NewDatastore, 's3' | 'reuse'>;
    })
  | (Of<'RemoveS3Endpoint'> & { readonly id: string })
  /** After the server has written, read and deleted an object in the bucket. */
  | (Of<'CreateDatastore'> & { readonly datastore: NewDatastore })
  | (Of<'ChangeDatastore'> & { readonly datastore: Omit<NewDatastore, 's3' | 'reuse'> })
  | (Of<'BeginMaintenance'> & { readonly name: string; readonly maintenance: Maintenance })
  /** Only what bears our mark. */
  | (Of<'EndMaintenance'> & { readonly name: string })
  | (Of<'RefreshDatastore'> & { readonly name: string })
  /** Every object stays in the bucket. */
  | (Of<'DetachDatastore'> & { readonly name: string })
  | (Of<'DestroyDatastore'> & { readonly name: string })
  | (Of<'NoteDatastore'> & { readonly secret: string; readonly note: string })
  | (Of<'AddPruneJob' | 'ChangePruneJob'> & { readonly job: PruneJob; readonly known?: PruneJob })
  | (Of<'AddVerifyJob' | 'ChangeVerifyJob'> & { readonly job: VerifyJob });
