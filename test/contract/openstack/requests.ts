// SPDX-License-Identifier: GPL-3.0-or-later
/** One life of a router's extra routes, and every refusal on the way. Order matters: each request finds what those before left. */
import type { OpenStackSite } from './site.ts';

export interface Exchange {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly at: 'keystone' | 'neutron';
  readonly path: string;
  /** Whose token; `stranger`: one that nobody gave out. */
  readonly as: 'nobody' | 'member' | 'reader' | 'writer' | 'stranger';
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string;
}

interface Route {
  readonly destination: string;
  readonly nexthop: string;
}

const nowhere = '00000000-0000-0000-0000-000000000000';
const gateway = '192.168.0.10';
const toVpc = { destination: '10.26.0.0/16', nexthop: gateway };

function login(name: string, credential: object): Exchange {
  const identity = { methods: ['application_credential'], application_credential: credential };
  return {
    name,
    method: 'POST',
    at: 'keystone',
    path: '/auth/tokens',
    as: 'nobody',
    body: { auth: { identity } },
  };
}

function logins({ member, reader, writer }: OpenStackSite): Exchange[] {
  const token = { method: 'POST', at: 'keystone', path: '/auth/tokens', as: 'nobody' } as const;
  return [
    login('a token for the member', { id: member.id, secret: member.secret }),
    login('a token for the reader', { id: reader.id, secret: reader.secret }),
    login('a token for the writer', { id: writer.id, secret: writer.secret }),
    login('a wrong secret', { id: member.id, secret: 'something-else' }),
    login('no secret', { id: member.id }),
    login('an unknown credential', { id: 'unknown', secret: 'something-else' }),
    { ...token, name: 'an unknown method', body: { auth: { identity: { methods: ['nonsense'], nonsense: {} } } } },
    { ...token, name: 'a login that is not JSON', raw: '{' },
  ];
}

function looks({ router, foreign }: OpenStackSite): Exchange[] {
  const get = (name: string, path: string, as: Exchange['as'] = 'member'): Exchange => ({
    name,
    method: 'GET',
    at: 'neutron',
    path,
    as,
  });
  return [
    get('the extension', '/v2.0/extensions/extraroute-atomic'),
    get('an extension that there is not', '/v2.0/extensions/nonsense'),
    get('the router', `/v2.0/routers/${router}`),
    get('the router, some fields', `/v2.0/routers/${router}?fields=id&fields=name&fields=routes`, 'reader'),
    get('the router by name', '/v2.0/routers?name=office&fields=id&fields=name&fields=routes'),
    get('no router of that name', '/v2.0/routers?name=nonsense'),
    get('a router that there is not', `/v2.0/routers/${nowhere}`),
    get('a router of another project', `/v2.0/routers/${foreign}`),
    get('a router that the roles do not let see', `/v2.0/routers/${router}`, 'writer'),
    get('routers that the roles do not let see', '/v2.0/routers?name=office', 'writer'),
    get('a look without a token', `/v2.0/routers/${router}`, 'nobody'),
    get('a look with a strange token', `/v2.0/routers/${router}`, 'stranger'),
  ];
}

function edits({ router, foreign, subnet }: OpenStackSite): Exchange[] {
  const put = (name: string, path: string, more: Partial<Exchange>): Exchange => ({
    name,
    method: 'PUT',
    at: 'neutron',
    path: `/v2.0/routers/${path}`,
    as: 'member',
    ...more,
  });
  const change =
    (verb: 'add' | 'remove') =>
    (name: string, routes: readonly Partial<Route>[], on = router) =>
      put(name, `${on}/${verb}_extraroutes`, { body: { router: { routes } } });
  const [add, remove] = [change('add'), change('remove')];
  return [
    add('a route', [toVpc]),
    add('the same route again', [toVpc]),
    add('the same route twice in one request', [toVpc, toVpc]),
    { ...add('a route by a reader', [{ destination: '10.27.0.0/16', nexthop: gateway }]), as: 'reader' },
    add('a destination with bits behind its prefix is another route', [{ ...toVpc, destination: '10.26.1.0/16' }]),
    remove('which is taken away as it was written', [{ ...toVpc, destination: '10.26.1.0/16' }]),
    add('the same destination by another next hop', [{ ...toVpc, nexthop: '192.168.0.11' }]),
    remove('one of two next hops', [{ ...toVpc, nexthop: '192.168.0.11' }]),
    remove('a route that is not there', [{ ...toVpc, destination: '10.99.0.0/16' }]),
    add('a next hop in no subnet of the router', [{ destination: '10.27.0.0/16', nexthop: '192.168.9.10' }]),
    add('a next hop that is the router', [{ destination: '10.27.0.0/16', nexthop: '192.168.0.1' }]),
    add('a destination that is none', [{ destination: 'nonsense', nexthop: gateway }]),
    add('a destination with a length of 33', [{ destination: '10.27.0.0/33', nexthop: gateway }]),
    add('a next hop that is none', [{ destination: '10.27.0.0/16', nexthop: 'nonsense' }]),
    add('a route without a next hop', [{ destination: '10.27.0.0/16' }]),
    add(
      'more routes than a router may have',
      [1, 2, 3, 4, 5].map((n) => ({ destination: `10.10${n}.0.0/16`, nexthop: gateway })),
    ),
    add(
      'as many as it may have',
      [1, 2, 3, 4].map((n) => ({ destination: `10.10${n}.0.0/16`, nexthop: gateway })),
    ),
    remove(
      'all but one',
      [1, 2, 3, 4].map((n) => ({ destination: `10.10${n}.0.0/16`, nexthop: gateway })),
    ),
    add('at a router that there is not', [toVpc], nowhere),
    add('at a router of another project', [toVpc], foreign),
    remove('from a router that there is not', [toVpc], nowhere),
    { ...add('a route without a token', [toVpc]), as: 'nobody' },
    { ...add('a route with a strange token', [toVpc]), as: 'stranger' },
    put('an action that there is not', `${router}/nonsense_extraroutes`, { body: { router: { routes: [toVpc] } } }),
    put('routes that are not JSON', `${router}/add_extraroutes`, { raw: '{' }),
    put('an interface that a route needs', `${router}/remove_router_interface`, { body: { subnet_id: subnet } }),
    {
      name: 'a router that has an interface',
      method: 'DELETE',
      at: 'neutron',
      path: `/v2.0/routers/${router}`,
      as: 'member',
    },
    put('all routes in place of those that are there', router, {
      body: { router: { routes: [{ destination: '10.28.0.0/16', nexthop: gateway }] } },
    }),
    remove('what was replaced is not there any more', [toVpc]),
    remove('the last', [{ destination: '10.28.0.0/16', nexthop: gateway }]),
    put('an interface that no route needs', `${router}/remove_router_interface`, { body: { subnet_id: subnet } }),
    add('a next hop at a router without interfaces', [toVpc]),
  ];
}

export function exchanges(site: OpenStackSite): readonly Exchange[] {
  return [...logins(site), ...looks(site), ...edits(site)];
}
