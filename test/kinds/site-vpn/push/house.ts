// SPDX-License-Identifier: GPL-3.0-or-later
/** The office with an OPNsense, which the operator configures over its API. */
import { createOpnsense, type OpnsenseOptions } from '../../../../src/simulator/opnsense/index.ts';
import type { Transport } from '../../../../src/wire/call.ts';
import { putSecret } from '../../../operator/worlds.ts';
import { briskOffices } from '../by-hand.ts';
import { office, region, type Office } from '../office.ts';

export const url = 'https://192.168.1.1';

export interface House extends Office {
  readonly firewall: ReturnType<typeof createOpnsense>;
  /** Starts the operator. */
  readonly start: () => void;
  /** Makes the Secret with the API key, and the object. */
  readonly made: (change?: object) => Promise<void>;
}

const fingerprint = 'AB'.repeat(32);

export function houseSpec(change: object = {}, name = 'office'): object {
  const opnsense = {
    url,
    tls: { fingerprints: [fingerprint] },
    credentialsSecretRef: { name: 'opnsense-api-secret' },
  };
  return office(
    {
      device: { type: 'OPNsense', secretRef: { name: `${name}-gateway` }, push: { opnsense } },
      ...change,
    },
    name,
  );
}

export function house(options: Omit<OpnsenseOptions, 'clock'> = {}): House {
  const world = briskOffices();
  world.aws.account('123456789012').makeVpc({ region, cidr: '10.27.0.0/16', tags: { Name: 'OTHER-VPC' } });
  const firewall = createOpnsense({ clock: world.clock, ...options });
  const apiKey = firewall.apiKey();
  const transport: Transport = (request) =>
    request.url.origin === url ? firewall.service(request) : world.transport(request);
  return {
    ...world,
    firewall,
    start: () => void world.operator({ transport }),
    async made(change) {
      await putSecret(world, 'opnsense-api-secret', { ...apiKey });
      await world.apply(houseSpec(change));
    },
  };
}

export const recordKinds = ['key', 'connection', 'local', 'remote', 'child', 'vti', 'gateway', 'route'] as const;

/** Records of each kind that one SiteVpn has on its firewall. */
export const whole: readonly number[] = recordKinds.map(() => 2);

export const countsOf = ({ firewall }: House): readonly number[] =>
  recordKinds.map((kind) => firewall.records(kind).size);

export const writesTo = ({ firewall }: House) => firewall.calls.filter(({ effect }) => effect === 'write');

export async function settledHouse(given: Parameters<typeof house>[0] = {}, change: object = {}): Promise<House> {
  const world = house(given);
  world.start();
  await world.made(change);
  await world.until(() => world.is('Synced', 'True'), 900);
  return world;
}
