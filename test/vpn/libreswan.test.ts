// SPDX-License-Identifier: GPL-3.0-or-later
import { office } from '../kinds/site-vpn/gateway/models.ts';
import { userModeLinux } from './machines.ts';
import { tellTale } from './tale.ts';

/** AWS answers through the other tunnel, which it may: each direction has to fail over for itself. */
tellTale('Libreswan behind NAT, VTI and the monitor', userModeLinux, {
  device: { type: 'Libreswan' },
  model: { ...office, site: { ...office.site, localIP: '10.99.0.2' } },
  awsPrefers: 2,
});
