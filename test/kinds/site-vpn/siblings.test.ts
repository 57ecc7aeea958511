// SPDX-License-Identifier: GPL-3.0-or-later
/** SiteVpns that share a VPC do not wait for one that cannot go on, and do not take each other's site. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { putSecret, type Running } from '../../operator/worlds.ts';
import { briskOffices, messageOf, stopsAt, working, written } from './by-hand.ts';
import { office, type Office } from './office.ts';

let world: Office;
let running: Running;
beforeEach(() => {
  world = briskOffices();
  running = world.operator();
});
afterEach(() => world.end());

const home = (spec: object = {}) =>
  office({ site: { publicIP: '123.142.252.26', cidrs: ['192.168.64.0/24'] }, ...spec }, 'home');
const synced = (name: string) => world.is('Synced', 'True', name);

test('The older one lacks a key, or is paused: the younger one makes the gateway, and the older one uses it later.', async () => {
  const tunnels = { tunnel1: { presharedKeySecretRef: { name: 'home-secret' } } };
  await world.apply(home({ tunnels }));
  await stopsAt(world, 'PresharedKeyMissing', 'home');
  await world.pass(3);
  await world.apply(office());
  await world.until(() => synced('office'), 120);
  expect(world.status('home').vpnConnectionID).toBeUndefined();
  await putSecret(world, 'home-secret', { presharedKey: 'Home.Tunnel.Key' });
  await world.until(() => synced('home'), 120);
  expect(world.network().vpnGateways).toHaveLength(1);
  expect(written(running).filter((action) => action === 'CreateVpnGateway')).toHaveLength(1);
});

test('Two for one public address on one VPC: the second is told whose the connection is, and makes nothing.', async () => {
  await working(world);
  running.records.length = 0;
  await world.apply(home({ site: { publicIP: '123.142.252.25', cidrs: ['192.168.64.0/24'] } }));
  await stopsAt(world, 'OwnedByOther', 'home');
  expect(messageOf(world, 'Stalled', 'home')).toContain('belongs to SiteVpn/default/office');
  expect(written(running)).toEqual([]);
  expect(world.is('Ready', 'True', 'office')).toBe(true);
});

test('One Secret for the files of two: the second writes nothing over the first.', async () => {
  await working(world);
  const files = world.secret();
  await world.apply(home({ device: { type: 'Libreswan', secretRef: { name: 'office-gateway' } } }));
  await stopsAt(world, 'SecretNotOurs', 'home');
  expect(world.secret()).toEqual(files);
  expect(world.network().vpnConnections).toHaveLength(1);
});
