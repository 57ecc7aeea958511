// SPDX-License-Identifier: GPL-3.0-or-later
/** The operator's own client on a site, real or simulated, and what has to come of it on both. */
import { expect } from '@jest/globals';
import { HttpsApis } from '../../../src/clouds/https/https-api.ts';
import { OpenStack, type OpenStackLogin } from '../../../src/clouds/openstack/openstack.ts';
import { Routers } from '../../../src/clouds/openstack/routers.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { CallRecord, Transport } from '../../../src/wire/call.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { ForbiddenPlaces } from '../../../src/wire/forbidden-places.ts';
import type { Credential, OpenStackSite } from './site.ts';

export interface Adapter {
  readonly records: CallRecord[];
  readonly learnt: string[];
  routers(credential: Credential, login?: Partial<OpenStackLogin>): Routers;
}

export function adapterOn(site: OpenStackSite, transport: Transport, clock: Clock): Adapter {
  const records: CallRecord[] = [];
  const learnt: string[] = [];
  const wire = createWire({ transport, clock, fence: unfenced, onCall: (record) => records.push(record) });
  const cloud = new OpenStack({
    apis: new HttpsApis(wire, { forbidden: new ForbiddenPlaces() }),
    clock,
    learn: (secret) => learnt.push(secret),
  });
  return {
    records,
    learnt,
    routers: (credential, login = {}) =>
      new Routers(
        cloud.session({
          authURL: site.keystone,
          trust: { by: 'System' },
          // the real one is on this machine
          granted: true,
          interface: 'public',
          ...login,
          credential: { id: credential.id, secret: credential.secret },
        }),
      ),
  };
}

const gateway = '192.168.0.10';
const toVpc = { destination: '10.26.0.0/16', nextHop: gateway };
const foreign = { destination: '10.27.0.0/16', nextHop: '192.168.0.11' };

/** One life: what was added is taken away again, and nothing else. */
export async function livesOn(site: OpenStackSite, { routers, records }: Adapter): Promise<void> {
  const office = routers(site.member);
  const routesOf = async () => {
    const found = await office.find({ id: site.router });
    return found.found === 'here'
      ? found.routes.map(({ written, nextHop }) => `${written} ${nextHop}`).toSorted()
      : found;
  };
  expect(await office.find({ name: 'office' })).toEqual({ found: 'here', id: site.router, name: 'office', routes: [] });
  await office.add(site.router, [foreign]);
  await office.add(site.router, [toVpc, foreign]);
  await office.add(site.router, [toVpc]);
  expect(await routesOf()).toEqual(['10.26.0.0/16 192.168.0.10', '10.27.0.0/16 192.168.0.11']);
  await office.remove(site.router, [toVpc]);
  await office.remove(site.router, [toVpc]);
  expect(await routesOf()).toEqual(['10.27.0.0/16 192.168.0.11']);
  const tokens = records.filter(({ call }) => call.action === 'CreateToken');
  expect(tokens.map(({ result }) => result)).toEqual([201]);
}

const nowhere = '00000000-0000-0000-0000-000000000000';

/** Each refusal with its own reason. */
export async function refusalsOn(site: OpenStackSite, { routers }: Adapter): Promise<void> {
  const office = routers(site.member);
  const via = (nextHop: string) => [{ destination: '10.30.0.0/16', nextHop }];
  const five = [1, 2, 3, 4, 5, 6].map((n) => ({ destination: `10.10${n}.0.0/16`, nextHop: gateway }));
  const refused = async (call: Promise<unknown>, reason: string, failureClass = 'Denied') => {
    await expect(call).rejects.toMatchObject({ class: failureClass, reason });
  };
  await refused(office.add(site.router, via('192.168.9.10')), 'NextHopNotConnected');
  await refused(office.add(site.router, via('192.168.0.1')), 'NextHopIsRouter');
  await refused(office.add(site.router, five), 'QuotaReached');
  await refused(office.add(nowhere, via(gateway)), 'RouterNotFound', 'Transient');
  await refused(routers(site.reader).add(site.router, via(gateway)), 'AccessDenied');
  await refused(routers({ ...site.member, secret: 'something-else' }).find({ name: 'office' }), 'CredentialsRejected');
  await refused(routers({ id: 'unknown', secret: 'something-else' }).find({ name: 'office' }), 'CredentialsRejected');
  await refused(routers(site.member, { region: 'Nowhere' }).find({ name: 'office' }), 'NoNetworkEndpoint');
  await refused(routers(site.member, { interface: 'admin' }).find({ name: 'office' }), 'NoNetworkEndpoint');
  await office.remove(nowhere, via(gateway));
  expect(await office.find({ id: nowhere })).toEqual({ found: 'absent' });
  expect(await office.find({ id: site.foreign })).toEqual({ found: 'absent' });
  expect(await office.find({ name: 'nonsense' })).toEqual({ found: 'absent' });
  expect(await routers(site.writer).find({ id: site.router })).toEqual({ found: 'absent' });
}
