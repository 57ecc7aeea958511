// SPDX-License-Identifier: GPL-3.0-or-later
/** What a process remembers of firewalls and of other clouds, so that another one goes on with it; and what of it makes a difference. */
import type { HttpsApis } from '../../src/clouds/https/https-api.ts';
import { Opnsenses } from '../../src/clouds/opnsense/opnsense.ts';
import { Silences, type Silence } from '../../src/clouds/opnsense/silence.ts';
import { OpenStack, type KnownLogin } from '../../src/clouds/openstack/openstack.ts';
import { byAge, ListedLooks, type Answers, type ToldClock } from './memory.ts';
import type { Saved } from './worlds.ts';

/** Times are by the clock that never jumps. */
export interface SiteMemory {
  readonly firewalls: Answers;
  readonly silences: readonly (readonly [string, Silence])[];
  readonly logins: readonly (readonly [string, KnownLogin])[];
  readonly routers: Answers;
}

export interface RememberingSites {
  readonly opnsense: Opnsenses;
  readonly openstack: OpenStack;
  save(): SiteMemory;
}

interface Given {
  readonly apis: HttpsApis;
  readonly clock: ToldClock;
  readonly learn: (secret: string) => void;
  readonly memory?: SiteMemory | undefined;
}

export function rememberingSites({ apis, clock, learn, memory }: Given): RememberingSites {
  const firewalls = new ListedLooks(clock, memory?.firewalls ?? []);
  const routers = new ListedLooks(clock, memory?.routers ?? []);
  const silences = new Map(memory?.silences);
  const logins = new Map(memory?.logins.map(([key, login]) => [key, { ...login }]));
  return {
    opnsense: new Opnsenses(apis, clock, { shared: firewalls, silences: new Silences(clock, silences) }),
    openstack: new OpenStack({ apis, clock, learn, known: logins, looks: routers }),
    save: () => ({
      firewalls: [...firewalls.answers],
      silences: [...silences],
      logins: [...logins].map(([key, login]) => [key, { ...login }]),
      routers: [...routers.answers],
    }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function entriesOf(map: unknown): readonly (readonly [string, Fields])[] {
  return (map as { readonly $map: readonly (readonly [string, Fields])[] }).$map;
}

function partsOf({ sites }: Saved): { readonly firewall: Fields; readonly users: unknown; readonly cloud: Fields } {
  const { opnsense, openstack } = sites as unknown as Record<'opnsense' | 'openstack', Fields>;
  return { firewall: opnsense['firewall'] as Fields, users: opnsense['users'], cloud: openstack };
}

/** How often something was reconfigured, and a router's revision, nothing in this repository asks for; of tokens only whether one is held. */
export function sitesState(worlds: Saved): unknown {
  const { firewall, users, cloud } = partsOf(worlds);
  const { reconfigured: _reconfigured, ...kept } = firewall;
  const { random: _random, tokens: _tokens, routers, ...others } = cloud;
  const lasting = entriesOf(routers).map(([id, { updatedAt: _at, revision: _revision, ...router }]) => [id, router]);
  return [kept, users, others, lasting];
}

/** One token is as good as another, as long as the cloud takes it. */
export async function sitesRemembered(memory: SiteMemory, worlds: Saved): Promise<unknown> {
  const { monotonic, now } = worlds;
  const given = new Map(entriesOf(partsOf(worlds).cloud['tokens']));
  const logins = memory.logins.map(async ([key, { access, until }]) => {
    const { token, neutron } = await access;
    return [key, until - monotonic, Number(given.get(token)?.['expiresAt'] ?? now) - now, neutron];
  });
  return [
    await byAge(memory.firewalls, monotonic),
    memory.silences.map(([way, { failure, until }]) => [way, failure.message, until - monotonic]),
    await Promise.all(logins),
    await byAge(memory.routers, monotonic),
  ];
}

/** Texts of tokens follow from how many calls there were; nobody is shown them. */
export function tokensOf(worlds: Saved): ReadonlySet<string> {
  return new Set(entriesOf(partsOf(worlds).cloud['tokens']).map(([token]) => token));
}
