// SPDX-License-Identifier: GPL-3.0-or-later
/** The attacks, their tests and the mutants that prove those; docs/attacks.md is made from it. */
import type { Attack, Later } from './attack.ts';
import { to9 } from './attacks-01-to-09.ts';
import { ofNames } from './attacks-on-names.ts';
import { to13 } from './attacks-10-to-13.ts';
import { to20 } from './attacks-14-to-20.ts';
import { to25 } from './attacks-21-to-25.ts';
import { to35 } from './attacks-26-to-35.ts';

export const attacks: readonly Attack[] = [...to9, ...ofNames, ...to13, ...to20, ...to25, ...to35].toSorted(
  (a, b) => a.number - b.number,
);

export const later: readonly Later[] = [
  { number: 9, attack: 'Connection names with a meaning of their own', waitsFor: 'SiteVpn' },
  { number: 34, attack: 'The time that comparing a pin takes', waitsFor: 'PbsInstance' },
];
