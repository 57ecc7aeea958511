// SPDX-License-Identifier: GPL-3.0-or-later
/** What a health check must be. Source: API_HealthCheckConfig; Developer Guide, "Values that you specify when you create or update health checks". */
import { BlockList, isIP } from 'node:net';
import { isName } from './names.ts';
import type { CheckConfig } from './state.ts';

/**
 * API_HealthCheckConfig, "IPAddress": no local, private, non-routable or multicast ranges (RFC 5735, RFC 6598, RFC 5156).
 * Documentation networks (RFC 5737) stand for public addresses here, as in all examples.
 */
const unreachable = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  unreachable.addSubnet(network, bits);
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  unreachable.addSubnet(network, bits, 'ipv6');

/** What is wrong, in a sentence. */
export function configProblem(config: CheckConfig): string | undefined {
  if (config.type === 'CALCULATED') return calculatedProblem(config);
  if (config.type === 'CLOUDWATCH_METRIC') return alarmProblem(config);
  return (
    endpointProblem(config) ??
    requestProblem(config) ??
    foreign(config, ['children', 'healthThreshold', 'alarm', 'insufficient'])
  );
}

function endpointProblem({ ip, domain, port, interval, type }: CheckConfig): string | undefined {
  if (ip === undefined && domain === undefined) return 'Either IPAddress or FullyQualifiedDomainName must be specified';
  const badAddress = ip === undefined ? undefined : addressProblem(ip);
  if (badAddress !== undefined) return badAddress;
  if (domain !== undefined && !isName(domain)) return `FullyQualifiedDomainName ${domain} is not valid`;
  if (type === 'TCP' && port === undefined) return 'Port must be specified for health checks of type TCP';
  return interval === 10 || interval === 30 ? undefined : 'RequestInterval must be 10 or 30';
}

function addressProblem(ip: string): string | undefined {
  const version = isIP(ip);
  if (version === 0) return `The IPAddress ${ip} is not a valid IP address`;
  return unreachable.check(ip, version === 6 ? 'ipv6' : 'ipv4')
    ? `Invalid parameter : IPAddress ${ip} is in a local, private, non-routable or multicast range`
    : undefined;
}

function requestProblem({ type, search, path, regions }: CheckConfig): string | undefined {
  const matching = type.endsWith('_STR_MATCH');
  if (matching !== Boolean(search))
    return matching
      ? `SearchString must be specified for health checks of type ${type}`
      : `SearchString is not supported for health checks of type ${type}`;
  if (type === 'TCP' && path !== undefined) return 'ResourcePath is not supported for health checks of type TCP';
  return regions !== undefined && regions.length < 3 ? 'At least three Regions must be specified' : undefined;
}

function calculatedProblem(config: CheckConfig): string | undefined {
  if (config.children === undefined || config.children.length === 0)
    return 'ChildHealthChecks must be specified for health checks of type CALCULATED';
  if (config.healthThreshold === undefined)
    return 'HealthThreshold must be specified for health checks of type CALCULATED';
  return foreign(config, [
    'ip',
    'port',
    'path',
    'domain',
    'search',
    'threshold',
    'sni',
    'regions',
    'alarm',
    'insufficient',
  ]);
}

function alarmProblem(config: CheckConfig): string | undefined {
  if (!config.alarm) return 'AlarmIdentifier must be specified for health checks of type CLOUDWATCH_METRIC';
  if (config.insufficient === undefined)
    return 'InsufficientDataHealthStatus must be specified for health checks of type CLOUDWATCH_METRIC';
  return foreign(config, [
    'ip',
    'port',
    'path',
    'domain',
    'search',
    'threshold',
    'sni',
    'regions',
    'children',
    'healthThreshold',
  ]);
}

function foreign(config: CheckConfig, names: readonly (keyof CheckConfig)[]): string | undefined {
  const name = names.find((member) => config[member] !== undefined);
  return name && `The member ${name} is not supported for health checks of type ${config.type}`;
}
