// SPDX-License-Identifier: GPL-3.0-or-later
/** How zones and checks are found: references and lists see what is visible, changes act on the truth. */
import { randomText } from '../../kernel/random.ts';
import { truth, versioned, visible, write, type Versioned } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { HealthCheck, HostedZone, RecordSet, Route53State } from './state.ts';

const upper = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

export function stateOf({ world }: Call): Route53State {
  return world.state.route53;
}

/** `Z0123456789ABCDEFGHIJ`: a letter and twenty characters. */
export function newID(call: Call, prefix: 'Z' | 'C'): string {
  return `${prefix}0${randomText(call.world.state.random, 19, upper)}`;
}

export function put<T>(call: Call, shelf: Map<string, Versioned<T>>, key: string, value: T | undefined): void {
  const lag = call.world.lag('route53');
  const slot = shelf.get(key);
  if (slot) write(slot, value, { now: call.now, lag });
  else shelf.set(key, versioned(value, call.now + lag));
}

/** The zone of the caller's account. @throws {AwsError} NoSuchHostedZone; AccessDenied for another account's */
export function zoneNamed(call: Call, id: string): HostedZone {
  const slot = stateOf(call).zones.get(id);
  const zone = truth(slot);
  if (!zone || !visible(slot, call.now))
    throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);
  return ours(call, zone);
}

/** @throws {AwsError} NoSuchHealthCheck; AccessDenied for another account's */
export function checkNamed(call: Call, id: string): HealthCheck {
  const slot = stateOf(call).checks.get(id);
  const check = truth(slot);
  if (!check || !visible(slot, call.now))
    throw new AwsError('NoSuchHealthCheck', `A health check with id ${id} does not exist.`, 404);
  return ours(call, check);
}

function ours<T extends { readonly account: string }>(call: Call, thing: T): T {
  if (thing.account !== call.principal.account)
    throw new AwsError('AccessDenied', `User: ${call.principal.arn} is not authorized to access this resource`, 403);
  return thing;
}

export function seenZones(call: Call): HostedZone[] {
  return seen(call, stateOf(call).zones);
}

export function seenChecks(call: Call): HealthCheck[] {
  return seen(call, stateOf(call).checks);
}

function seen<T extends { readonly account: string }>(call: Call, shelf: Map<string, Versioned<T>>): T[] {
  const all = [...shelf.values()].flatMap((slot) => visible(slot, call.now) ?? []);
  return all.filter(({ account }) => account === call.principal.account);
}

export function trueRecords(state: Route53State, zoneID: string): RecordSet[] {
  return [...(state.records.get(zoneID)?.values() ?? [])].flatMap((slot) => truth(slot) ?? []);
}
