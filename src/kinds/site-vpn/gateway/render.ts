// SPDX-License-Identifier: GPL-3.0-or-later
/** From a connection to the files of a gateway. */
import { digest } from '../../../core/digest.ts';
import { check } from './check.ts';
import { genericFiles } from './generic/files.ts';
import { libreswanFiles } from './libreswan/files.ts';
import type { GatewayDevice, GatewayFile, GatewayModel, RenderedGateway } from './model.ts';
import { opnsenseFiles } from './opnsense/files.ts';
import { openswanFiles } from './openswan/files.ts';
import { pfsenseFiles } from './pfsense/files.ts';
import { refusal } from './refusal.ts';
import { strongSwanFiles } from './strongswan/files.ts';

function filesFor(device: GatewayDevice, model: GatewayModel): readonly GatewayFile[] {
  switch (device.type) {
    case 'Libreswan':
      return libreswanFiles(model);
    case 'StrongSwan':
      return strongSwanFiles(model, device.binding);
    case 'OPNsense':
      return opnsenseFiles(model);
    case 'PfSense':
      return pfsenseFiles(model);
    case 'Openswan':
      return openswanFiles(model);
    case 'Generic':
      return genericFiles(model);
    default:
      throw refusal('device.type is none that files can be rendered for. Choose Generic for a table of all values.');
  }
}

/** What the checks let through is printable ASCII; this is for the day on which one of them has a hole. */
function printable({ name, content }: GatewayFile): void {
  if (!/^[-._a-zA-Z0-9]+$/.test(name) || /[^\n\x20-\x7e]/.test(content))
    throw new Error('A rendered file holds a character that no configuration file needs.');
}

/**
 * Equal models give equal bytes. Throws a Failure, class Invalid, that names what is wrong with the model or what this device cannot do.
 * The files hold the pre-shared keys: they belong into a Secret and nowhere else.
 */
export function renderGateway(device: GatewayDevice, model: GatewayModel): RenderedGateway {
  check(model);
  const files = filesFor(device, model);
  for (const file of files) printable(file);
  return { files, digest: digest(...files.flatMap(({ name, content }) => [name, content])) };
}
