// SPDX-License-Identifier: GPL-3.0-or-later
import { forgotten, truth, versioned, visible, write } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { AwsState } from '../state.ts';
import type { AcmState, Certificate } from './state.ts';

export function acmOf(state: AwsState, account: string, region: string): AcmState {
  state.acm ??= new Map();
  const key = `${account}/${region}`;
  const held = state.acm.get(key) ?? { certificates: new Map(), progress: new Map() };
  state.acm.set(key, held);
  return held;
}

export function regionOf({ world, principal, route }: Call): AcmState {
  return acmOf(world.state, principal.account, route.region);
}

export function allSeen(call: Call): Certificate[] {
  const { certificates } = regionOf(call);
  for (const [arn, slot] of certificates) if (forgotten(slot, call.now)) certificates.delete(arn);
  return [...certificates.values()].flatMap((slot) => visible(slot, call.now) ?? []);
}

export function allTrue(held: AcmState): Certificate[] {
  return [...held.certificates.values()].flatMap((slot) => truth(slot) ?? []);
}

/** @throws {AwsError} ResourceNotFoundException; InvalidArnException for what is no certificate's ARN */
export function named(call: Call, arn: string): Certificate {
  if (!/^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/.test(arn))
    throw new AwsError('InvalidArnException', `Invalid ARN: ${arn}`);
  const slot = regionOf(call).certificates.get(arn);
  const certificate = truth(slot);
  if (!certificate || !visible(slot, call.now))
    throw new AwsError('ResourceNotFoundException', `Could not find certificate ${arn}.`);
  return certificate;
}

export function save(call: Call, arn: string, certificate: Certificate | undefined): void {
  const { certificates } = regionOf(call);
  const slot = certificates.get(arn);
  const lag = call.world.lag('acm');
  if (!slot) certificates.set(arn, versioned(certificate, call.now + lag));
  else write(slot, certificate, { now: call.now, lag });
}
