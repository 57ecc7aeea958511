// SPDX-License-Identifier: GPL-3.0-or-later
import { office } from '../kinds/site-vpn/gateway/models.ts';
import { userModeLinux } from './machines.ts';
import { tellTale } from './tale.ts';

tellTale('strongSwan, VTI and the monitor', userModeLinux, {
  device: { type: 'StrongSwan', binding: 'VTI' },
  model: office,
  awsPrefers: 1,
});
