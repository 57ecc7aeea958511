// SPDX-License-Identifier: GPL-3.0-or-later
/** Attacks 13 and 14: who chooses where a call goes, and what an answer can lead it to. Over real sockets. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { toSchema } from '../../src/api/crd.ts';
import { kinds } from '../../src/api/kinds.ts';
import { Aws } from '../../src/clouds/aws/aws.ts';
import { read, write } from '../../src/clouds/aws/request.ts';
import { HttpsApis } from '../../src/clouds/https/https-api.ts';
import { removeUserRequest } from '../../src/clouds/pbs/access.ts';
import { PbsServers } from '../../src/clouds/pbs/pbs.ts';
import { Pves } from '../../src/clouds/pve/pve.ts';
import { changeStorageRequest } from '../../src/clouds/pve/storage-entries.ts';
import { versionOf } from '../../src/clouds/pve/version.ts';
import { createKubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { VirtualClock } from '../../src/simulator/kernel/clock.ts';
import { ForbiddenPlaces } from '../../src/wire/forbidden-places.ts';
import { unfenced } from '../../src/wire/guard.ts';
import { undiciTransport } from '../../src/wire/undici-transport.ts';
import { createWire } from '../../src/wire/wire.ts';
import { backupTargets, place } from '../operator/worlds.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const clock = new VirtualClock();
const wire = () => createWire({ transport: undiciTransport(), clock, fence: unfenced });
const credentials = { accessKeyID: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) };
const session = (endpoint?: string) =>
  new Aws({ wire: wire(), clock, ...(endpoint === undefined ? {} : { endpoint }) }).bare({
    region: 'ap-northeast-2',
    account: '123456789012',
    credentials,
  });

test.each([301, 302, 303, 307, 308])(
  'attack-14: an answer %i leads no call of AWS or of Kubernetes anywhere else.',
  async (status) => {
    const reached: unknown[] = [];
    const metadata = await serve((request, response) => {
      reached.push(request.headers);
      response.end('{}');
    });
    const redirecting = await serve((request, response) => {
      request.resume();
      response.writeHead(status, { location: `${metadata}/latest/meta-data/iam`, 'x-amz-bucket-region': 'evil' }).end();
    });
    const calls = [
      session(redirecting).send(read('s3', 'ListBuckets', {})),
      session(redirecting).send(write('s3', 'CreateBucket', { Bucket: 'abc' })),
      session(redirecting).send(write('iam', 'CreateUser', { UserName: 'a' })),
      createKubeClient({ connection: plainConnection({ url: redirecting, token: 'kube-token' }), wire: wire() }).get(
        backupTargets,
        place,
      ),
    ];
    const ends = await Promise.allSettled(calls);
    expect(ends.map((end) => end.status)).toEqual(Array(4).fill('rejected'));
    expect(reached).toEqual([]);
  },
);

test.each([301, 302, 307, 308])(
  'attack-14: an answer %i of a Proxmox leads neither token, password nor key anywhere else.',
  async (status) => {
    const reached: unknown[] = [];
    const metadata = await serve((request, response) => {
      reached.push(request.headers);
      response.end('{"data":null}');
    });
    const redirecting = await serve((request, response) => {
      request.resume();
      response.writeHead(status, { location: `${metadata}/api2/json/access/ticket` }).end();
    });
    const apis = new HttpsApis(wire(), { forbidden: new ForbiddenPlaces() });
    const scope = { kind: 'PbsInstance', namespace: 'default', name: 'main', uid: 'u', policy: 'Apply' } as const;
    const place = { url: redirecting, trust: { by: 'System' }, granted: true, scope } as const;
    const secret = 'canary-of-proxmox';
    const pve = new Pves(apis, clock).at({ ...place, token: { tokenID: 'a@pve!b', secret } });
    const servers = new PbsServers({ apis, clock, learn: () => undefined });
    const pbs = servers.at(place, { tokenID: 'a@pbs!b', secret });
    const ends = await Promise.allSettled([
      versionOf(pve),
      pve.write(changeStorageRequest('pbs-main', { password: secret, 'encryption-key': '{}' })),
      pbs.write(removeUserRequest('a@pbs')),
      servers.login(place, 'root@pam', secret),
    ]);
    expect(ends.map((end) => end.status)).toEqual(Array(4).fill('rejected'));
    expect(reached).toEqual([]);
  },
);

test('attack-13: the only addresses in a spec are those of a site, which get credentials of the object alone; nobody but the administrator chooses an endpoint of AWS.', () => {
  const fields: string[] = [];
  const walk = (schema: { properties?: object; items?: unknown }, path: string): void => {
    for (const [name, inner] of Object.entries(schema.properties ?? {})) {
      fields.push(`${path}${name}`);
      walk(inner as object, `${path}${name}.`);
    }
  };
  for (const kind of kinds) walk(toSchema(kind.specSchema), '');
  expect(fields).toContain('aws.region');
  const addresses = fields.filter((field) => /(endpoint|url|uri|host|address|server)$/i.test(field));
  // HTTPS with credentials that the object names, and a TCP connection into the VPC that sends nothing; what is below haproxy
  // stands in a file, and the operator itself asks nobody there; an image is fetched by Proxmox VE, another S3 asked by its backup
  // server; and a virtual machine is asked at the address that it was given, as any server
  expect(addresses.filter((field) => !field.startsWith('haproxy.'))).toEqual([
    'proxmox.url',
    'server',
    'server.vm.network.macAddress',
    'server.vm.network.address',
    'server.vm.iso.url',
    'server.existing.url',
    's3.endpoint',
    'device.push.opnsense.url',
    'openstack.authURL',
    'probe.host',
  ]);
});

test('attack-13: neither the environment nor a region leads a call to another host than that of AWS.', async () => {
  const hosts: string[] = [];
  const spying = createWire({
    clock,
    fence: unfenced,
    transport: ({ url }) => {
      hosts.push(url.host);
      return Promise.reject(new Error('no network'));
    },
  });
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: 'http://169.254.169.254',
    AWS_ENDPOINT_URL_S3: 'http://169.254.169.254',
    AWS_ENDPOINT_URL_IAM: 'http://[fd00:ec2::254]',
    AWS_USE_FIPS_ENDPOINT: 'true',
  });
  try {
    const aws = new Aws({ wire: spying, clock }).bare({
      region: 'ap-northeast-2',
      account: '123456789012',
      credentials,
    });
    await Promise.allSettled([
      aws.send(read('s3', 'ListBuckets', {})),
      aws.send(read('iam', 'GetUser', { UserName: 'a' })),
      aws.send(read('sts', 'GetCallerIdentity', {})),
    ]);
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  }
  expect(hosts.sort()).toEqual([
    'iam.amazonaws.com',
    's3.ap-northeast-2.amazonaws.com',
    'sts.ap-northeast-2.amazonaws.com',
  ]);
});
