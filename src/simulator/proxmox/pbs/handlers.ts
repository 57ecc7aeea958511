// SPDX-License-Identifier: GPL-3.0-or-later
/** Which handler answers which endpoint. */
import * as access from './access.ts';
import type { PbsHandler } from './call.ts';
import * as jobs from './jobs.ts';
import * as node from './node.ts';
import * as s3 from './s3.ts';
import * as admin from './store/admin.ts';
import * as config from './store/config.ts';
import * as tasks from './tasks.ts';

const store = '/admin/datastore/{store}';
const user = '/access/users/{userid}';

function jobHandlers(kind: jobs.JobKind): Readonly<Record<string, PbsHandler>> {
  return {
    [`GET /config/${kind}`]: jobs.listJobs(kind),
    [`POST /config/${kind}`]: jobs.createJob(kind),
    [`GET /config/${kind}/{id}`]: jobs.showJob(kind),
    [`PUT /config/${kind}/{id}`]: jobs.updateJob(kind),
    [`DELETE /config/${kind}/{id}`]: jobs.deleteJob(kind),
    [`GET /admin/${kind}`]: jobs.jobStates(kind),
    [`POST /admin/${kind}/{id}/run`]: jobs.runJob(kind),
  };
}

export const pbsHandlers: Readonly<Record<string, PbsHandler>> = {
  'GET /ping': node.ping,
  'GET /version': node.version,
  'GET /nodes/{node}/status': node.nodeStatus,
  'POST /nodes/{node}/status': node.changePower,
  'GET /nodes/{node}/time': node.showTime,
  'GET /nodes/{node}/identity': node.identity,
  'GET /nodes/{node}/certificates/info': node.certificates,
  'GET /nodes/{node}/disks/list': node.listDisks,
  'GET /nodes/{node}/disks/directory': node.listDirectories,
  'POST /nodes/{node}/disks/directory': node.createDirectory,
  'GET /nodes/{node}/tasks': tasks.listTasks,
  'GET /nodes/{node}/tasks/{upid}/status': tasks.taskStatus,
  'GET /nodes/{node}/tasks/{upid}/log': tasks.taskLog,
  'DELETE /nodes/{node}/tasks/{upid}': tasks.stopTask,
  'POST /access/ticket': access.createTicket,
  'PUT /access/password': access.changePassword,
  'GET /access/permissions': access.showPermissions,
  'GET /access/roles': access.listRoles,
  'GET /access/acl': access.listAcl,
  'PUT /access/acl': access.changeAcl,
  'GET /access/users': access.listUsers,
  'POST /access/users': access.createUser,
  [`GET ${user}`]: access.showUser,
  [`PUT ${user}`]: access.updateUser,
  [`DELETE ${user}`]: access.deleteUser,
  [`GET ${user}/token`]: access.listTokens,
  [`GET ${user}/token/{token-name}`]: access.showToken,
  [`POST ${user}/token/{token-name}`]: access.createToken,
  [`PUT ${user}/token/{token-name}`]: access.updateToken,
  [`DELETE ${user}/token/{token-name}`]: access.deleteToken,
  'GET /config/s3': s3.listEndpoints,
  'POST /config/s3': s3.createEndpoint,
  'GET /config/s3/{id}': s3.showEndpoint,
  'PUT /config/s3/{id}': s3.updateEndpoint,
  'DELETE /config/s3/{id}': s3.deleteEndpoint,
  'GET /config/s3/{id}/list-buckets': s3.bucketsOf,
  'PUT /admin/s3/{s3-endpoint-id}/check': s3.checkEndpoint,
  'PUT /admin/s3/{s3-endpoint-id}/reset-counters': s3.resetCounters,
  'GET /config/datastore': config.listDatastores,
  'POST /config/datastore': config.createDatastore,
  'GET /config/datastore/{name}': config.showDatastore,
  'PUT /config/datastore/{name}': config.updateDatastore,
  'DELETE /config/datastore/{name}': config.deleteDatastore,
  'GET /admin/datastore': admin.listStores,
  'GET /status/datastore-usage': admin.listUsage,
  [`GET ${store}/status`]: admin.showStatus,
  [`GET ${store}/active-operations`]: admin.showOperations,
  [`GET ${store}/snapshots`]: admin.listSnapshots,
  [`DELETE ${store}/snapshots`]: admin.deleteSnapshot,
  [`GET ${store}/groups`]: admin.listGroups,
  [`DELETE ${store}/groups`]: admin.deleteGroup,
  [`GET ${store}/namespace`]: admin.listNamespaces,
  [`POST ${store}/namespace`]: admin.createNamespace,
  [`DELETE ${store}/namespace`]: admin.deleteNamespace,
  [`PUT ${store}/protected`]: admin.protectSnapshot,
  [`POST ${store}/change-owner`]: admin.changeOwner,
  [`PUT ${store}/s3-refresh`]: admin.refreshStore,
  [`POST ${store}/gc`]: admin.startGc,
  [`GET ${store}/gc`]: admin.gcStatus,
  [`POST ${store}/verify`]: admin.startVerify,
  'GET /admin/gc': jobs.gcStates,
  'GET /admin/gc/{store}': jobs.gcStates,
  ...jobHandlers('prune'),
  ...jobHandlers('verify'),
};
