// SPDX-License-Identifier: GPL-3.0-or-later
import { parseCustomerGatewayConfiguration } from '../../../clouds/aws/ec2/customer-gateway-configuration.ts';
import { readConfiguration } from '../../../clouds/aws/ec2/vpn-secrets.ts';
import { markIn } from '../../../clouds/opnsense/mark.ts';
import type { Opnsense } from '../../../clouds/opnsense/opnsense.ts';
import type { Actions } from '../../../core/kind.ts';
import { ownershipOf } from '../../../core/owner-mark.ts';
import { changed } from '../../changed.ts';
import type { Clouds } from '../connect.ts';
import { descriptionOf } from './compare.ts';
import { deviceOf } from './device.ts';
import type { PushStep, RemoveRecord, SetRecord } from './steps.ts';

type Configure = Extract<PushStep, { do: 'ConfigureDevice' }>;

/** Whether it is there. @throws Failure when it is not ours by now. */
async function isThere(clouds: Clouds, device: Opnsense, { kind, uuid }: RemoveRecord): Promise<boolean> {
  const fields = await device.get(kind, uuid);
  if (!fields) return false;
  const ownership = ownershipOf(markIn(descriptionOf({ kind, uuid, fields })), clouds.owner);
  if (ownership !== 'mine')
    throw changed(`The ${kind} ${uuid} on ${device.who} does not carry our mark any more; it was not touched`);
  return true;
}

/** By outside address. */
async function keysOf({ session, scope }: Clouds, connection: string): Promise<ReadonlyMap<string, string>> {
  const delivered = await readConfiguration(session, scope, connection);
  if (!delivered) throw changed('AWS does not give the gateway configuration yet');
  const { tunnels } = parseCustomerGatewayConfiguration(delivered.xml);
  return new Map([...tunnels].map(([outsideIP, { presharedKey }]) => [outsideIP, presharedKey]));
}

async function put(clouds: Clouds, device: Opnsense, [record, key]: readonly [SetRecord, string?]): Promise<void> {
  const there = await isThere(clouds, device, record);
  if (record.partial && !there) return;
  await device.set(record, key);
}

/** One after the other: what comes later names what came before. */
async function configure(clouds: Clouds, { set, remove, connection }: Configure): Promise<void> {
  const device = await deviceOf(clouds);
  const keyed = set.some(({ keyOf }) => keyOf !== undefined);
  const keys = keyed ? await keysOf(clouds, connection) : new Map<string, string>();
  for (const record of set) {
    const key = record.keyOf === undefined ? undefined : keys.get(record.keyOf);
    if (record.keyOf !== undefined && key === undefined)
      throw changed(`AWS has no tunnel ${record.keyOf} any more; nothing was changed on ${device.who}`);
    await put(clouds, device, key === undefined ? [record] : [record, key]);
  }
  for (const record of remove) if (await isThere(clouds, device, record)) await device.remove(record);
}

export const pushActions: Actions<PushStep, Clouds> = {
  ConfigureDevice: configure,
  EnableDeviceIPsec: async (clouds) => (await deviceOf(clouds)).enable(),
  ApplyDevice: async (clouds, { part, ledger }) => {
    const device = await deviceOf(clouds);
    await device.apply(part);
    if (ledger) await put(clouds, device, [ledger]);
  },
  ReleaseDevice: async (clouds, { set }) => {
    const device = await deviceOf(clouds);
    for (const record of set) await put(clouds, device, [record]);
  },
};
