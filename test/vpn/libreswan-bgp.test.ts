// SPDX-License-Identifier: GPL-3.0-or-later
import { office } from '../kinds/site-vpn/gateway/models.ts';
import { userModeLinux } from './machines.ts';
import { tellTale } from './tale.ts';

tellTale('Libreswan, VTI and FRR', userModeLinux, {
  device: { type: 'Libreswan' },
  model: { ...office, routing: 'BGP' },
  awsPrefers: 1,
});
