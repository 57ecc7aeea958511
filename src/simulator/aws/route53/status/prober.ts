// SPDX-License-Identifier: GPL-3.0-or-later
/** Really looks at endpoints: each checker at its own moments, in the world's time. */
import { truth } from '../../../kernel/versioned.ts';
import type { World } from '../../call.ts';
import type { HealthCheck } from '../state.ts';
import { checkersOf, type Checker } from './checkers.ts';
import { toldOf, type Finding } from './findings.ts';
import { look, type Endpoint, type LookResult } from './look.ts';

export interface Prober {
  /** Resolves when no look is under way. */
  settled(): Promise<void>;
  /** Findings stay as they are. */
  stop(): Promise<void>;
}

/** Ports of this machine by what stands for them: `{ '203.0.113.10:80': '127.0.0.1:40123' }`; names instead of addresses will do. */
export type EndpointMap = Readonly<Record<string, string>>;

interface Watch {
  readonly checker: Checker;
  next: number;
  /** Looks in a row that say otherwise. */
  run: number;
  finding: Finding;
}

/** How often it sees whether there are new checks. */
const rounds = 500;

export function probe(world: World, map: EndpointMap): Prober {
  const { clock } = world;
  const stopped = new AbortController();
  const watches = new Map<string, Watch[]>();
  const underWay = new Set<Promise<void>>();

  const watchesOf = (check: HealthCheck): Watch[] => {
    const key = [check.id, ...(check.config.regions ?? [])].join(' ');
    const held = watches.get(key) ?? newWatches(check, clock.now());
    watches.set(key, held);
    return held;
  };

  const visit = (check: HealthCheck, watch: Watch, endpoint: Endpoint): void => {
    watch.next = Math.max(watch.next + (check.config.interval ?? 30) * 1000, clock.now());
    const work = look(check, endpoint, clock).then((result) => {
      underWay.delete(work);
      if (stopped.signal.aborted) return;
      note(check, watch, { ...result, at: clock.now() });
      world.probed.set(
        check.id,
        watchesOf(check).map(({ finding }) => finding),
      );
    });
    underWay.add(work);
  };

  const round = (): void => {
    const { checks } = world.state.route53;
    for (const id of world.probed.keys()) if (!truth(checks.get(id))) world.probed.delete(id);
    for (const slot of checks.values()) {
      const check = truth(slot);
      const endpoint = check && endpointOf(check, map);
      // what was told of an endpoint goes before what it says itself
      if (!check || !endpoint || check.config.disabled || toldOf(world.state.route53, check)) continue;
      for (const watch of watchesOf(check)) if (watch.next <= clock.now()) visit(check, watch, endpoint);
    }
  };

  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      round();
      await clock.sleep(rounds, stopped.signal);
    }
  };
  const ended = run();
  const settled = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return {
    settled,
    stop: async () => {
      stopped.abort();
      await Promise.all([ended, settled()]);
    },
  };
}

function newWatches(check: HealthCheck, now: number): Watch[] {
  const every = (check.config.interval ?? 30) * 1000;
  return checkersOf(check.config).map((checker) => {
    const { region, ip } = checker;
    const finding = { region, ip, healthy: check.start.healthy };
    return { checker, next: now + checker.phase * every, run: 0, finding };
  });
}

function note(
  { config }: HealthCheck,
  watch: Watch,
  { healthy, report, at }: LookResult & { readonly at: number },
): void {
  watch.run = healthy === watch.finding.healthy ? 0 : watch.run + 1;
  const turns = watch.run >= (config.threshold ?? 3);
  if (turns) watch.run = 0;
  const latest = { at, report };
  watch.finding = {
    ...watch.finding,
    healthy: turns ? healthy : watch.finding.healthy,
    latest,
    ...(healthy ? {} : { lastFailure: latest }),
  };
}

/** By address if the check has one, else by name, with the port. */
function endpointOf({ config }: HealthCheck, map: EndpointMap): Endpoint | undefined {
  const named = `${config.ip ?? config.domain?.toLowerCase() ?? ''}:${config.port ?? ''}`;
  const [host, port] = (Object.hasOwn(map, named) ? map[named] : undefined)?.split(':') ?? [];
  return host === undefined || port === undefined ? undefined : { host, port: Number(port) };
}
