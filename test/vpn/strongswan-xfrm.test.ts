// SPDX-License-Identifier: GPL-3.0-or-later
import { office } from '../kinds/site-vpn/gateway/models.ts';
import { virtualMachine } from './machines.ts';
import { tellTale } from './tale.ts';

tellTale('strongSwan, XFRM interfaces and the monitor', virtualMachine, {
  device: { type: 'StrongSwan', binding: 'XFRM' },
  model: office,
  awsPrefers: 2,
});
