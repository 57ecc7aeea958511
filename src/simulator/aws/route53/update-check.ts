// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, text, texts, whole, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { invalidInput } from './body.ts';
import { changeable, changesOf } from './check-input.ts';
import { checkXml } from './check-xml.ts';
import { checkConfig } from './checks.ts';
import { on } from './permission.ts';
import type { Route53Operations } from './protocol.ts';
import { checkNamed, put, stateOf } from './shelf.ts';
import type { CheckConfig, HealthCheck } from './state.ts';
import { isHealthy } from './status/status.ts';

const resettable = ['FullyQualifiedDomainName', 'Regions', 'ResourcePath', 'ChildHealthChecks'] as const;

export const updateCheckOperations: Route53Operations = {
  UpdateHealthCheck: {
    effect: 'write',
    method: 'POST',
    path: '/healthcheck/{HealthCheckId}',
    body: {
      HealthCheckVersion: whole(1, Number.MAX_SAFE_INTEGER),
      ...changeable,
      ResetElements: { is: 'list', of: text({ oneOf: resettable }) },
    },
    authorize: on('route53:UpdateHealthCheck', 'healthcheck', 'HealthCheckId'),
    run: update,
  },
};

/** API_UpdateHealthCheck: what is not given stays; type, interval and latency measurement are not even members. */
function update(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const check = checkNamed(call, must(input, 'HealthCheckId'));
  const version = may(input, 'HealthCheckVersion');
  if (version !== undefined && Number(version) !== check.version)
    throw new AwsError(
      'HealthCheckVersionMismatch',
      `The version ${version} of the health check does not match the current one, ${check.version}.`,
      409,
    );
  const changes = changesOf(input);
  checkFixed(check.config, changes);
  const config = { ...reset(check.config, texts(input, 'ResetElements')), ...changes };
  checkConfig(call, config);
  // its checkers go on from what they have found so far
  const start = { at: call.now, healthy: rawStatus(call, check) };
  const updated = { ...check, version: check.version + 1, config, start };
  put(call, stateOf(call).checks, check.id, updated);
  return { xml: { HealthCheck: checkXml(updated) } };
}

function rawStatus(call: Call, { id, config }: HealthCheck): boolean {
  return isHealthy(call.world, id, call.now) !== config.inverted;
}

/** API_UpdateHealthCheck, "IPAddress": with an address or without one, for ever. */
function checkFixed(config: CheckConfig, { ip }: Partial<CheckConfig>): void {
  if (ip !== undefined && config.ip === undefined)
    throw invalidInput('IPAddress cannot be added to a health check that was created without one');
}

function reset(config: CheckConfig, elements: readonly string[]): CheckConfig {
  const { domain, regions, path, children, ...rest } = config;
  const kept = {
    FullyQualifiedDomainName: { domain },
    Regions: { regions },
    ResourcePath: { path },
    ChildHealthChecks: { children },
  };
  const parts = Object.entries(kept).filter(([name]) => !elements.includes(name));
  const given = parts.flatMap(([, value]) => Object.entries(value).filter(([, each]) => each !== undefined));
  return { ...rest, ...Object.fromEntries(given) };
}
