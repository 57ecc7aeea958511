// SPDX-License-Identifier: GPL-3.0-or-later
/** The person at the site who installs the gateway's files, and does what their README says. */
import { run } from './command.ts';
import { Charon, type Loaded } from './charon.ts';
import type { Network } from './network.ts';
import { back, until } from './until.ts';

export type Files = ReadonlyMap<string, string>;

function file(files: Files, name: string): string {
  const content = files.get(name);
  if (content === undefined) throw new Error(`There is no file ${name}.`);
  return content;
}

export class Site implements AsyncDisposable {
  readonly #network: Network;
  #charon: Charon | undefined;

  constructor(network: Network) {
    this.#network = network;
  }

  get charon(): Charon {
    if (!this.#charon) throw new Error('Nothing is installed at the site.');
    return this.#charon;
  }

  /** The kernel's settings, the clamp, charon's own settings, a daemon that starts again, and the connections. */
  async install(files: Files): Promise<Loaded> {
    await this.#root(file(files, '99-aws-vpn.conf'), 'sysctl', '-q', '-p', '-');
    await this.#root(file(files, 'aws-vpn-mss.nft'), 'nft', '-f', '-');
    await this.#charon?.[Symbol.asyncDispose]();
    this.#charon = await Charon.start(this.#network.spaces, 'gateway', file(files, 'charon-aws-vpn.conf'));
    return this.#charon.load(file(files, 'aws-vpn.conf'));
  }

  /** New keys, without touching the tunnels that are up. An attempt that was under way may have to end first. */
  async renewKeys(files: Files, child: string): Promise<void> {
    await this.charon.load(file(files, 'aws-vpn.conf'));
    await until(
      () => this.charon.initiate(child),
      (is) => is,
      back,
    );
  }

  #root(input: string, ...command: readonly string[]): Promise<string> {
    return run(...this.#network.spaces.inside('gateway', ...command), input);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#charon?.[Symbol.asyncDispose]();
    this.#charon = undefined;
  }
}
