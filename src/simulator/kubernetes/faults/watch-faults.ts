// SPDX-License-Identifier: GPL-3.0-or-later
/** What can go wrong on open watches and with lists; each on purpose, each undone by its own handle or by `clear`. */
import { nextRandom } from '../../kernel/random.ts';
import type { FaultRule } from '../../kernel/faults.ts';
import type { Change } from '../store.ts';
import type { Watch, WatchMatch } from '../watches.ts';
import type { World } from '../world.ts';

export interface WatchTrouble extends WatchMatch {
  /** Each event arrives this many milliseconds late; their order stays. */
  readonly lagMs?: number;
  /** Chance (0 to 1) that an event comes twice. */
  readonly replay?: number;
  /** Chance that an event never comes; the object's next event, or a relist, tells. */
  readonly drop?: number;
  /** Chance that an event waits until after the next one of another object; one object's events keep their order. */
  readonly reorder?: number;
}

export interface Faults {
  /**
   * Faults of single requests: service `kubernetes`, actions such as `patch backuptargets/status`, `list secrets`, `watch backuptargets`.
   * `status` 429 (Retry-After in `afterCalls` seconds), 410, 500, 503, 504; kinds as in the kernel.
   */
  readonly request: (...rules: FaultRule[]) => void;
  /** From now on, on open and future watches that match. */
  readonly watch: (trouble: WatchTrouble) => void;
  /** Connections break now; answers how many. */
  readonly cut: (match?: WatchMatch) => number;
  /** Open watches get an ERROR event with status 410 and end. */
  readonly expire: (match?: WatchMatch) => number;
  /** A line that is no JSON comes in between. */
  readonly brokenLine: (match?: WatchMatch) => number;
  /** Half-open: connections stay, nothing comes any more, until they are cut or time out. */
  readonly silence: (match?: WatchMatch) => number;
  /** A stream ends in the middle of a line. */
  readonly tear: (match?: WatchMatch) => number;
  /** Lists with `resourceVersion` show the world this many changes ago, as a lagging cache does. */
  readonly staleLists: (changes: number, resource?: string) => void;
  readonly clear: () => void;
}

function matches(match: WatchMatch, watch: Watch): boolean {
  const { resource = watch.resource, namespace = watch.namespace, user = watch.user } = match;
  return resource === watch.resource && namespace === watch.namespace && user === watch.user;
}

export function createFaults(world: World): Faults {
  const { watches, rules, clock } = world;
  let troubles: WatchTrouble[] = [];
  const held = new Map<Watch, { readonly line: string; readonly key: string }>();

  const distort = (line: string, watch: Watch, change: Change): readonly string[] => {
    const trouble = troubles.find((one) => matches(one, watch));
    if (!trouble) return [line];
    const happens = (chance: number | undefined): boolean => chance !== undefined && nextRandom(world.random) < chance;
    if (happens(trouble.drop)) return [];
    const lines = happens(trouble.replay) ? [line, line] : [line];
    const ordered = reorder(watch, change, { lines, hold: happens(trouble.reorder) });
    if (!trouble.lagMs) return ordered;
    void clock.sleep(trouble.lagMs).then(() => {
      if (!watch.silent) for (const one of ordered) watch.stream.write(one);
    });
    return [];
  };

  const reorder = (
    watch: Watch,
    { key }: Change,
    { lines, hold }: { lines: readonly string[]; hold: boolean },
  ): readonly string[] => {
    const waiting = held.get(watch);
    if (waiting) {
      held.delete(watch);
      return waiting.key === key ? [waiting.line, ...lines] : [...lines, waiting.line];
    }
    if (!hold) return lines;
    held.set(watch, { line: lines.join(''), key });
    return [];
  };

  const each = (match: WatchMatch | undefined, act: (watch: Watch) => void): number => {
    const found = watches.matching(match ?? {});
    for (const watch of found) act(watch);
    return found.length;
  };

  return {
    request: (...added) => rules.add(...added),
    watch: (trouble) => {
      troubles = [trouble, ...troubles];
      watches.distort = distort;
    },
    cut: (match) => watches.cut(match ?? {}),
    expire: (match) =>
      each(match, (watch) => {
        watch.stream.write(watch.gone());
        watch.stream.end();
      }),
    brokenLine: (match) => each(match, (watch) => watch.stream.write('{"type":"MODIFIED","object":{"kind\n')),
    silence: (match) =>
      each(match, (watch) => {
        watch.silent = true;
      }),
    tear: (match) =>
      each(match, (watch) => {
        watch.stream.write('{"type":"MODI');
        watch.stream.end();
      }),
    staleLists: (changes, resource) => {
      world.stale = { changes, ...(resource === undefined ? {} : { resource }) };
    },
    clear: () => {
      rules.clear();
      troubles = [];
      for (const [watch, { line }] of held) watch.stream.write(line);
      held.clear();
      watches.distort = undefined;
      world.stale = undefined;
    },
  };
}
