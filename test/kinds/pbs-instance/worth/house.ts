// SPDX-License-Identifier: GPL-3.0-or-later
/** Proxmox VE and a backup server over HTTPS, a bucket behind them, and somebody who looks what the backups are worth. */
import type { WorthStatus } from '../../../../src/api/pbs-instance/worth.ts';
import { HttpsApis } from '../../../../src/clouds/https/https-api.ts';
import { PbsServers } from '../../../../src/clouds/pbs/pbs.ts';
import { Pves } from '../../../../src/clouds/pve/pve.ts';
import { settle, type Condition } from '../../../../src/core/conditions.ts';
import type { News } from '../../../../src/core/kind.ts';
import { rfc3339 } from '../../../../src/core/time.ts';
import { worthNews } from '../../../../src/kinds/pbs-instance/worth/news.ts';
import { observeWorth } from '../../../../src/kinds/pbs-instance/worth/observe.ts';
import type { WorthSeen } from '../../../../src/kinds/pbs-instance/worth/seen.ts';
import type { WorthWish } from '../../../../src/kinds/pbs-instance/worth/wish.ts';
import { worthOf, type Worth } from '../../../../src/kinds/pbs-instance/worth/worth.ts';
import type { CallRecord } from '../../../../src/wire/call.ts';
import { ForbiddenPlaces } from '../../../../src/wire/forbidden-places.ts';
import { unfenced } from '../../../../src/wire/guard.ts';
import { undiciTransport } from '../../../../src/wire/undici-transport.ts';
import { createWire } from '../../../../src/wire/wire.ts';
import { address, least } from '../../../simulator/proxmox/cloud.ts';
import { store, wired, type Wired } from '../../../simulator/proxmox/wired.ts';

export const hour = 3_600_000;
const scope = { kind: 'PbsInstance', namespace: 'default', name: 'main', uid: 'uid-1', policy: 'Apply' } as const;

export interface Looked extends Worth {
  readonly seen: WorthSeen;
  readonly news: readonly News[];
  /** `Ready` by its reason; empty: it is. */
  readonly ready: string;
  readonly status: WorthStatus;
  condition(type: string): string;
}

interface Token {
  readonly id: string;
  readonly secret: string;
}

export interface House extends Wired {
  /** What was asked, over the wire. */
  readonly records: CallRecord[];
  readonly wish: WorthWish;
  look(wish?: Partial<WorthWish>, token?: Token): Promise<Looked>;
  /** Another server answers at its address, or the first one again. */
  serveAgain(): Promise<void>;
  /** Gives the key of the server its rights back. */
  allow(): Promise<void>;
  close(): Promise<void>;
}

export async function house(given: Parameters<typeof wired>[0] = {}): Promise<House> {
  const at = await wired(given);
  const pveServed = await at.world.servePve();
  let pbsServed = await at.world.servePbs(address);
  const { fingerprint: pin } = pbsServed;
  const records: CallRecord[] = [];
  const wire = createWire({
    clock: at.clock,
    fence: unfenced,
    onCall: (record) => records.push(record),
    transport: undiciTransport(),
  });
  const apis = new HttpsApis(wire, { forbidden: new ForbiddenPlaces() });
  const [pveToken, pbsToken] = [at.world.pve.token({ user: 'looker@pve' }), at.server.token({ user: 'looker@pbs' })];
  const pinned = (fingerprint: string) => ({ by: 'Fingerprint', sha256: [fingerprint] }) as const;
  const pves = new Pves(apis, at.clock);
  const servers = new PbsServers({ apis, clock: at.clock, learn: () => undefined });
  const wish: WorthWish = {
    node: 'node1',
    storage: 'pbs-main',
    datastore: store,
    namespace: '',
    jobs: [{ id: 'nightly', exclude: [] }],
    recoveryPointHours: 26,
    verifiedWithinDays: 0,
    telemetryMs: 300_000,
    maxAgeMs: 0,
  };
  let before: WorthStatus & { conditions?: readonly Condition[] } = {};
  const look = async (more: Partial<WorthWish> = {}, { id, secret }: Token = pveToken): Promise<Looked> => {
    // no answer of a look before will do
    await at.clock.advance(1000);
    const wanted = { ...wish, ...more };
    const world = {
      pve: pves.at({
        url: pveServed.url,
        trust: pinned(pveServed.fingerprint),
        granted: true,
        token: { tokenID: id, secret },
        scope,
      }),
      pbs: servers.at(
        { url: pbsServed.url, trust: pinned(pin), granted: true, scope },
        { tokenID: pbsToken.id, secret: pbsToken.secret },
      ),
      now: () => at.clock.now(),
    };
    const seen = await observeWorth(world, wanted);
    const worth = worthOf(wanted, seen, before);
    const conditions = settle(before.conditions ?? [], worth.facts.conditions, {
      generation: 1,
      time: rfc3339(at.clock.now()),
    });
    const now = { ...worth.facts.fields, conditions };
    const news = worthNews(before, now);
    before = now;
    return {
      ...worth,
      seen,
      news,
      ready: worth.serving === true ? '' : worth.serving.reason,
      status: worth.facts.fields,
      condition: (type) => {
        const { status, reason } = conditions.find((one) => one.type === type) ?? {};
        return `${status} ${reason}`;
      },
    };
  };
  return {
    ...at,
    records,
    wish,
    look,
    allow: async () => {
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: least });
      await at.root.iam('PutUserPolicy', { UserName: 'pbs', PolicyName: 'p', PolicyDocument });
    },
    serveAgain: async () => {
      await pbsServed.close();
      pbsServed = await at.world.servePbs(address);
    },
    close: async () => {
      await pveServed.close();
      await pbsServed.close();
    },
  };
}
