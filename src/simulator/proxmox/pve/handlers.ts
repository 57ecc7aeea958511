// SPDX-License-Identifier: GPL-3.0-or-later
/** Which handler answers which endpoint. */
import * as access from './access.ts';
import type { PveHandler } from './call.ts';
import * as cluster from './cluster.ts';
import { createGuest } from './guests/create.ts';
import * as power from './guests/power.ts';
import * as show from './guests/show.ts';
import { resizeDisk, updateGuest } from './guests/update.ts';
import * as jobs from './backup/jobs.ts';
import { notBackedUp, includedVolumes } from './backup/coverage.ts';
import { runBackup } from './backup/vzdump.ts';
import * as pools from './pools.ts';
import * as content from './storage/content.ts';
import * as storages from './storage/entries.ts';
import * as state from './storage/state.ts';
import * as tasks from './tasks.ts';

const guest = '/nodes/{node}/qemu/{vmid}';
const storage = '/nodes/{node}/storage/{storage}';

export const pveHandlers: Readonly<Record<string, PveHandler>> = {
  'GET /version': cluster.showVersion,
  'GET /nodes': cluster.listNodes,
  'GET /nodes/{node}/status': cluster.nodeStatus,
  'GET /cluster/status': cluster.clusterStatus,
  'GET /cluster/resources': cluster.clusterResources,
  'GET /cluster/nextid': show.nextID,
  'GET /cluster/tasks': tasks.clusterTasks,
  'GET /cluster/jobs/schedule-analyze': cluster.analyzeSchedule,
  'POST /access/ticket': access.createTicket,
  'GET /access/permissions': access.showPermissions,
  'GET /access/acl': access.listAcl,
  'PUT /access/acl': access.changeAcl,
  'GET /access/roles': access.listRoles,
  'POST /access/roles': access.createRole,
  'GET /access/roles/{roleid}': access.showRole,
  'GET /access/users': access.listUsers,
  'GET /access/users/{userid}/token': access.listTokens,
  'GET /access/users/{userid}/token/{tokenid}': access.showToken,
  'POST /access/users/{userid}/token/{tokenid}': access.createToken,
  'PUT /access/users/{userid}/token/{tokenid}': access.updateToken,
  'DELETE /access/users/{userid}/token/{tokenid}': access.deleteToken,
  'GET /pools': pools.listPools,
  'POST /pools': pools.createPool,
  'PUT /pools': pools.updatePool,
  'GET /nodes/{node}/qemu': show.listGuests,
  'POST /nodes/{node}/qemu': createGuest,
  [`DELETE ${guest}`]: power.destroyGuest,
  [`GET ${guest}/config`]: show.showConfig,
  [`POST ${guest}/config`]: (call) => updateGuest(call, 'async'),
  [`PUT ${guest}/config`]: (call) => updateGuest(call, 'sync'),
  [`GET ${guest}/pending`]: show.showPending,
  [`PUT ${guest}/resize`]: resizeDisk,
  [`GET ${guest}/status/current`]: show.currentStatus,
  [`POST ${guest}/status/start`]: power.startGuest,
  [`POST ${guest}/status/stop`]: power.stopGuest,
  [`POST ${guest}/status/shutdown`]: power.shutdownGuest,
  [`POST ${guest}/status/reboot`]: power.rebootGuest,
  [`GET ${guest}/agent/network-get-interfaces`]: show.agentInterfaces,
  'GET /nodes/{node}/tasks': tasks.listTasks,
  'GET /nodes/{node}/tasks/{upid}/status': tasks.taskStatus,
  'GET /nodes/{node}/tasks/{upid}/log': tasks.taskLog,
  'DELETE /nodes/{node}/tasks/{upid}': tasks.stopTask,
  'GET /nodes/{node}/storage': state.listNodeStorages,
  [`GET ${storage}/status`]: state.storageStatus,
  [`GET ${storage}/identity`]: state.storageIdentity,
  'GET /nodes/{node}/scan/pbs': state.scanPbs,
  'GET /nodes/{node}/certificates/info': state.certificatesInfo,
  [`GET ${storage}/content`]: content.listContent,
  [`GET ${storage}/content/{volume}`]: content.showVolume,
  [`DELETE ${storage}/content/{volume}`]: content.deleteVolume,
  [`POST ${storage}/upload`]: content.uploadFile,
  [`POST ${storage}/download-url`]: content.downloadFile,
  'GET /nodes/{node}/query-url-metadata': content.urlMetadata,
  'GET /storage': storages.listStorages,
  'POST /storage': storages.createStorage,
  'GET /storage/{storage}': storages.showStorage,
  'PUT /storage/{storage}': storages.updateStorage,
  'DELETE /storage/{storage}': storages.deleteStorage,
  'GET /cluster/backup': jobs.listJobs,
  'POST /cluster/backup': jobs.createJob,
  'GET /cluster/backup/{id}': jobs.showJob,
  'PUT /cluster/backup/{id}': jobs.updateJob,
  'DELETE /cluster/backup/{id}': jobs.deleteJob,
  'GET /cluster/backup/{id}/included_volumes': includedVolumes,
  'GET /cluster/backup-info/not-backed-up': notBackedUp,
  'POST /nodes/{node}/vzdump': runBackup,
};
