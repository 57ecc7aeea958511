// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What AWS does behind EC2's answers: a daemon for each tunnel of the connection, made from what the simulated EC2 holds and made anew
 * when that changes; telemetry from what the daemons say; and in the VPC the routes that its route table has, through a tunnel that is up.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { NetworkView, TunnelView } from '../../src/simulator/aws/ec2/view.ts';
import type { AwsAccount } from '../../src/simulator/aws/index.ts';
import { carries } from './associations.ts';
import { awsEnd, deadAfter, type Ends } from './aws-end.ts';
import { Charon } from './charon.ts';
import { ends, insideVpc, type End, type Network } from './network.ts';

type Connection = NetworkView['vpnConnections'][number];

export interface At {
  readonly account: AwsAccount;
  readonly region: string;
  readonly connectionID: string;
}

export function connectionAt({ account, region, connectionID }: At): Connection {
  const found = account.network(region).vpnConnections.find(({ id }) => id === connectionID);
  if (!found) throw new Error(`There is no connection ${connectionID}.`);
  return found;
}

/** The first tunnel is the one whose address comes first, as everywhere in the operator. */
export function outsideOf(connection: Connection): Readonly<Record<End, string>> {
  const [first = '', second = ''] = connection.tunnels
    .map(({ outsideIP }) => outsideIP)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return { 'tunnel-1': first, 'tunnel-2': second };
}

class TunnelEnd {
  readonly #network: Network;
  readonly end: End;
  #charon: Charon | undefined;
  #made = '';

  constructor(network: Network, end: End) {
    this.#network = network;
    this.end = end;
  }

  /** Starts the daemon, or makes it anew where the tunnel is not what it was. */
  async follow(tunnel: TunnelView, ends: Ends): Promise<void> {
    const configuration = awsEnd(tunnel, ends);
    if (configuration === this.#made) return;
    await this.stop();
    this.#made = configuration;
    this.#charon = await Charon.start(this.#network.spaces, this.end, deadAfter(tunnel));
    const { connections, secrets, said } = await this.#charon.load(configuration);
    if (connections !== 1 || secrets !== 1) throw new Error(said);
  }

  get charon(): Charon {
    if (!this.#charon) throw new Error(`${this.end} has no daemon.`);
    return this.#charon;
  }

  async up(): Promise<boolean> {
    return (await this.#charon?.associations())?.some(carries) ?? false;
  }

  /** Next time it is followed, it is started. */
  async stop(): Promise<void> {
    await this.#charon?.[Symbol.asyncDispose]();
    this.#charon = undefined;
    this.#made = '';
  }
}

export class AwsSide implements AsyncDisposable {
  readonly #at: At;
  readonly #network: Network;
  readonly #ends: readonly TunnelEnd[];
  readonly #watched = new AbortController();
  readonly #lost = new Set<End>();
  #watching: Promise<void> = Promise.resolve();
  #active: End | undefined;
  #routed = '';

  private constructor(at: At, network: Network) {
    this.#at = at;
    this.#network = network;
    this.#ends = ends.map((end) => new TunnelEnd(network, end));
  }

  /** Daemons that wait for the site, and telemetry that follows them. */
  static async start(at: At, network: Network): Promise<AwsSide> {
    const side = new AwsSide(at, network);
    try {
      await side.#look();
    } catch (error) {
      await side[Symbol.asyncDispose]();
      throw error;
    }
    side.#watching = side.#watch();
    return side;
  }

  charon(end: End): Charon {
    return this.#one(end).charon;
  }

  /** The end that the VPC answers through. */
  get active(): End | undefined {
    return this.#active;
  }

  /** An endpoint that loses its power, until it is replaced. */
  async breakDown(end: End): Promise<void> {
    this.#lost.add(end);
    await this.charon(end).kill();
  }

  /** Maintenance: an endpoint that says farewell, until it is replaced. */
  async close(end: End): Promise<void> {
    this.#lost.add(end);
    await this.#one(end).stop();
  }

  async replace(end: End): Promise<void> {
    await this.#one(end).stop();
    this.#lost.delete(end);
  }

  #one(end: End): TunnelEnd {
    const found = this.#ends.find((one) => one.end === end);
    if (!found) throw new Error(end);
    return found;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#watched;
    while (!signal.aborted) {
      await pause(250, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { account, region, connectionID } = this.#at;
    const connection = connectionAt(this.#at);
    const outside = outsideOf(connection);
    const customerIP = account
      .network(region)
      .customerGateways.find(({ id }) => id === connection.customerGatewayID)?.ip;
    const addresses = { ...connection, customerIP: customerIP ?? '' };
    const up: End[] = [];
    for (const one of this.#ends) {
      const tunnel = connection.tunnels.find(({ outsideIP }) => outsideIP === outside[one.end]);
      if (tunnel && !this.#lost.has(one.end)) await one.follow(tunnel, addresses);
      const status = !this.#lost.has(one.end) && (await one.up()) ? 'UP' : 'DOWN';
      account.tunnel(connectionID, outside[one.end]).set({ status });
      if (status === 'UP') up.push(one.end);
    }
    // AWS chooses one, and stays with it while it is up (Site-to-Site VPN User Guide, "Tunnel options": "asymmetric routing")
    if (this.#active === undefined || !up.includes(this.#active)) this.#active = up[0];
    await this.#route(connection.vpnGatewayID);
  }

  /** The VPC's main table, as far as it leads to the gateway. */
  async #route(gateway: string): Promise<void> {
    const { account, region } = this.#at;
    const table = account.network(region).routeTables.find(({ main }) => main);
    const via = this.#active && insideVpc[this.#active];
    const wanted = (table?.routes ?? [])
      .filter(({ target, state }) => target === gateway && state === 'active' && via !== undefined)
      .map(({ destination }) => `route add ${destination} via ${via} proto static`);
    const next = wanted.join('\n');
    if (next === this.#routed) return;
    this.#routed = next;
    await this.#network.spaces.ip('vpc', ['route flush proto static', ...wanted]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watched.abort();
    await this.#watching;
    for (const one of this.#ends) await one.stop();
  }
}
