// SPDX-License-Identifier: GPL-3.0-or-later
/** The steps that bring one part of the device to what shall be: saved first, then applied once. Pure. */
import type { Applied } from '../../../clouds/opnsense/requests.ts';
import { appliedOf, described, descriptionOf, digestOf, isAs, unapplied, withApplied } from './compare.ts';
import type { DeviceHere, FoundRecord } from './found.ts';
import type { PushStep, SetRecord } from './steps.ts';
import { partOf, type Wanted } from './wanted.ts';

export interface PartPlanned {
  readonly part: Applied;
  readonly wanted: readonly Wanted[];
  readonly device: DeviceHere;
  readonly ledgerID: string;
  readonly connection: string;
  /** Not all tunnels carry traffic: what differs may be why. */
  readonly mends: boolean;
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

interface Compared {
  readonly have: ReadonlyMap<string, FoundRecord>;
  readonly changed: readonly Wanted[];
  readonly surplus: readonly FoundRecord[];
}

function compare({ part, wanted, device }: PartPlanned): Compared {
  const of = device.records.filter(({ kind }) => partOf(kind) === part);
  const have = new Map(of.map((one) => [one.uuid, one]));
  const keep = new Set(wanted.map(({ uuid }) => uuid));
  return {
    have,
    changed: wanted.filter((one) => !isAs(one, have.get(one.uuid))),
    surplus: of.filter(({ uuid }) => !keep.has(uuid)),
  };
}

/** What is to be saved; the ledger first, so that it says nothing of what is about to change. */
function toSet({ have, changed }: Compared, ledgerID: string): readonly SetRecord[] {
  const set = changed.map(({ kind, uuid, fields, keyOf }) => ({
    kind,
    uuid,
    fields,
    ...(keyOf === undefined ? {} : { keyOf }),
  }));
  const ledger = have.get(ledgerID);
  if (!ledger || appliedOf(ledger) === undefined || set.some(({ uuid }) => uuid === ledgerID)) return set;
  return [described(ledger, unapplied(descriptionOf(ledger))), ...set];
}

function configuring(
  { part, device: { url }, ledgerID, connection, mends }: PartPlanned,
  found: Compared,
): readonly PushStep[] {
  const { have, changed, surplus } = found;
  const set = toSet(found, ledgerID);
  if (set.length === 0 && surplus.length === 0) return [];
  const what = [...changed.map(({ name }) => name), ...surplus.map(({ kind }) => `a ${kind} less`)];
  const touched = surplus.length > 0 || changed.some(({ uuid }) => have.has(uuid));
  return [
    {
      do: 'ConfigureDevice',
      effect: have.size === 0 ? 'create' : 'update',
      target: `${part} of OPNsense ${url}${have.size === 0 || what.length === 0 ? '' : `: ${what.join(', ')}`}`,
      url,
      part,
      connection,
      set,
      remove: surplus.map(({ kind, uuid }) => ({ kind, uuid })),
      ...(touched && !mends ? { risk: 'disrupts' as const } : {}),
    },
  ];
}

/** While IPsec is off nothing of it is in effect, whatever the ledger says: that is unwritten first, so that no crash leaves it believed. */
export function partSteps(given: PartPlanned): readonly PushStep[] {
  const { part, wanted, device, ledgerID } = given;
  const { url } = device;
  const found = compare(given);
  const off = part === 'IPsec' && !device.enabled;
  const applied = digestOf(wanted);
  const ledger = wanted.find(({ uuid }) => uuid === ledgerID);
  const apply = ledger ? [applying(device, part, { record: ledger, applied })] : [];
  const same = found.changed.length === 0 && found.surplus.length === 0;
  if (same && !off) return appliedOf(found.have.get(ledgerID)) === applied ? [] : apply;
  const enable: readonly PushStep[] = off
    ? [{ do: 'EnableDeviceIPsec', effect: 'update', target: `IPsec of OPNsense ${url}`, url }]
    : [];
  return [...configuring(given, found), ...enable, ...apply];
}
