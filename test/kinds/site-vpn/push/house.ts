// SPDX-License-Identifier: GPL-3.0-or-later
/** The office with an OPNsense, which the operator configures over its API. */
import { createOpnsense, type OpnsenseOptions } from '../../../../src/simulator/opnsense/index.ts';
import type { Transport } from '../../../../src/wire/call.ts';
import { putSecret } from '../../../operator/worlds.ts';
import { briskOffices } from '../by-hand.ts';
import { office, type Office } from '../office.ts';

export const url = 'https://192.168.1.1';

export interface House extends Office {
  readonly firewall: ReturnType<typeof createOpnsense>;
  /** Starts the operator. */
  readonly start: () => void;
  /** Makes the Secret with the API key, and the object. */
  readonly made: (change?: object) => Promise<void>;
}

const fingerprint = 'AB'.repeat(32);

export function houseSpec(change: object = {}): object {
  const opnsense = {
    url,
    tls: { fingerprints: [fingerprint] },
    credentialsSecretRef: { name: 'opnsense-api-secret' },
  };
  return office({
    device: { type: 'OPNsense', secretRef: { name: 'office-gateway' }, push: { opnsense } },
    ...change,
  });
}

export function house(options: Omit<OpnsenseOptions, 'clock'> = {}): House {
  const world = briskOffices();
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
