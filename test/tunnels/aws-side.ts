// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What AWS does behind EC2's answers: a daemon for each tunnel that EC2 says there is, made anew when it changes; telemetry from what the
 * daemons say; and in the VPC the routes that its main table has, through a tunnel that is up.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { TunnelTermination } from '../../src/simulator/aws/ec2/termination.ts';
import type { AwsAccount } from '../../src/simulator/aws/index.ts';
import { carries } from './associations.ts';
import { awsEnd, deadAfter } from './aws-end.ts';
import { Charon } from './charon.ts';
import { ends, insideVpc, type End, type Network } from './network.ts';

export interface Place {
  readonly account: AwsAccount;
  readonly region: string;
}

/** One tunnel's daemon; none while AWS's end does not answer. */
class TunnelEnd {
  readonly #network: Network;
  readonly end: End;
  #charon: Charon | undefined;
  #made = '';

  constructor(network: Network, end: End) {
    this.#network = network;
    this.end = end;
  }

  async follow(tunnel: TunnelTermination): Promise<void> {
    const configuration = awsEnd(tunnel);
    if (configuration === this.#made) return;
    await this.stop();
    this.#charon = await Charon.start(this.#network.spaces, this.end, deadAfter(tunnel));
    const { connections, secrets, said } = await this.#charon.load(configuration);
    if (connections !== 1 || secrets !== 1) throw new Error(said);
    this.#made = configuration;
  }

  get charon(): Charon {
    if (!this.#charon) throw new Error(`${this.end} has no daemon.`);
    return this.#charon;
  }

  /** Asked twice before it is said to be down: while IKE's keys are made anew, its children belong to neither for a moment. */
  async up(): Promise<boolean> {
    const says = async () => (await this.#charon?.associations())?.some(carries) ?? false;
    return (await says()) || (await says());
  }

  async stop(): Promise<void> {
    await this.#charon?.[Symbol.asyncDispose]();
    this.#charon = undefined;
    this.#made = '';
  }
}

export class AwsSide implements AsyncDisposable {
  readonly #place: Place;
  readonly #network: Network;
  readonly #ends: readonly TunnelEnd[];
  readonly #stopping = new AbortController();
  readonly #lost = new Set<End>();
  #watching: Promise<void> = Promise.resolve();
  #problem: unknown;
  #active: End | undefined;
  #routes = '';
  /** That have begun. */
  #looks = 0;

  private constructor(place: Place, network: Network) {
    this.#place = place;
    this.#network = network;
    this.#ends = ends.map((end) => new TunnelEnd(network, end));
  }

  /** Daemons that wait for the site, and telemetry that follows them. */
  static async start(place: Place, network: Network): Promise<AwsSide> {
    const side = new AwsSide(place, network);
    try {
      await side.#look();
    } catch (error) {
      await side[Symbol.asyncDispose]();
      throw error;
    }
    // what goes wrong is told when it ends; until then the telemetry stays as it was
    side.#watching = side.#watch().catch((error: unknown) => {
      side.#problem = error;
    });
    return side;
  }

  charon(end: End): Charon {
    return this.#of(end).charon;
  }

  /** The end that the VPC answers through. */
  get active(): End | undefined {
    return this.#active;
  }

  /** An end that loses its power, until it is replaced. */
  async breakDown(end: End): Promise<void> {
    this.#lost.add(end);
    await this.charon(end).kill();
  }

  /** Maintenance: an end that says farewell, until it is replaced. */
  async close(end: End): Promise<void> {
    this.#lost.add(end);
    await this.#of(end).stop();
  }

  async replace(end: End): Promise<void> {
    await this.#of(end).stop();
    this.#lost.delete(end);
  }

  /** When it has seen all that EC2 says now. */
  async caughtUp(): Promise<void> {
    const begun = this.#looks + 2;
    while (this.#looks < begun && this.#problem === undefined) await pause(50);
  }

  #of(end: End): TunnelEnd {
    const found = this.#ends.find((one) => one.end === end);
    if (!found) throw new Error(end);
    return found;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await pause(250, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#look();
    }
  }

  async #look(): Promise<void> {
    this.#looks++;
    const up: End[] = [];
    for (const one of this.#ends) if (await this.#attend(one)) up.push(one.end);
    // AWS chooses one of those that are up (AWS re:Post, vpn-configure-tunnel-preference); here it stays with it
    if (this.#active === undefined || !up.includes(this.#active)) this.#active = up[0];
    await this.#route();
  }

  /** @returns whether it is up */
  async #attend(one: TunnelEnd): Promise<boolean> {
    const { account, region } = this.#place;
    const its = ({ outside }: TunnelTermination) => outside.aws === this.#network.outside[one.end];
    const tunnel = account.terminations(region).find(its);
    if (!tunnel?.answers) await one.stop();
    else if (!this.#lost.has(one.end)) await one.follow(tunnel);
    const up = !this.#lost.has(one.end) && (await one.up());
    // looked up anew: while the daemon was asked it may have been deleted
    const still = account.terminations(region).find(its);
    if (still) account.tunnel(still.connectionID, still.outside.aws).set({ status: up ? 'UP' : 'DOWN' });
    return up;
  }

  async #route(): Promise<void> {
    const { account, region } = this.#place;
    const table = account.network(region).routeTables.find(({ main }) => main);
    const via = this.#active && insideVpc[this.#active];
    const wanted = (table?.routes ?? [])
      .filter(({ target, state }) => target.startsWith('vgw-') && state === 'active' && via !== undefined)
      .map(({ destination }) => `route add ${destination} via ${via} proto static`);
    if (wanted.join('\n') === this.#routes) return;
    this.#routes = wanted.join('\n');
    await this.#network.spaces.ip('vpc', ['route flush proto static', ...wanted]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
    for (const one of this.#ends) await one.stop();
    if (this.#problem !== undefined) throw this.#problem;
  }
}
