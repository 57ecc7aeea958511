// SPDX-License-Identifier: GPL-3.0-or-later
/** The gateway's files: made of what AWS says now, and put into the Secret together with the keys. */
import { parseCustomerGatewayConfiguration } from '../../clouds/aws/ec2/customer-gateway-configuration.ts';
import { readConfiguration } from '../../clouds/aws/ec2/vpn-secrets.ts';
import { changed } from '../changed.ts';
import type { Clouds } from './connect.ts';
import { deviceOf } from './device.ts';
import { delivering, filesType, readFiles } from './files-secret.ts';
import { mustHave, ourConnection } from './fresh.ts';
import { gatewayModel } from './gateway/from-aws.ts';
import { renderGateway } from './gateway/render.ts';
import type { FilesStep } from './steps.ts';

type Deliver = Extract<FilesStep, { do: 'DeliverGatewayFiles' }>;
type Remove = Extract<FilesStep, { do: 'RemoveGatewayFiles' }>;

async function render(clouds: Clouds, step: Deliver) {
  const { session, scope, spec, networks, object } = clouds;
  const connection = mustHave(await ourConnection(clouds, step.connection), 'The VPN connection');
  const delivered = await readConfiguration(session, scope, step.connection);
  // AWS gives it for a connection that is there; while one is being changed it may not
  if (!delivered) throw changed('AWS does not give the gateway configuration yet');
  const configuration = parseCustomerGatewayConfiguration(delivered.xml);
  const device = deviceOf(mustHave(spec.device, 'device'));
  const choice = spec.vpc.id === undefined ? { tags: spec.vpc.tag ?? {} } : { id: spec.vpc.id };
  const vpcs = await networks.vpcs(choice, { maxAgeMs: Number.POSITIVE_INFINITY });
  const { vpcID } = (object.status ?? {}) as { readonly vpcID?: unknown };
  const vpc = vpcs.find(({ id }) => id === vpcID) ?? vpcs[0];
  const { publicIP, localIP, cidrs } = spec.site;
  const model = gatewayModel({
    device,
    configuration,
    connection,
    site: { publicIP, cidrs, ...(localIP === undefined ? {} : { localIP }) },
    vpc: mustHave(vpc, 'The VPC'),
  });
  const keys = new Map(model.tunnels.map(({ outsideIP, presharedKey }) => [outsideIP, presharedKey] as const));
  return { files: renderGateway(device, model).files, keys };
}

export async function deliverFiles(clouds: Clouds, step: Deliver): Promise<void> {
  const { outside, object, owner, scope } = clouds;
  const rendered = await render(clouds, step);
  const live = await outside.secrets.read(scope.namespace, step.secret);
  if (readFiles(live, owner.uid, []).found === 'foreign') throw changed(`Secret ${step.secret} is not ours any more`);
  const { annotations, data } = delivering({
    ...rendered,
    digestOfInputs: step.digestOfInputs,
    ownerUID: owner.uid,
    now: outside.clock.now(),
  });
  if (live) await outside.secrets.replace(live, { annotations, data });
  else await outside.secrets.create(object, { name: step.secret, type: filesType, annotations, data });
}

export async function removeFiles({ outside, owner, scope }: Clouds, step: Remove): Promise<void> {
  const live = await outside.secrets.read(scope.namespace, step.secret);
  if (live && readFiles(live, owner.uid, []).found === 'ours') await outside.secrets.remove(live);
}
