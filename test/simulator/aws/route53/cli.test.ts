// SPDX-License-Identifier: GPL-3.0-or-later
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { createAws } from '../../../../src/simulator/aws/index.ts';
import { realClock } from '../../../../src/simulator/kernel/clock.ts';
import { serve } from '../../../../src/simulator/kernel/http.ts';

const installed = spawnSync('aws', ['--version']).status === 0;
const title =
  'The aws command makes a zone, a check and a failover, waits, looks and is refused, against a loopback endpoint.';

(installed ? test : test.skip)(
  installed ? title : `skipped: the aws command is not installed. ${title}`,
  async () => {
    const world = createAws({ clock: realClock(), route53Times: { batch: 0, propagation: 500 } });
    const { rootKey } = world.account('123456789012');
    const server = await serve(world.service);
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      AWS_ACCESS_KEY_ID: rootKey.accessKeyID,
      AWS_SECRET_ACCESS_KEY: rootKey.secretAccessKey,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: server.url,
      AWS_MAX_ATTEMPTS: '1',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    };
    const run = promisify(execFile);
    const aws = async (...args: string[]) => {
      const { stdout } = await run('aws', ['route53', ...args], { env, timeout: 50_000 });
      return stdout === '' ? {} : JSON.parse(stdout);
    };
    try {
      const { HostedZone, DelegationSet } = await aws(
        'create-hosted-zone',
        '--name',
        'example.com',
        '--caller-reference',
        'one',
      );
      expect(DelegationSet.NameServers).toHaveLength(4);
      const zone = ['--hosted-zone-id', HostedZone.Id];
      const config =
        'IPAddress=203.0.113.10,Port=80,Type=HTTP_STR_MATCH,ResourcePath=/,SearchString=alive,RequestInterval=10,FailureThreshold=1';
      const { HealthCheck } = await aws(
        'create-health-check',
        '--caller-reference',
        'one',
        '--health-check-config',
        config,
      );
      const set = (Failover: string, Value: string, more: object = {}) => ({
        Action: 'CREATE',
        ResourceRecordSet: {
          Name: 'www.example.com',
          Type: 'A',
          SetIdentifier: Failover,
          Failover,
          TTL: 60,
          ResourceRecords: [{ Value }],
          ...more,
        },
      });
      const Changes = [set('PRIMARY', '192.0.2.1', { HealthCheckId: HealthCheck.Id }), set('SECONDARY', '192.0.2.2')];
      const batch = ['change-resource-record-sets', ...zone, '--change-batch', JSON.stringify({ Changes })];
      const { ChangeInfo } = await aws(...batch);
      await aws('wait', 'resource-record-sets-changed', '--id', ChangeInfo.Id);
      const ask = ['test-dns-answer', ...zone, '--record-name', 'www.example.com', '--record-type', 'A'];
      expect(await aws(...ask)).toMatchObject({ RecordData: ['192.0.2.1'], ResponseCode: 'NOERROR' });
      const { ResourceRecordSets } = await aws('list-resource-record-sets', ...zone);
      expect(ResourceRecordSets.map(({ Type }: { Type: string }) => Type)).toEqual(['NS', 'SOA', 'A', 'A']);
      const { HealthCheckObservations } = await aws('get-health-check-status', '--health-check-id', HealthCheck.Id);
      expect(HealthCheckObservations[0].StatusReport.Status).toContain('Success');
      // all that is wrong, in the words and in the brackets that people know
      await expect(aws(...batch)).rejects.toThrow(
        /An error occurred \(InvalidChangeBatch\) when calling the ChangeResourceRecordSets operation: \[Tried to create resource record set \[name='www\.example\.com\.', type='A', set-identifier='PRIMARY'\] but it already exists, /,
      );
    } finally {
      await server.close();
    }
  },
  90_000,
);
