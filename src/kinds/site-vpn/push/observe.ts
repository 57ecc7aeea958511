// SPDX-License-Identifier: GPL-3.0-or-later
/** A look at the device: what bears our mark, whole, and of the rest what can stand in our way. Reads only. */
import { hasKey } from '../../../clouds/aws/ec2/tunnel-keys.ts';
import type { AgeLimit } from '../../../clouds/aws/iam/users.ts';
import type { VpnConnection } from '../../../clouds/aws/ec2/vpn.ts';
import type { Row } from '../../../clouds/opnsense/answers.ts';
import { markIn } from '../../../clouds/opnsense/mark.ts';
import type { Opnsense } from '../../../clouds/opnsense/opnsense.ts';
import { places, type RecordKind } from '../../../clouds/opnsense/records.ts';
import { Failure } from '../../../core/failure.ts';
import { ownershipOf, type Owner } from '../../../core/owner-mark.ts';
import type { Clouds } from '../connect.ts';
import { deviceOf } from './device.ts';
import type { DeviceFound, DeviceHere, Foreign, FoundRecord } from './found.ts';
import { idOf } from './wanted.ts';

type Lists = Readonly<Record<RecordKind, readonly Row[]>>;

const kinds = Object.keys(places) as RecordKind[];

async function lists(device: Opnsense): Promise<Lists> {
  const all = await Promise.all(kinds.map(async (kind) => [kind, await device.list(kind)] as const));
  return Object.fromEntries(all) as Lists;
}

function isMarked(owner: Owner, { description, descr }: Row): boolean {
  return ownershipOf(markIn(description ?? descr ?? ''), owner) === 'mine';
}

/** A look as it is kept: keys of the device stay beside it, in memory, to be compared with AWS's at every look at those. */
interface Kept {
  readonly device: Omit<DeviceHere, 'url'>;
  /** By the record's id. */
  readonly keys: ReadonlyMap<string, string>;
}

/** A key goes no further than to be compared. */
function compared({ device, keys }: Kept, ours: readonly VpnConnection[]): Omit<DeviceHere, 'url'> {
  const records = device.records.map((one) => {
    if (one.kind !== 'key') return one;
    const [outsideIP, key] = [one.fields['remote_ident'] ?? '', keys.get(one.uuid) ?? ''];
    return { ...one, keyed: !ours.some((connection) => hasKey(connection, outsideIP, key) === false) };
  });
  return { ...device, records };
}

function isOn({ enabled, disabled }: Row): boolean {
  return enabled !== '0' && disabled !== '1';
}

const fixed = kinds.filter((kind) => kind !== 'route').flatMap((kind) => [`${kind}_1`, `${kind}_2`]);

function foreignIn(all: Lists, owner: Owner): Foreign {
  const others = (kind: RecordKind) => all[kind].filter((row) => !isMarked(owner, row));
  const routes = others('route');
  const ids = new Set([
    ...fixed.map((name) => idOf(owner, name)),
    ...routes.flatMap(({ network = '' }) => [idOf(owner, `route_1_${network}`), idOf(owner, `route_2_${network}`)]),
  ]);
  return {
    keys: others('key').map(({ ident = '', remote_ident = '' }) => `${ident} ${remote_ident}`),
    reqids: others('vti').flatMap(({ reqid }) => (reqid === undefined ? [] : [String(reqid)])),
    networks: routes.filter(isOn).flatMap(({ network }) => network ?? []),
    unmarked: kinds.flatMap((kind) =>
      others(kind).flatMap(({ uuid }) => (uuid !== undefined && ids.has(uuid) ? [uuid] : [])),
    ),
  };
}

async function lookAt(device: Opnsense, owner: Owner): Promise<Kept> {
  const [enabled, all] = await Promise.all([device.enabled(), lists(device)]);
  const marked = kinds.flatMap((kind) =>
    all[kind].flatMap((row) => (row.uuid !== undefined && isMarked(owner, row) ? [{ kind, uuid: row.uuid }] : [])),
  );
  const keys = new Map<string, string>();
  const records = await Promise.all(
    marked.map(async ({ kind, uuid }): Promise<readonly FoundRecord[]> => {
      const given = await device.get(kind, uuid);
      if (!given) return [];
      const { Key: key, ...fields } = given;
      if (key !== undefined) keys.set(uuid, key);
      return [{ kind, uuid, fields }];
    }),
  );
  return { device: { found: 'here', enabled, records: records.flat(), foreign: foreignIn(all, owner) }, keys };
}

function failedBy(error: Failure): Extract<DeviceFound, { found: 'failed' }>['why'] {
  const { reason, message } = error;
  return { why: error.class === 'Transient' ? 'Waiting' : 'Blocked', reason, message };
}

/**
 * Only where the spec pushes. A device that does not answer keeps nobody from looking after AWS's side: that it failed is an observation.
 * @param ours This object's connections, as `Vpns` gave them.
 */
export async function observeDevice(
  clouds: Clouds,
  ours: readonly VpnConnection[],
  { maxAgeMs }: AgeLimit,
): Promise<{ readonly push?: DeviceFound }> {
  const url = clouds.spec.device?.push?.opnsense.url;
  if (url === undefined) return {};
  try {
    const device = await deviceOf(clouds);
    const kept = await device.look(maxAgeMs, () => lookAt(device, clouds.owner));
    return { push: { url, ...compared(kept, ours) } };
  } catch (error) {
    if (!(error instanceof Failure) || error.class === 'Fenced') throw error;
    return { push: { found: 'failed', url, why: failedBy(error) } };
  }
}
