// SPDX-License-Identifier: GPL-3.0-or-later
/** Which request is which: https://docs.openstack.org/api-ref/network/v2/#routers-routers */
import type { Incoming, OpenStackSetup } from './incoming.ts';
import { tokenOf } from './keystone.ts';
import { json, networkError, notSimulated, Refusal, type Reply } from './reply.ts';
import {
  deleteRouter,
  editRoutes,
  getRouter,
  listRouters,
  removeInterface,
  updateRouter,
  type Visit,
} from './routers.ts';
import type { OpenStackState } from './state.ts';

const extension = {
  name: 'Atomically add/remove extra routes',
  alias: 'extraroute-atomic',
  description: 'Edit extra routes of a router on server side by atomically adding/removing extra routes',
  updated: '2019-07-10T00:00:00+00:00',
  links: [],
};

function extensionOf({ setup }: Visit, alias: string): Reply {
  if (alias === extension.alias && setup.atomic) return json(200, { extension });
  const message = `The resource could not be found.<br /><br />\nExtension with alias ${alias} does not exist\n\n`;
  throw new Refusal({ ...json(404, { message, code: '404 Not Found', title: 'Not Found' }), errorCode: 'NotFound' });
}

function onRouter(visit: Visit, id: string, action: string | undefined): Reply {
  const { method } = visit.incoming;
  const what = action === undefined ? method : `${method} ${action}`;
  if (what === 'GET') return getRouter(visit, id);
  if (what === 'PUT') return updateRouter(visit, id);
  if (what === 'DELETE') return deleteRouter(visit, id);
  if (what === 'PUT remove_router_interface') return removeInterface(visit, id);
  if (visit.setup.atomic && (what === 'PUT add_extraroutes' || what === 'PUT remove_extraroutes'))
    return editRoutes(visit, id, what === 'PUT add_extraroutes' ? 'add_extraroutes' : 'remove_extraroutes');
  if (method !== 'PUT' || action === 'add_router_interface') throw notSimulated(what);
  // of the actions of other extensions nothing is known here, so they are as good as absent
  throw networkError(404, 'HTTPNotFound', 'The resource could not be found.');
}

export function answerNetwork(setup: OpenStackSetup, state: OpenStackState, incoming: Incoming): Reply {
  const visit: Visit = { setup, state, incoming, token: tokenOf(state, incoming) };
  const [, version, resource, id, action, ...more] = incoming.path.split('/');
  const what = `${incoming.method} ${incoming.path}`;
  if (version !== 'v2.0' || more.length > 0) throw notSimulated(what);
  if (resource === 'extensions' && id !== undefined && incoming.method === 'GET') return extensionOf(visit, id);
  if (resource !== 'routers') throw notSimulated(what);
  if (id !== undefined) return onRouter(visit, id, action);
  if (incoming.method !== 'GET') throw notSimulated(what);
  return listRouters(visit);
}
