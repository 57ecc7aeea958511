// SPDX-License-Identifier: GPL-3.0-or-later
/** The files of the site's gateway: made of what AWS has now, delivered again whenever that changes. Pure. */
import type { VpnConnection } from '../../../clouds/aws/ec2/vpn.ts';
import { digestOfInputs } from '../inputs.ts';
import type { FilesStep } from '../steps.ts';
import type { InVpc } from './part.ts';
import { notRenderable } from './rehearsal.ts';

export function removeFiles(secret: string): FilesStep {
  return { do: 'RemoveGatewayFiles', effect: 'delete', target: `secret ${secret}`, secret };
}

export function planFiles(context: InVpc, connection: VpnConnection): FilesStep[] {
  const { spec, observed } = context;
  const { files } = observed;
  if (!spec.device) return files.found === 'ours' ? [removeFiles(files.secret)] : [];
  const digest = digestOfInputs(spec, observed, connection);
  if (files.found === 'ours' && files.digest === digest && files.intact) return [];
  // options that somebody else set, which are set right first
  if (notRenderable(context, connection) !== undefined) return [];
  const secret = spec.device.secretRef.name;
  return [
    {
      do: 'DeliverGatewayFiles',
      effect: files.found === 'ours' ? 'update' : 'create',
      target: `secret ${secret}`,
      secret,
      connection: connection.id,
      digestOfInputs: digest,
    },
  ];
}
