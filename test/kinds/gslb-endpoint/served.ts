// SPDX-License-Identifier: GPL-3.0-or-later
/** Random names of every policy, and who really answers for them: every place of the simulated world asks, as often as chance needs. */
import * as fc from 'fast-check';
import { networks } from '../../../src/simulator/aws/route53/answers/places.ts';
import { endpoint, gslb, zoneName, type City } from './city.ts';

export interface Named {
  readonly name: string;
  readonly policy: string;
  readonly manifest: object;
  /** By the endpoint's name. */
  readonly addresses: ReadonlyMap<string, string>;
}

interface Shape {
  readonly state: string;
  /** Of those where an endpoint needs none. */
  readonly checked: boolean;
  readonly inverted: boolean;
  /** Judged by the first two endpoints. */
  readonly calculated: boolean;
  readonly weight: number;
}

const shape: fc.Arbitrary<Shape> = fc.record({
  state: fc.constantFrom('Active', 'Active', 'Active', 'Drained'),
  checked: fc.constantFrom(true, true, true, false),
  inverted: fc.constantFrom(false, false, false, true),
  calculated: fc.constantFrom(false, false, false, true),
  weight: fc.constantFrom(0, 0, 1, 3, 10),
});

const regions = ['ap-northeast-2', 'ap-northeast-1', 'eu-central-1', 'us-east-1', 'sa-east-1', 'af-south-1'];
/** In each of them is somebody whom no smaller one of these takes. */
const places = [
  { country: '*' },
  { continent: 'AS' },
  { country: 'KR' },
  { continent: 'EU' },
  { country: 'DE' },
  { continent: 'NA' },
  { country: 'US' },
  { country: 'US', subdivision: 'VA' },
];

const special: Readonly<Record<string, (n: number, given: Shape) => object>> = {
  Failover: (n) => ({ role: ['Primary', 'Secondary'][n] }),
  Weighted: (_, { weight }) => ({ weight }),
  Latency: (n) => ({ region: regions[n] }),
  Geolocation: (n) => ({ geolocation: places[n] }),
  Multivalue: () => ({}),
};
const most: Readonly<Record<string, number>> = { Failover: 2, Weighted: 5, Latency: 6, Geolocation: 8, Multivalue: 10 };

function checkOf(shapes: readonly Shape[], n: number, address: string): object | undefined {
  const { checked, inverted, calculated } = shapes[n] ?? { checked: true, inverted: false, calculated: false };
  if (!checked) return undefined;
  const turned = inverted ? { healthyWhen: 'Failing' } : {};
  if (calculated && n > 1)
    return { type: 'Calculated', calculated: { endpoints: ['e0', 'e1'], healthyAtLeast: 1 }, ...turned };
  return { type: 'TCP', address, port: 443, intervalSeconds: 10, failureThreshold: 1, ...turned };
}

/** The first endpoints are checked and active: a primary, a default location, and whose health others are judged by. */
function named(policy: string, at: number, given: readonly Shape[]): Named {
  const name = `n${at}`;
  const shapes = given.map((one, n): Shape => {
    const first = { ...one, state: 'Active', checked: true, calculated: false };
    return n < 2 ? first : one;
  });
  const list = shapes.map((one, n) => {
    const address = `20.0.${at}.${n + 1}`;
    const healthCheck = checkOf(shapes, n, address);
    const { healthCheck: _, ...bare } = endpoint(`e${n}`, address) as { healthCheck: object };
    const said = { ...bare, ...special[policy]?.(n, one), state: one.state };
    return { address, said: healthCheck ? { ...said, healthCheck } : said };
  });
  const spec = { record: { name, ttlSeconds: 60 }, policy, endpoints: list.map(({ said }) => said) };
  const addresses = new Map(list.map(({ address }, n) => [`e${n}`, address]));
  return { name, policy, manifest: gslb(spec, name), addresses };
}

/** So many of each policy. */
export function randomNames(seed: number, each: number): readonly Named[] {
  const all = Object.keys(special).flatMap((policy) => {
    const size = { minLength: 2, maxLength: most[policy] ?? 2 };
    return fc.sample(fc.array(shape, size), { seed, numRuns: each }).map((shapes) => ({ policy, shapes }));
  });
  return all.map(({ policy, shapes }, at) => named(policy, at, shapes));
}

/** Each endpoint is as chance has it, in some rounds nearly all of them bad. */
export function tellHealth({ aws }: City, names: readonly Named[], seed: number): void {
  const addresses = names.flatMap((one) => [...one.addresses.values()]);
  const [told = []] = fc.sample(
    fc.array(fc.constantFrom(true, false, seed % 2 === 0), {
      minLength: addresses.length,
      maxLength: addresses.length,
    }),
    { seed, numRuns: 1 },
  );
  for (const [n, address] of addresses.entries()) aws.route53.health.tell(address, told[n] ?? true);
}

const clients = ['9.9.9.9', ...networks.map(([network]) => network.replace(/0$/, '7'))];
/** Of ten endpoints eight are answered, and of weights 1 in 40: so often nobody is missed. */
const draws = 400;

/** Endpoints that are among the answers to somebody. */
export function answering({ aws }: City, { name, addresses }: Named): readonly string[] {
  let state = 1;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const question = { name: `${name}.${zoneName}`, type: 'A' };
  const got = new Set(
    clients.flatMap((client) =>
      Array.from({ length: client === clients[0] ? draws : 1 }, () =>
        aws.route53.answer({ ...question, client }, random).answers.map(({ value }) => value),
      ).flat(),
    ),
  );
  return [...addresses].flatMap(([one, address]) => (got.has(address) ? [one] : []));
}
