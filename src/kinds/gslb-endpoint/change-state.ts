// SPDX-License-Identifier: GPL-3.0-or-later
/** Of what this process sent last for the names that are looked at. `Unknown`: it sent nothing, so somebody else may have, a moment ago. */
export type ChangeState = 'Pending' | 'InSync' | 'Unknown';

/** A change that the status says was under way: another process sent it, and it may have sent one more that the status does not know of. */
export interface RememberedChange {
  readonly id: string;
  readonly state: 'Pending' | 'InSync';
}

interface Known {
  readonly change: ChangeState;
  readonly remembered?: RememberedChange;
}

/** What is told of the last change, as far as it is known. Before something is destroyed only `change` counts. */
export function toldChange({ change, remembered }: Known): ChangeState {
  return change === 'Unknown' ? (remembered?.state ?? change) : change;
}
