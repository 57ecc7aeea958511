// SPDX-License-Identifier: GPL-3.0-or-later
/** Of what this process sent last for the names that are looked at. `Unknown`: it sent nothing, so somebody else may have, a moment ago. */
export type ChangeState = 'Pending' | 'InSync' | 'Unknown';
