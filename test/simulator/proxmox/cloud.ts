// SPDX-License-Identifier: GPL-3.0-or-later
/** A Proxmox whose servers find the simulated S3, a bucket there, and a user with the least that PBS needs. */
import type { SimService } from '../../../src/simulator/kernel/service.ts';
import { newWorld, type Client as AwsClient } from '../aws/client.ts';
import type { PbsView } from '../../../src/simulator/proxmox/told-pbs.ts';
import { stage, type Client, type Params, type Stage } from './world.ts';

export const bucket = 'vm-backups-s3';
export const address = '192.168.0.30';

export const least = [
  { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` },
  {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
    Resource: `arn:aws:s3:::${bucket}/*`,
  },
];

export interface Cloud extends Stage {
  readonly root: AwsClient;
  readonly server: PbsView;
  readonly admin: Client;
  /** Of /config/s3. */
  readonly endpoint: Params;
  keysIn(prefix?: string): readonly string[];
}

export async function cloud(
  given: {
    readonly version?: string;
    readonly statements?: readonly object[];
    readonly nodes?: readonly string[];
    /** Between the server and S3. */
    readonly s3?: (aws: SimService) => SimService;
  } = {},
): Promise<Cloud> {
  const { world: aws, clock, root } = newWorld();
  await root.bucket(bucket);
  const user = await root.user('pbs', given.statements ?? least);
  const { s3 = (service) => service } = given;
  const at = stage({ clock, s3: s3(aws.service), ...(given.nodes ? { nodes: given.nodes } : {}) });
  const server = at.world.addPbs({ address, ...(given.version === undefined ? {} : { version: given.version }) });
  return {
    ...at,
    root,
    server,
    admin: at.pbs(address, server.token().authorization),
    endpoint: {
      id: 'aws-s3-storage',
      endpoint: '{{bucket}}.s3.{{region}}.amazonaws.com',
      region: 'ap-northeast-2',
      'access-key': user.credentials?.accessKeyID ?? '',
      'secret-key': user.credentials?.secretAccessKey ?? '',
    },
    keysIn: (prefix = '') =>
      (aws.account('123456789012').buckets()[0]?.objects ?? [])
        .filter(({ key, latest }) => latest && key.startsWith(prefix))
        .map(({ key }) => key),
  };
}

export const datastore: Params = {
  name: 'vm-backup-s3',
  path: '/mnt/datastore/cache/vm-backup-s3',
  backend: `type=s3,client=aws-s3-storage,bucket=${bucket}`,
};

/** With a datastore. */
export async function stocked(given: Parameters<typeof cloud>[0] & { readonly options?: Params } = {}): Promise<Cloud> {
  const at = await cloud(given);
  await at.admin.post('/config/s3', at.endpoint);
  const exit = await at.overAt(
    at.admin,
    (await at.admin.post('/config/datastore', { ...datastore, ...given.options })).data,
  );
  if (exit !== 'OK') throw new Error(String(exit));
  return at;
}
