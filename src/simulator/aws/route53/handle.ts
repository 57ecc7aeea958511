// SPDX-License-Identifier: GPL-3.0-or-later
/** What tests and demonstrations hold: telling how endpoints and alarms are, and looking at the truth that no lag dims. */
import { truth } from '../../kernel/versioned.ts';
import type { World } from '../call.ts';
import type { Answer, Question } from '../../dns/question.ts';
import { nextRandom } from '../../kernel/random.ts';
import type { AliasTargetLookup } from './alias-target.ts';
import { answer } from './answers/answer.ts';
import { trueRecords } from './shelf.ts';
import type { HealthCheck, HostedZone, RecordSet, ToldAlarm } from './state.ts';
import { success, timedOut, type Finding } from './status/findings.ts';
import { probe, type EndpointMap, type Prober } from './status/prober.ts';
import { findingsOf, isHealthy } from './status/status.ts';

export interface Route53Handle {
  readonly health: {
    /**
     * How an endpoint is from now on. Endpoints answer until told otherwise; checkers notice at their next looks, and change their minds after
     * `FailureThreshold` of them.
     * @param target A health check's id, or an address or name, with `:port` or for all its ports.
     * @param reason As GetHealthCheckStatus shows it.
     */
    readonly tell: (target: string, healthy: boolean, reason?: string) => void;
    /** Takes back all that was told of it. */
    readonly forget: (target: string) => void;
    /**
     * Really probes the endpoints of the map, in the world's time, until it is stopped. Private and loopback addresses are refused by Route 53, so
     * public ones are mapped to ports of this machine. What was told goes before what is found.
     */
    readonly probe: (map: EndpointMap) => Prober;
    /** The check's status as DNS sees it now, and what each checker thinks. @throws {TypeError} no such check */
    readonly of: (checkID: string) => { readonly healthy: boolean; readonly findings: readonly Finding[] };
    /** The state of a CloudWatch alarm, INSUFFICIENT_DATA until told. */
    readonly tellAlarm: (region: string, name: string, state: ToldAlarm['state']) => void;
  };
  /**
   * What the name servers answer now; all zones of all accounts, the one with the longest name. Give it to `serveDns`.
   * @param random In [0, 1); default: a seeded one of its own.
   */
  readonly answer: (question: Question, random?: () => number) => Answer;
  /** Services, and tests, put those in whose things aliases may point to. */
  readonly aliasTargets: AliasTargetLookup[];
  zones(): HostedZone[];
  /** As the API would list them, in no order. */
  records(zoneID: string): RecordSet[];
  checks(): HealthCheck[];
}

export function route53Handle(world: World): Route53Handle {
  const { clock } = world;
  // looked up at every use: a restored world has another state
  const state = (): World['state']['route53'] => world.state.route53;
  const seed = { seed: 53 };
  return {
    answer: (question, random = () => nextRandom(seed)) => answer(world, question, { now: clock.now(), random }),
    aliasTargets: world.aliasTargets,
    health: {
      tell: (target, healthy, reason) => {
        const told = state().told.get(target.toLowerCase()) ?? [];
        told.push({ from: clock.now(), healthy, reason: reason ?? (healthy ? success : timedOut) });
        state().told.set(target.toLowerCase(), told);
      },
      forget: (target) => void state().told.delete(target.toLowerCase()),
      probe: (map) => probe(world, map),
      of: (id) => {
        const check = truth(state().checks.get(id));
        if (!check) throw new TypeError(`There is no health check ${id}.`);
        return { healthy: isHealthy(world, id, clock.now()), findings: findingsOf(world, check, clock.now()) };
      },
      tellAlarm: (region, name, alarm) => {
        const key = `${region}/${name}`;
        state().alarms.set(key, [...(state().alarms.get(key) ?? []), { from: clock.now(), state: alarm }]);
      },
    },
    zones: () => [...state().zones.values()].flatMap((slot) => truth(slot) ?? []),
    records: (zoneID) => trueRecords(state(), zoneID),
    checks: () => [...state().checks.values()].flatMap((slot) => truth(slot) ?? []),
  };
}
