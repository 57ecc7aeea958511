// SPDX-License-Identifier: GPL-3.0-or-later
/** What the device needs to be as AWS's side is now: IPsec first, as gateways name its interfaces; each part is applied once. Pure. */
import type { VpnConnection } from '../../../clouds/aws/vpn.ts';
import type { Applied } from '../../../clouds/opnsense/requests.ts';
import { Failure } from '../../../core/failure.ts';
import type { Hold } from '../../../core/plan.ts';
import { blocked, type Context } from '../plan/part.ts';
import { appliedOf, described, descriptionOf, digestOf, isAs, unapplied, withApplied } from './compare.ts';
import type { DeviceHere, FoundRecord } from './found.ts';
import type { PushStep, SetRecord } from './steps.ts';
import { idOf, ledgers, partOf, wantedRecords, type Wanted } from './wanted.ts';

export interface PushPart {
  readonly steps: readonly PushStep[];
  readonly hold?: Hold;
}

const held = (hold: Hold): PushPart => ({ steps: [], hold });

const lookAgainMs = 60_000;

/** A device that cannot be looked at. */
export function failedHold({ why, reason, message }: Pick<Hold, 'why' | 'reason' | 'message'>, url: string): Hold {
  if (why === 'Waiting') return { why, reason, message, lookAgainAfterMs: lookAgainMs };
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

interface PartPlanned {
  readonly part: Applied;
  readonly wanted: readonly Wanted[];
  readonly device: DeviceHere;
  readonly ledgerID: string;
  readonly connection: string;
}

/** What is to be saved; the ledger first, so that it says nothing of what is about to change. */
function changesOf({ wanted, device, ledgerID }: PartPlanned): readonly SetRecord[] {
  const have = new Map(device.records.map((one) => [one.uuid, one]));
  const changes = wanted.filter((one) => !isAs(one, have.get(one.uuid)));
  const set = changes.map(({ kind, uuid, fields, keyOf }) => ({
    kind,
    uuid,
    fields,
    ...(keyOf === undefined ? {} : { keyOf }),
  }));
  const ledger = have.get(ledgerID);
  if (!ledger || appliedOf(ledger) === undefined || set.some(({ uuid }) => uuid === ledgerID)) return set;
  return [described(ledger, unapplied(descriptionOf(ledger))), ...set];
}

export function applying(
  { url }: Pick<DeviceHere, 'url'>,
  part: Applied,
  ledger?: { readonly record: FoundRecord | Wanted; readonly applied: string },
): PushStep {
  const target = `${part} of OPNsense ${url}`;
  if (!ledger) return { do: 'ApplyDevice', effect: 'update', target, url, part };
  const text = withApplied(descriptionOf(ledger.record), ledger.applied);
  return { do: 'ApplyDevice', effect: 'update', target, url, part, ledger: described(ledger.record, text) };
}

function planPart(given: PartPlanned): readonly PushStep[] {
  const { part, wanted, device, ledgerID, connection } = given;
  const { url, records } = device;
  const of = records.filter(({ kind }) => partOf(kind) === part);
  const keep = new Set(wanted.map(({ uuid }) => uuid));
  const surplus = of.filter(({ uuid }) => !keep.has(uuid));
  const changed = wanted.filter(
    (one) =>
      !isAs(
        one,
        of.find(({ uuid }) => uuid === one.uuid),
      ),
  );
  const ledger = wanted.find(({ uuid }) => uuid === ledgerID);
  const apply = ledger ? [applying(device, part, { record: ledger, applied: digestOf(wanted) })] : [];
  if (changed.length === 0 && surplus.length === 0)
    return appliedOf(of.find(({ uuid }) => uuid === ledgerID)) === digestOf(wanted) ? [] : apply;
  const there = changed.some(({ uuid }) => of.some((one) => one.uuid === uuid));
  const what =
    of.length === 0
      ? ''
      : `: ${[...changed.map(({ name }) => name), ...surplus.map(({ kind }) => `a ${kind} less`)].join(', ')}`;
  return [
    {
      do: 'ConfigureDevice',
      effect: of.length === 0 ? 'create' : 'update',
      target: `${part} of OPNsense ${url}${what}`,
      url,
      part,
      connection,
      set: changesOf({ ...given, device }),
      remove: surplus.map(({ kind, uuid }) => ({ kind, uuid })),
      ...(there || surplus.length > 0 ? { risk: 'disrupts' as const } : {}),
    },
    ...apply,
  ];
}

function present(context: Context, connection: VpnConnection, device: DeviceHere): PushPart {
  const wanted = wantedRecords(context, connection, device);
  const hold = conflict(wanted, device);
  if (hold) return held(hold);
  const parts = (['IPsec', 'Routes'] as const).map((part) => {
    const ledgerID = idOf(context.observed.owner, ledgers[part]);
    const of = wanted.filter((one) => one.part === part);
    return planPart({ part, wanted: of, device, ledgerID, connection: connection.id });
  });
  const [ipsec = [], routes = []] = parts;
  if (device.enabled) return { steps: ipsec.length > 0 ? ipsec : routes };
  const enable: PushStep = {
    do: 'EnableDeviceIPsec',
    effect: 'update',
    target: `IPsec of OPNsense ${device.url}`,
    url: device.url,
  };
  const ledger = wanted.find(({ name }) => name === ledgers.IPsec);
  const applied = digestOf(wanted.filter(({ part }) => part === 'IPsec'));
  const apply = ledger ? [applying(device, 'IPsec', { record: ledger, applied })] : [];
  // what is saved already is applied anew: while IPsec was off, nothing was
  return { steps: [...ipsec.filter((step) => step.do === 'ConfigureDevice'), enable, ...apply] };
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
