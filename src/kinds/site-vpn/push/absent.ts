// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Off the device: routes and gateways first, as they name the interfaces. Of each part the ledger stays, disabled, until it says that the
 * rest is out of effect; a record that is disabled can go without being applied. Pure.
 */
import type { RecordKind } from '../../../clouds/opnsense/records.ts';
import type { Applied } from '../../../clouds/opnsense/requests.ts';
import type { Context } from '../plan/part.ts';
import { appliedOf, described, descriptionOf, unapplied } from './compare.ts';
import type { DeviceHere, FoundRecord } from './found.ts';
import { applying } from './part-steps.ts';
import { failedHold, type PushPart } from './plan.ts';
import type { PushStep } from './steps.ts';
import { idOf, ledgers, partOf } from './wanted.ts';

/** What the ledger says when nothing else is in effect. */
const nothing = '0000000000000000';

/** What names another goes first. */
const order: readonly RecordKind[] = ['route', 'gateway', 'child', 'local', 'remote', 'vti', 'key', 'connection'];

const off: Readonly<Record<Applied, Readonly<Record<string, string>>>> = {
  IPsec: { enabled: '0' },
  Routes: { disabled: '1' },
};

function isOff(part: Applied, { fields }: FoundRecord): boolean {
  return Object.entries(off[part]).every(([name, value]) => fields[name] === value);
}

function removal(device: DeviceHere, part: Applied, records: readonly FoundRecord[]) {
  const { url } = device;
  return {
    do: 'ConfigureDevice',
    effect: 'delete',
    target: `${part} of OPNsense ${url}`,
    url,
    part,
    connection: '',
    remove: records
      .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.uuid < b.uuid ? -1 : 1))
      .map(({ kind, uuid }) => ({ kind, uuid })),
    risk: 'disrupts',
  } as const;
}

function away(device: DeviceHere, part: Applied, ledgerID: string): readonly PushStep[] {
  const of = device.records.filter(({ kind }) => partOf(kind) === part);
  if (of.length === 0) return [];
  const ledger = of.find(({ uuid }) => uuid === ledgerID);
  if (!ledger) return [{ ...removal(device, part, of), set: [] }, applying(device, part)];
  const rest = of.filter((one) => one !== ledger);
  const apply = applying(device, part, { record: ledger, applied: nothing });
  if (rest.length > 0 || !isOff(part, ledger)) {
    const unmarked = described(ledger, unapplied(descriptionOf(ledger)));
    const set = [{ ...unmarked, fields: { ...off[part], ...unmarked.fields } }];
    return [{ ...removal(device, part, rest), set }, apply];
  }
  return appliedOf(ledger) === nothing ? [{ ...removal(device, part, of), set: [] }] : [apply];
}

/** Before the connection goes: a firewall that asks for a tunnel which is not there any more would ask for ever. */
export function absentPush({ spec, observed }: Context): PushPart {
  const { push, owner } = observed;
  if (!push || !spec.device?.push) return { steps: [] };
  if (push.found === 'failed') {
    const { message } = push.why;
    const cure = `${message.replace(/[.]?$/, '.')} To leave what is configured there as it is, remove spec.device.push`;
    return { steps: [], hold: failedHold({ ...push.why, message: cure }, push.url) };
  }
  const routes = away(push, 'Routes', idOf(owner, ledgers.Routes));
  return { steps: routes.length > 0 ? routes : away(push, 'IPsec', idOf(owner, ledgers.IPsec)) };
}

/** All stays as it is, and is nobody's. */
export function releasePush({ spec, observed: { push } }: Context): readonly PushStep[] {
  if (!push || push.found === 'failed' || !spec.device?.push || push.records.length === 0) return [];
  const set = push.records.map((one) => described(one, descriptionOf(one).replace(/ \(hybridcloud\.dev\/.*\)$/, '')));
  return [{ do: 'ReleaseDevice', effect: 'update', target: `OPNsense ${push.url}`, url: push.url, set }];
}
