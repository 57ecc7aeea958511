// SPDX-License-Identifier: GPL-3.0-or-later
/** Which guests a job means (PVE::VZDump, get_included_guests). */
import type { Guest } from '../../state.ts';
import type { World } from '../../world.ts';
import { wrongParameters } from '../errors.ts';

export type JobOptions = Readonly<Record<string, string>>;

export const idsOf = (text: string | undefined) =>
  (text ?? '')
    .split(/[,;\s]+/)
    .filter((one) => one !== '')
    .map(Number);

export interface Selected {
  /** Undefined: it is named, and it is not there. */
  readonly guest: Guest | undefined;
  readonly vmid: number;
}

export function selected({ state }: World, options: JobOptions): readonly Selected[] {
  const { guests } = state.pve;
  const excluded = new Set(idsOf(options['exclude']));
  const all = [...guests.values()].filter(({ vmid }) => !excluded.has(vmid)).sort((a, b) => a.vmid - b.vmid);
  if (options['pool'] !== undefined)
    return all.filter(({ pool }) => pool === options['pool']).map((guest) => ({ guest, vmid: guest.vmid }));
  if (options['all'] === '1') return all.map((guest) => ({ guest, vmid: guest.vmid }));
  return idsOf(options['vmid']).map((vmid) => ({ guest: guests.get(vmid), vmid }));
}

/** PVE::VZDump, verify_vzdump_parameters. */
export function checkSelection(options: JobOptions): void {
  const given = ['all', 'pool', 'vmid'].filter((name) => options[name] !== undefined && options[name] !== '0');
  const [first, second] = given;
  if (first === undefined) throw wrongParameters({ vmid: 'property is missing' });
  if (second !== undefined) throw wrongParameters({ [first]: `option conflicts with option '${second}'` });
  if (options['exclude'] !== undefined && first === 'vmid')
    throw wrongParameters({ exclude: "option conflicts with option 'vmid'" });
}
