// SPDX-License-Identifier: GPL-3.0-or-later
import { randomUuid } from '../../kernel/random.ts';
import { truth } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, must, required, text, whole, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { invalidInput, part } from './body.ts';
import { configMembers, configOf } from './check-input.ts';
import { configProblem } from './check-rules.ts';
import { checkXml } from './check-xml.ts';
import { compareText } from './names.ts';
import { on, onAll } from './permission.ts';
import type { Route53Operations } from './protocol.ts';
import { checkNamed, put, seenChecks, stateOf } from './shelf.ts';
import type { CheckConfig, HealthCheck } from './state.ts';
import { isHealthy } from './status/status.ts';

export const checkOperations: Route53Operations = {
  CreateHealthCheck: {
    effect: 'write',
    method: 'POST',
    path: '/healthcheck',
    status: 201,
    body: {
      CallerReference: required(text({ min: 1, max: 64 })),
      HealthCheckConfig: { is: 'structure', required: true, members: configMembers },
    },
    authorize: onAll('route53:CreateHealthCheck'),
    run: create,
  },
  GetHealthCheck: {
    effect: 'read',
    method: 'GET',
    path: '/healthcheck/{HealthCheckId}',
    authorize: on('route53:GetHealthCheck', 'healthcheck', 'HealthCheckId'),
    run: (call, input) => ({ xml: { HealthCheck: checkXml(checkNamed(call, must(input, 'HealthCheckId'))) } }),
  },
  DeleteHealthCheck: {
    effect: 'write',
    method: 'DELETE',
    path: '/healthcheck/{HealthCheckId}',
    authorize: on('route53:DeleteHealthCheck', 'healthcheck', 'HealthCheckId'),
    run: remove,
  },
  ListHealthChecks: {
    effect: 'read',
    method: 'GET',
    path: '/healthcheck',
    query: { maxitems: whole(1, 10_000), marker: text({ max: 64 }) },
    authorize: onAll('route53:ListHealthChecks'),
    run: list,
  },
  GetHealthCheckCount: {
    effect: 'read',
    method: 'GET',
    path: '/healthcheckcount',
    authorize: onAll('route53:GetHealthCheckCount'),
    run: (call) => ({ xml: { HealthCheckCount: seenChecks(call).length } }),
  },
};

type Made = { readonly xml: Record<string, Xml>; readonly location: string };

/**
 * API_CreateHealthCheck, "CallerReference": the same reference with the same settings answers the check that is there; with other settings, or
 * after the check was deleted, it is refused.
 */
function create(call: Call, input: Fields): Made {
  const callerReference = must(input, 'CallerReference');
  const fields = part(input, 'HealthCheckConfig') ?? {};
  const config = configOf(fields);
  checkConfig(call, config);
  const state = stateOf(call);
  const asked = JSON.stringify(config);
  const reference = `${call.principal.account}/${callerReference}`;
  const known = state.references.get(reference);
  if (known !== undefined) return repeated(call, { known, asked, callerReference });
  const { quotas } = call.world.state.accounts.get(call.principal.account) ?? {};
  if (ownChecks(call).length >= (quotas?.healthChecks ?? 200))
    throw new AwsError(
      'TooManyHealthChecks',
      'You have reached the maximum number of active health checks for an AWS account.',
    );
  const { random } = call.world.state;
  const { account } = call.principal;
  const start = { at: call.now, healthy: true };
  const check: HealthCheck = {
    id: randomUuid(random),
    account,
    callerReference,
    createdAt: call.now,
    version: 1,
    config,
    asked,
    tags: [],
    start,
  };
  put(call, state.checks, check.id, check);
  state.references.set(reference, check.id);
  return made(check);
}

function repeated(
  call: Call,
  { known, asked, callerReference }: { known: string; asked: string; callerReference: string },
): Made {
  const check = truth(stateOf(call).checks.get(known));
  if (check?.asked === asked) return made(check);
  throw new AwsError(
    'HealthCheckAlreadyExists',
    `A health check with the caller reference ${callerReference} has already been created, with other settings or deleted since.`,
    409,
  );
}

function made(check: HealthCheck): Made {
  return { xml: { HealthCheck: checkXml(check) }, location: `healthcheck/${check.id}` };
}

function ownChecks(call: Call): HealthCheck[] {
  const all = [...stateOf(call).checks.values()].flatMap((slot) => truth(slot) ?? []);
  return all.filter(({ account }) => account === call.principal.account);
}

/** @throws {AwsError} InvalidInput */
export function checkConfig(call: Call, config: CheckConfig): void {
  const problem = configProblem(config) ?? childProblem(call, config.children ?? []);
  if (problem !== undefined) throw invalidInput(problem);
}

/** API_HealthCheckConfig, "ChildHealthChecks"; Developer Guide, "Monitoring other health checks": no calculated check of calculated ones. */
function childProblem(call: Call, children: readonly string[]): string | undefined {
  const own = new Map(ownChecks(call).map((check) => [check.id, check]));
  const missing = children.find((id) => !own.has(id));
  if (missing !== undefined) return `The child health check ${missing} does not exist`;
  const nested = children.find((id) => own.get(id)?.config.type === 'CALCULATED');
  return nested && `The child health check ${nested} is a calculated health check itself`;
}

/** API_DeleteHealthCheck: nobody asks whether records still use it; what they then see is not promised. Here, its last status. */
function remove(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const { id } = checkNamed(call, must(input, 'HealthCheckId'));
  const state = stateOf(call);
  state.lastStatus.set(id, isHealthy(call.world, id, call.now));
  put(call, state.checks, id, undefined);
  return { xml: {} };
}

/** API_ListHealthChecks: 100 a page, at most 1,000. */
function list(call: Call, input: Fields): { xml: Record<string, Xml> } {
  const all = seenChecks(call).toSorted((a, b) => compareText(a.id, b.id));
  const size = Math.min(1000, Number(may(input, 'maxitems') ?? 100));
  const marker = may(input, 'marker');
  const rest = all.filter(({ id }) => marker === undefined || id >= marker);
  const next = rest[size];
  const xml = {
    HealthChecks: { HealthCheck: rest.slice(0, size).map(checkXml) },
    Marker: marker ?? '',
    IsTruncated: next !== undefined,
    NextMarker: next?.id,
    MaxItems: size,
  };
  return { xml };
}
