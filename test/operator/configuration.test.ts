// SPDX-License-Identifier: GPL-3.0-or-later
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readConfiguration, settings, unknownVariables, UsageError } from '../../src/operator/configuration.ts';

describe('The configuration', () => {
  test('has defaults for everything that must be there.', () => {
    expect(readConfiguration([], {})).toEqual({
      namespace: 'hybrid-cloud-operator',
      leaseName: 'hybrid-cloud-operator',
      leaseSeconds: 15,
      grants: 'hybrid-cloud-operator-grants',
      workers: 64,
      clusterNetworks: [],
      driftSeconds: 600,
      logLevel: 'info',
      httpAddress: '0.0.0.0',
      httpPort: 8080,
      bucketQuota: 10_000,
      customerGatewayQuota: 50,
      vpnConnectionQuota: 50,
      vpnGatewayQuota: 5,
    });
  });

  test('takes environment variables, and flags before them.', () => {
    const env = { HYBRID_WORKERS: '8', HYBRID_LOG_LEVEL: 'debug' };
    expect(readConfiguration(['--workers', '3'], env)).toMatchObject({ workers: 3, logLevel: 'debug' });
  });

  test.each([
    [['--workers', '0'], {}, '--workers is "0": give at least 1'],
    [['--workers=many'], {}, '--workers is "many": give a whole number from 1 to 1024'],
    [['--workers'], {}, 'Option \'--workers <value>\' argument missing; "run --help" lists the flags'],
    [['--worker=3'], {}, 'Unknown option \'--worker\'; "run --help" lists the flags'],
    [['extra'], {}, "Unexpected argument 'extra'"],
    [[], { HYBRID_HTTP_PORT: '70000' }, 'HYBRID_HTTP_PORT is "70000": give at most 65535'],
    [[], { HYBRID_LOG_LEVEL: 'loud' }, 'HYBRID_LOG_LEVEL is "loud": give one of debug, info, warn, error, silent'],
    [[], { HYBRID_AWS_ENDPOINT: 'ftp://x' }, 'HYBRID_AWS_ENDPOINT is "ftp://x": give an http or https URL'],
    [[], { HYBRID_NAMESPACE: 'A\nB' }, 'HYBRID_NAMESPACE is "A B": it is no Kubernetes name'],
    [[], { HYBRID_CONTEXT: '' }, 'HYBRID_CONTEXT is "": it is empty: give a value or leave it out'],
  ])('%j with %j is refused in one line with the cure.', (argv, env, message) => {
    const attempt = () => readConfiguration(argv, env);
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(message);
    try {
      attempt();
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
  });

  test('names variables that look like settings and are none.', () => {
    expect(unknownVariables({ HYBRID_WORKER: '1', HYBRID_WORKERS: '1', PATH: '' })).toEqual(['HYBRID_WORKER']);
  });

  test.each(Object.values(settings))('$env is described in docs/configuration.md with its default.', (setting) => {
    const text = readFileSync('docs/configuration.md', 'utf8');
    const line = text.split('\n').find((row) => row.includes(`\`--${setting.flag}\``));
    expect(line).toContain(`\`${setting.env}\``);
    expect(line).toContain((setting.fallback ?? '') === '' ? '| – |' : `\`${setting.fallback}\``);
  });
});
