// SPDX-License-Identifier: GPL-3.0-or-later
/** A namespace with ConfigMaps and Secrets, and an object whose spec is changed: looks, thinks, acts, and compares with what was foretold. */
import { expect } from '@jest/globals';
import type { HaproxyCheck, HaproxyVerdict } from '../../../../src/clouds/haproxy/installed-haproxy.ts';
import type { KubeObject } from '../../../../src/core/objects.ts';
import { haproxyActions } from '../../../../src/kinds/gslb-endpoint/haproxy/act.ts';
import { afterHaproxy } from '../../../../src/kinds/gslb-endpoint/haproxy/after.ts';
import { haproxyDesired, type HaproxySource } from '../../../../src/kinds/gslb-endpoint/haproxy/desired.ts';
import { haproxyFacts } from '../../../../src/kinds/gslb-endpoint/haproxy/facts.ts';
import { observeHaproxy, type HaproxyLast } from '../../../../src/kinds/gslb-endpoint/haproxy/observe.ts';
import { absentHaproxy, planHaproxy } from '../../../../src/kinds/gslb-endpoint/haproxy/plan.ts';
import type { HaproxyStep } from '../../../../src/kinds/gslb-endpoint/haproxy/steps.ts';
import type { Outside } from '../../../../src/kinds/outside.ts';
import { createConfigMaps } from '../../../../src/kube/config-maps.ts';
import { createSecrets } from '../../../../src/kube/secrets.ts';
import { VirtualClock } from '../../../../src/simulator/kernel/clock.ts';
import { FakeStore } from '../../../kube/fake-store.ts';
import { specOf } from './models.ts';

const [namespace, name] = ['web', 'gslb'];
const metadata = { name, namespace, uid: 'gslb-uid', resourceVersion: '1', generation: 1, creationTimestamp: '' };
const object: KubeObject = { apiVersion: 'hybridcloud.dev/v1alpha1', kind: 'GslbEndpoint', metadata };
/** Of another object. */
export const stranger: KubeObject = { ...object, metadata: { ...metadata, name: 'other', uid: 'other-uid' } };

export interface House {
  readonly store: FakeStore;
  readonly configMaps: Outside['configMaps'];
  readonly secrets: Outside['secrets'];
  readonly learnt: string[];
  /** What HAProxy says; absent: there is none. */
  verdict: HaproxyVerdict | undefined;
  /** It does not answer, for this reason. */
  silent?: Error | undefined;
  /** What it was asked. */
  readonly asked: string[];
  written: object | undefined;
  status: HaproxyLast;
}

export function house(written: object | undefined): House {
  const store = new FakeStore();
  const client = store.client(new VirtualClock());
  const [configMaps, secrets] = [createConfigMaps(client), createSecrets({ client })];
  return { store, configMaps, secrets, learnt: [], verdict: undefined, asked: [], written, status: {} };
}

function outsideOf(at: House): Outside {
  const { configMaps, secrets } = at;
  const haproxy: HaproxyCheck = {
    check(write, more = []) {
      at.asked.push([write('/nobody.pem'), ...more].join('\n'));
      if (at.silent) return Promise.reject(at.silent);
      return Promise.resolve(at.verdict ?? { verdict: 'NotChecked' });
    },
  };
  const clock = { now: () => Date.parse('2025-11-29T02:00:00Z') };
  const learnSecret = (text: string) => at.learnt.push(text);
  return { configMaps, secrets, clock, learnSecret, ...(at.verdict ? { haproxy } : {}) } as unknown as Outside;
}

function sourceOf({ written }: House): HaproxySource {
  return { name, namespace, spec: { endpoints: [], ...(written ? { haproxy: specOf(written) } : {}) } };
}

/** One look: what was planned, and all that may be shown of it. */
export async function look(at: House, absent = false) {
  const [outside, source, owner] = [outsideOf(at), sourceOf(at), { uid: 'gslb-uid' }];
  const desired = haproxyDesired(source);
  const found = await observeHaproxy({ outside, owner }, { ...source, last: at.status });
  const part = absent ? absentHaproxy(found) : planHaproxy(desired, found);
  const facts = haproxyFacts(desired, found);
  at.status = facts.fields;
  const act = async (step: HaproxyStep) => {
    const doing = haproxyActions[step.do] as (clouds: unknown, step: HaproxyStep) => Promise<void>;
    await doing({ outside, owner, object, spec: source.spec }, step);
  };
  return { found, part, facts, act, condition: facts.conditions?.[0] };
}

/** Until nothing is left to do, or something stands in the way; each step leads to what was foretold of it. */
export async function settle(at: House, absent = false): Promise<readonly string[]> {
  const done: string[] = [];
  for (let looks = 0; looks < 10; looks += 1) {
    const { found, part, act } = await look(at, absent);
    const [step] = part.steps;
    if (!step || !found) return done;
    const foretold = afterHaproxy(found, step);
    expect(foretold).not.toBe(found);
    await act(step);
    done.push(step.do);
    const { found: seen } = await look(at, absent);
    expect(seen).toEqual(foretold);
    if (seen) expect(afterHaproxy(seen, step)).toBe(seen);
  }
  throw new Error(`it does not end: ${done.join(', ')}`);
}

export async function published(at: House): Promise<ReadonlyMap<string, string> | undefined> {
  return (await at.configMaps.read(namespace, 'gslb-haproxy'))?.data;
}

export async function givePassword(at: House, secret: string, password: string): Promise<void> {
  const live = await at.secrets.read(namespace, secret);
  const content = { annotations: {}, data: new Map([['password', password]]) };
  if (live) await at.secrets.replace(live, content);
  else await at.secrets.create(stranger, { name: secret, type: 'Opaque', ...content });
}
