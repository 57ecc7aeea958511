// SPDX-License-Identifier: GPL-3.0-or-later
import type { SiteVpnSpec } from '../../api/site-vpn.ts';
import type { GatewayDevice } from './gateway/model.ts';

export function deviceOf({ type, binding }: NonNullable<SiteVpnSpec['device']>): GatewayDevice {
  return type === 'StrongSwan' ? { type, binding } : { type };
}
