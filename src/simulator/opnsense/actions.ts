// SPDX-License-Identifier: GPL-3.0-or-later
/** The controllers of IPsec, Routing and Routes: what a path does. */
import { applyIPsec, applyRoutes } from './apply.ts';
import { add, get, remove, search, set, type Json } from './collections.ts';
import type { Firewall, Kind } from './state.ts';

export type Body = Record<string, unknown>;

interface Asked {
  readonly firewall: Firewall;
  readonly args: readonly string[];
  readonly body: Body;
}

export interface Action {
  readonly effect: 'read' | 'write';
  /** What a GET is answered where a POST is needed. */
  readonly onGet?: Json;
  run(asked: Asked): Json;
}

const failed = { result: 'failed' };

function verbs(
  kind: Kind,
  names: Readonly<Record<'search' | 'get' | 'set' | 'add' | 'del', string>>,
): [string, Action][] {
  const uuidOf = ({ args: [uuid = ''] }: Asked) => uuid;
  const write = (run: Action['run']): Action => ({ effect: 'write', onGet: failed, run });
  return [
    [names.search, { effect: 'read', run: ({ firewall }) => search(firewall, kind) }],
    [names.get, { effect: 'read', run: (asked) => get(asked.firewall, kind, uuidOf(asked)) }],
    [names.set, write((asked) => set(asked.firewall, kind, [uuidOf(asked), asked.body]))],
    [names.add, write(({ firewall, body }) => add(firewall, kind, body))],
    [names.del, write((asked) => remove(asked.firewall, kind, uuidOf(asked)))],
  ];
}

function under(prefix: string, kind: Kind, item: string): [string, Action][] {
  const named = (verb: string) => `${prefix}/${verb}${item}`;
  return verbs(kind, {
    search: named('search'),
    get: named('get'),
    set: named('set'),
    add: named('add'),
    del: named('del'),
  });
}

/** By their names without underscores, in lower case: `add_connection` and `addConnection` are one (Router.php, parsePath). */
export const actions: ReadonlyMap<string, Action> = new Map([
  ...under('ipsec/presharedkeys', 'key', 'item'),
  ...(['connection', 'local', 'remote', 'child'] as const).flatMap((kind) => under('ipsec/connections', kind, kind)),
  ...under('ipsec/vti', 'vti', ''),
  ...under('routing/settings', 'gateway', 'gateway'),
  ...under('routes/routes', 'route', 'route'),
  ['ipsec/connections/isenabled', { effect: 'read', run: ({ firewall }) => ({ enabled: firewall.ipsecEnabled }) }],
  [
    'ipsec/connections/toggle',
    {
      effect: 'write',
      onGet: { status: 'failed' },
      run({ firewall, args: [enabled] }) {
        firewall.ipsecEnabled = enabled === '0' || enabled === '1' ? enabled === '1' : !firewall.ipsecEnabled;
        return { status: 'ok' };
      },
    },
  ],
  ...(
    [
      ['ipsec/service/reconfigure', applyIPsec],
      ['routes/routes/reconfigure', applyRoutes],
      ['routing/settings/reconfigure', applyRoutes],
    ] as const
  ).map(([name, run]): [string, Action] => [
    name,
    {
      effect: 'write',
      onGet: { status: 'failed' },
      run({ firewall }) {
        run(firewall);
        return { status: 'ok' };
      },
    },
  ]),
]);
