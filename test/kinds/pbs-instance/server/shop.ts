// SPDX-License-Identifier: GPL-3.0-or-later
/** A backup server over HTTPS that was installed a minute ago, and the part that takes it over. */
import { HttpsApis } from '../../../../src/clouds/https/https-api.ts';
import { PbsServers } from '../../../../src/clouds/pbs/pbs.ts';
import type { KubeObject } from '../../../../src/core/objects.ts';
import type { Hold } from '../../../../src/core/plan.ts';
import { serverActions, type ServerClouds } from '../../../../src/kinds/pbs-instance/server/act.ts';
import { observeServer } from '../../../../src/kinds/pbs-instance/server/observe.ts';
import { planServer } from '../../../../src/kinds/pbs-instance/server/plan.ts';
import type { ServerStep } from '../../../../src/kinds/pbs-instance/server/steps.ts';
import type { MadeServer, ServerWish } from '../../../../src/kinds/pbs-instance/server/wish.ts';
import type { ServerWorld } from '../../../../src/kinds/pbs-instance/server/world.ts';
import { newWorld } from '../../../simulator/aws/client.ts';
import type { PbsView } from '../../../../src/simulator/proxmox/told-pbs.ts';
import { ForbiddenPlaces } from '../../../../src/wire/forbidden-places.ts';
import { unfenced } from '../../../../src/wire/guard.ts';
import type { CallRecord, Transport } from '../../../../src/wire/call.ts';
import { undiciTransport } from '../../../../src/wire/undici-transport.ts';
import { createWire } from '../../../../src/wire/wire.ts';
import { stage, type Stage } from '../../../simulator/proxmox/world.ts';
import { memorySecrets, type MemorySecrets } from '../memory-secrets.ts';

export const password = 'correct-horse-battery';
export const object: KubeObject = {
  apiVersion: 'hybridcloud.dev/v1alpha1',
  kind: 'PbsInstance',
  metadata: {
    name: 'main',
    namespace: 'default',
    uid: 'uid-main',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-01-05T00:00:00Z',
  },
};
export const scope = {
  kind: 'PbsInstance',
  namespace: 'default',
  name: 'main',
  uid: 'uid-main',
  policy: 'Apply',
} as const;

export interface Shop extends Stage {
  readonly aws: ReturnType<typeof newWorld>;
  readonly server: PbsView;
  readonly url: string;
  readonly servers: PbsServers;
  readonly secrets: MemorySecrets;
  readonly learnt: string[];
  readonly records: CallRecord[];
  /** Of which write, counted from 0, the answer is lost: it was done all the same. */
  readonly lost: { at: number | undefined; writes: number };
  /** Of root, as the installation left it, and kept by us. */
  readonly kept: { password: string | undefined };
  readonly wish: MadeServer;
  readonly world_: ServerWorld;
  close(): Promise<void>;
}

/** Tests run beside each other, and each server has the port that it has in life. */
let addresses = 60;
const block = `127.${2 + (process.pid % 250)}.${2 + (Math.trunc(process.pid / 250) % 250)}`;

function losing(lost: Shop['lost']): Transport {
  const send = undiciTransport();
  return async (request) => {
    const answer = await send(request);
    const isWrite = request.method !== 'GET' && !request.url.pathname.endsWith('/access/ticket');
    if (!isWrite || lost.writes++ !== lost.at) return answer;
    for await (const _ of answer.body) void _;
    throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  };
}

export async function shop(given: { readonly version?: string; readonly seed?: number } = {}): Promise<Shop> {
  const aws = newWorld();
  const { seed = 1 } = given;
  const at = stage({ clock: aws.clock, s3: aws.world.service, seed });
  const address = `${block}.${addresses++}`;
  const more = given.version === undefined ? {} : { version: given.version };
  const server = at.world.addPbs({ address, rootPassword: password, ...more });
  const served = await at.world.servePbs(address);
  const records: CallRecord[] = [];
  const lost: Shop['lost'] = { at: undefined, writes: 0 };
  const wire = createWire({
    clock: at.clock,
    fence: unfenced,
    transport: losing(lost),
    onCall: (record) => records.push(record),
  });
  const apis = new HttpsApis(wire, { forbidden: new ForbiddenPlaces() });
  const learnt: string[] = [];
  const learn = (text: string) => void learnt.push(text);
  const servers = new PbsServers({ apis, clock: at.clock, learn });
  const secrets = memorySecrets();
  const kept: Shop['kept'] = { password };
  let randoms = 0;
  const world_: ServerWorld = {
    servers,
    secrets,
    object,
    scope,
    now: () => at.clock.now(),
    learn,
    random: () => `random-text-of-thirty-two-letters-${++randoms}`,
    rootPassword: () => Promise.resolve(kept.password),
    forgetRootPassword: () => {
      kept.password = undefined;
      return Promise.resolve();
    },
  };
  const wish: MadeServer = {
    type: 'VirtualMachine',
    url: served.url,
    granted: true,
    secret: 'main-server',
    vm: '5025071f-bc34-437a-960c-79f5d091c78f',
    cache: { name: 'cache' },
  };
  return {
    ...at,
    aws,
    server,
    url: served.url,
    servers,
    secrets,
    learnt,
    records,
    lost,
    kept,
    wish,
    world_,
    close: () => served.close(),
  };
}

export interface Walk {
  readonly done: readonly ServerStep[];
  readonly hold?: Hold;
}

/** Looks, plans, does the first step, looks again; until nothing is left, or only a person can help. */
export async function walk(at: Shop, wish: ServerWish = at.wish, world: ServerWorld = at.world_): Promise<Walk> {
  const done: ServerStep[] = [];
  for (let looks = 0; looks < 60; looks++) {
    const { steps, hold } = planServer(wish, await observeServer(world, wish));
    const [step] = steps;
    if (step) {
      await act({ world, wish }, step);
      done.push(step);
    } else if (hold?.why === 'Waiting') await at.clock.advance(hold.lookAgainAfterMs ?? 5000);
    else return { done, ...(hold ? { hold } : {}) };
  }
  throw new Error(`It never ends: ${done.map((one) => one.do).join(' ')}`);
}

export async function act(clouds: ServerClouds, step: ServerStep): Promise<void> {
  const run = serverActions[step.do] as (clouds: ServerClouds, step: ServerStep) => Promise<unknown>;
  await run(clouds, step);
}
