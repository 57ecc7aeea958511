// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Where clients are. Route 53 looks addresses up in a database of its own; here some networks that never occur in the wild (RFC 2544, RFC 5737)
 * stand for places. All other addresses are nowhere: they get the default location, and the latency of us-east-1.
 */
import { BlockList, isIPv6 } from 'node:net';

export interface Place {
  readonly continent: string;
  readonly country: string;
  readonly subdivision?: string;
  /** The AWS region of that place. */
  readonly region: string;
}

const seoul = { continent: 'AS', country: 'KR', region: 'ap-northeast-2' };
const virginia = { continent: 'NA', country: 'US', subdivision: 'VA', region: 'us-east-1' };
const frankfurt = { continent: 'EU', country: 'DE', region: 'eu-central-1' };

export const networks: readonly (readonly [network: string, place: Place])[] = [
  ['192.0.2.0', seoul],
  ['198.51.100.0', virginia],
  ['203.0.113.0', frankfurt],
  ['198.18.1.0', seoul],
  ['198.18.2.0', { continent: 'AS', country: 'JP', region: 'ap-northeast-1' }],
  ['198.18.3.0', { continent: 'AS', country: 'SG', region: 'ap-southeast-1' }],
  ['198.18.4.0', { continent: 'OC', country: 'AU', region: 'ap-southeast-2' }],
  ['198.18.5.0', frankfurt],
  ['198.18.6.0', { continent: 'EU', country: 'IE', region: 'eu-west-1' }],
  ['198.18.7.0', virginia],
  ['198.18.8.0', { continent: 'NA', country: 'US', subdivision: 'CA', region: 'us-west-1' }],
  ['198.18.9.0', { continent: 'SA', country: 'BR', region: 'sa-east-1' }],
  ['198.18.10.0', { continent: 'AF', country: 'ZA', region: 'af-south-1' }],
  ['198.18.11.0', { continent: 'NA', country: 'CA', region: 'ca-central-1' }],
  ['198.18.12.0', { continent: 'AS', country: 'IN', region: 'ap-south-1' }],
];

const lists = networks.map(([network, place]) => {
  const list = new BlockList();
  list.addSubnet(network, 24);
  return { list, place };
});

export function placeOf(address: string): Place | undefined {
  return isIPv6(address) ? undefined : lists.find(({ list }) => list.check(address))?.place;
}

/** Degrees north and east of the cities that AWS names its regions after. */
const positions: Readonly<Record<string, readonly [north: number, east: number]>> = {
  'us-east-1': [38.9, -77.4],
  'us-east-2': [40, -83],
  'us-west-1': [37.4, -122],
  'us-west-2': [45.8, -119.7],
  'ca-central-1': [45.5, -73.6],
  'ca-west-1': [51, -114.1],
  'mx-central-1': [20.6, -100.4],
  'sa-east-1': [-23.5, -46.6],
  'eu-west-1': [53.3, -6.3],
  'eu-west-2': [51.5, -0.1],
  'eu-west-3': [48.9, 2.4],
  'eu-central-1': [50.1, 8.7],
  'eu-central-2': [47.4, 8.5],
  'eu-north-1': [59.3, 18.1],
  'eu-south-1': [45.5, 9.2],
  'eu-south-2': [41.6, -0.9],
  'ap-east-1': [22.3, 114.2],
  'ap-east-2': [25, 121.6],
  'ap-south-1': [19.1, 72.9],
  'ap-south-2': [17.4, 78.5],
  'ap-southeast-1': [1.4, 103.8],
  'ap-southeast-2': [-33.9, 151.2],
  'ap-southeast-3': [-6.2, 106.8],
  'ap-southeast-4': [-37.8, 145],
  'ap-southeast-5': [3.1, 101.7],
  'ap-southeast-6': [-36.8, 174.8],
  'ap-southeast-7': [13.8, 100.5],
  'ap-northeast-1': [35.7, 139.7],
  'ap-northeast-2': [37.6, 127],
  'ap-northeast-3': [34.7, 135.5],
  'me-south-1': [26.2, 50.6],
  'me-central-1': [24.5, 54.4],
  'il-central-1': [32.1, 34.8],
  'af-south-1': [-33.9, 18.4],
  'cn-north-1': [39.9, 116.4],
  'cn-northwest-1': [37.5, 105.2],
};

/** The shorter the way over the globe, the lower the latency: a stand-in for Route 53's measurements. Radians. */
export function distance(from: string, to: string): number {
  const [a, b] = [positions[from], positions[to]];
  if (!a || !b) return Infinity;
  const [[northA, eastA], [northB, eastB]] = [radians(a), radians(b)];
  const cosine = Math.sin(northA) * Math.sin(northB) + Math.cos(northA) * Math.cos(northB) * Math.cos(eastA - eastB);
  return Math.acos(Math.min(1, cosine));
}

function radians([north, east]: readonly [number, number]): [number, number] {
  return [(north * Math.PI) / 180, (east * Math.PI) / 180];
}
