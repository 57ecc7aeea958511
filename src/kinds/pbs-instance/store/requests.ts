// SPDX-License-Identifier: GPL-3.0-or-later
/** The calls of a step, for previews and for act.ts. Pure. */
import {
  addPruneRequest,
  addVerifyRequest,
  changePruneRequest,
  changeVerifyRequest,
} from '../../../clouds/pbs/care.ts';
import {
  addDatastoreRequest,
  beginMaintenanceRequest,
  changeDatastoreRequest,
  destroyDatastoreRequest,
  detachDatastoreRequest,
  endMaintenanceRequest,
  refreshRequest,
} from '../../../clouds/pbs/datastores.ts';
import { addS3Request, changeS3Request, checkS3Request, removeS3Request } from '../../../clouds/pbs/s3-endpoints.ts';
import type { Asked } from '../../../clouds/proxmox/asked.ts';
import type { StoreStep } from './steps.ts';

/** @param secretKey Where an endpoint is given its key; a preview shows none. */
export function storeRequests(step: StoreStep, secretKey = ''): readonly Asked[] {
  switch (step.do) {
    case 'AddS3Endpoint':
      return [addS3Request(step.endpoint, secretKey)];
    case 'ChangeS3Endpoint':
      return [
        changeS3Request(step.endpoint, secretKey),
        ...(step.datastore ? [changeDatastoreRequest(step.datastore)] : []),
      ];
    case 'RemoveS3Endpoint':
      return [removeS3Request(step.id)];
    case 'CreateDatastore': {
      const { name, s3 } = step.datastore;
      return [checkS3Request(s3.client, s3.bucket, name), addDatastoreRequest(step.datastore)];
    }
    case 'ChangeDatastore':
      return [changeDatastoreRequest(step.datastore)];
    case 'BeginMaintenance':
      return [beginMaintenanceRequest(step.name, step.maintenance)];
    case 'EndMaintenance':
      return [endMaintenanceRequest(step.name)];
    case 'RefreshDatastore':
      return [refreshRequest(step.name)];
    case 'DetachDatastore':
      return [detachDatastoreRequest(step.name)];
    case 'DestroyDatastore':
      return [destroyDatastoreRequest(step.name)];
    default:
      return careRequests(step);
  }
}

type CareStep = Extract<
  StoreStep,
  { part: 'store'; do: `${string}Job` | 'ClaimBackupTarget' | 'ReleaseBackupTarget' | 'NoteDatastore' }
>;

/** Claims and notes are Kubernetes' alone. */
function careRequests(step: CareStep): readonly Asked[] {
  switch (step.do) {
    case 'AddPruneJob':
      return [addPruneRequest(step.job)];
    case 'ChangePruneJob':
      return [changePruneRequest(step.job, step.known ?? step.job)];
    case 'AddVerifyJob':
      return [addVerifyRequest(step.job)];
    case 'ChangeVerifyJob':
      return [changeVerifyRequest(step.job)];
    default:
      return [];
  }
}
