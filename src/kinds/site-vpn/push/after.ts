// SPDX-License-Identifier: GPL-3.0-or-later
/** What the device looks like once a step on it is done; the same object when it already does. Pure. */
import type { Observed } from '../observed.ts';
import type { DeviceHere, FoundRecord } from './found.ts';
import type { PushStep, SetRecord } from './steps.ts';

/** Fields that are not given stay as they are. */
function withSet(records: readonly FoundRecord[], step: SetRecord): readonly FoundRecord[] {
  const { kind, uuid, fields, keyOf, partial } = step;
  const before = records.find((one) => one.uuid === uuid);
  if (!before && partial) return records;
  const keyed = keyOf === undefined ? {} : { keyed: true };
  const keyless = keyOf !== undefined && before?.keyed === false;
  const same = before && !keyless && Object.entries(fields).every(([name, value]) => before.fields[name] === value);
  if (same) return records;
  const next: FoundRecord = { kind, uuid, ...before, fields: { ...before?.fields, ...fields }, ...keyed };
  return before ? records.map((one) => (one === before ? next : one)) : [...records, next];
}

/** With a connection its parts go (ConnectionsController.php). */
function without(records: readonly FoundRecord[], id: string): readonly FoundRecord[] {
  const rest = records.filter(({ uuid, fields }) => uuid !== id && fields['connection'] !== id);
  return rest.length === records.length ? records : rest;
}

function afterConfigure(
  { records, ...device }: DeviceHere,
  { set, remove }: Extract<PushStep, { do: 'ConfigureDevice' }>,
): DeviceHere {
  const made = set.reduce<readonly FoundRecord[]>(withSet, records);
  return { ...device, records: remove.reduce((all, { uuid }) => without(all, uuid), made) };
}

function next(device: DeviceHere, step: PushStep): DeviceHere {
  switch (step.do) {
    case 'ConfigureDevice':
      return afterConfigure(device, step);
    case 'EnableDeviceIPsec':
      return device.enabled ? device : { ...device, enabled: true };
    case 'ApplyDevice':
      return step.ledger ? { ...device, records: withSet(device.records, step.ledger) } : device;
    case 'ReleaseDevice': {
      const gone = new Set(step.set.map(({ uuid }) => uuid));
      const records = device.records.filter(({ uuid }) => !gone.has(uuid));
      if (records.length === device.records.length) return device;
      const unmarked = [...new Set([...device.foreign.unmarked, ...gone])];
      return { ...device, records, foreign: { ...device.foreign, unmarked } };
    }
  }
}

export function afterPush(world: Observed, step: PushStep): Observed {
  const { push } = world;
  if (push?.found !== 'here') return world;
  const now = next(push, step);
  const same = now.enabled === push.enabled && now.records === push.records;
  return same ? world : { ...world, push: now };
}
