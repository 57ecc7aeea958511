// SPDX-License-Identifier: GPL-3.0-or-later
/** What the device needs to be as AWS's side is now: IPsec first, as gateways name its interfaces; each part is applied once. Pure. */
import type { VpnConnection } from '../../../clouds/aws/ec2/vpn.ts';
import { Failure } from '../../../core/failure.ts';
import type { Hold } from '../../../core/plan.ts';
import { blocked, type Context } from '../plan/part.ts';
import { isUp } from '../tunnels.ts';
import type { DeviceHere } from './found.ts';
import { partSteps } from './part-steps.ts';
import type { PushStep } from './steps.ts';
import { idOf, ledgers, wantedRecords, type Wanted } from './wanted.ts';

export interface PushPart {
  readonly steps: readonly PushStep[];
  readonly hold?: Hold;
}

const held = (hold: Hold): PushPart => ({ steps: [], hold });

/** A device that cannot be looked at. */
export function failedHold({ why, reason, message }: Pick<Hold, 'why' | 'reason' | 'message'>, url: string): Hold {
  if (why === 'Waiting') return { why, reason, message };
  return blocked(reason, message, [{ kind: 'OPNsense', id: url }]);
}

/** What stands where this record belongs, and what to do about it. */
function inTheWay(
  { kind, uuid, fields, name }: Wanted,
  { records, foreign }: DeviceHere,
): readonly [string, string] | undefined {
  if (foreign.unmarked.includes(uuid))
    return [
      `the ${kind} ${uuid} (${name})`,
      'lost our mark in its description; write it there again, or delete the record',
    ];
  if (records.some((one) => one.uuid === uuid)) return undefined;
  const { ident = '', remote_ident = '', network = '', enabled } = fields;
  if (kind === 'key' && foreign.keys.includes(`${ident} ${remote_ident}`))
    return [`a pre-shared key for ${ident} ${remote_ident}`, 'is there and was not made by this object; delete it'];
  if (kind === 'route' && enabled === '1' && foreign.networks.includes(network))
    return [`a route to ${network}`, 'is there and was not made by this object; delete or disable it'];
  return undefined;
}

function conflict(wanted: readonly Wanted[], device: DeviceHere): Hold | undefined {
  for (const one of wanted) {
    const found = inTheWay(one, device);
    if (found) return conflictHold(device.url, ...found);
  }
  return undefined;
}

function conflictHold(url: string, what: string, rest: string): Hold {
  return blocked('DeviceRecordTaken', `On OPNsense ${url}, ${what} ${rest}. Nothing there was changed.`, [
    { kind: 'OPNsense', id: url },
  ]);
}

function present(context: Context, connection: VpnConnection, device: DeviceHere): PushPart {
  const { owner } = context.observed;
  const wanted = wantedRecords(context, connection, device);
  const hold = conflict(wanted, device);
  if (hold) return held(hold);
  const [ipsec = [], routes = []] = (['IPsec', 'Routes'] as const).map((part) =>
    partSteps({
      part,
      wanted: wanted.filter((one) => one.part === part),
      device,
      ledgerID: idOf(owner, ledgers[part]),
      connection: connection.id,
      mends: !connection.tunnels.every((tunnel) => isUp(tunnel, connection)),
    }),
  );
  return { steps: ipsec.length > 0 ? ipsec : routes };
}

/** Nothing where the spec names no device. A hold comes without steps. */
export function planPush(context: Context, connection: VpnConnection): PushPart {
  const { push } = context.observed;
  if (!push || !context.spec.device?.push) return { steps: [] };
  if (push.found === 'failed') return held(failedHold(push.why, push.url));
  try {
    return present(context, connection, push);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return held(blocked(error.reason, error.message, [{ kind: 'OPNsense', id: push.url }]));
  }
}
