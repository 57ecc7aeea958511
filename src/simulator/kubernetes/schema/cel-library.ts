// SPDX-License-Identifier: GPL-3.0-or-later
/** CEL with Kubernetes' own functions (Kubernetes: "Common Expression Language in Kubernetes", CEL libraries), as far as CRDs use them here. */
import { isIPv4, isIPv6, BlockList, SocketAddress } from 'node:net';
import { Environment } from '@marcbachmann/cel-js';
import { isCIDR } from './formats.ts';

class Address {
  readonly text: string;
  constructor(text: string) {
    if (!isIPv4(text) && !isIPv6(text))
      throw new Error(`IP Address "${text}" parse error during conversion from string`);
    this.text = text;
  }
  get family(): 'ipv4' | 'ipv6' {
    return isIPv4(this.text) ? 'ipv4' : 'ipv6';
  }
}

class Network {
  readonly address: Address;
  readonly bits: number;
  private readonly block = new BlockList();
  constructor(text: string) {
    if (!isCIDR(text)) throw new Error(`network address parse error during conversion from string: "${text}"`);
    const [address = '', bits = ''] = text.split('/');
    this.address = new Address(address);
    this.bits = Number(bits);
    this.block.addSubnet(address, this.bits, this.address.family);
  }
  has(address: Address): boolean {
    return address.family === this.address.family && this.block.check(address.text, address.family);
  }
  contains(other: Network): boolean {
    return other.bits >= this.bits && this.has(other.address);
  }
}

function canParse(make: (text: string) => unknown): (text: string) => boolean {
  return (text) => {
    try {
      make(text);
      return true;
    } catch {
      return false;
    }
  };
}

function url(text: string): URL {
  if (text.startsWith('/')) return new URL(text, 'relative://');
  return new URL(text);
}

function count(list: readonly unknown[], value: unknown): number {
  return list.findIndex((one) => one === value);
}

function isSorted(list: readonly (string | bigint)[]): boolean {
  return list.every((item, index) => index === 0 || (list[index - 1] as string | bigint) <= item);
}

function registerAddresses(environment: Environment): Environment {
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  return environment
    .registerType('net.IP', { ctor: Address, fields: {} })
    .registerType('net.CIDR', { ctor: Network, fields: {} })
    .registerFunction('isIP(string): bool', (text: string) => isIPv4(text) || isIPv6(text))
    .registerFunction('isCIDR(string): bool', isCIDR)
    .registerFunction('ip(string): net.IP', (text: string) => new Address(text))
    .registerFunction('cidr(string): net.CIDR', (text: string) => new Network(text))
    .registerFunction('string(net.IP): string', (ip: Address) => ip.text)
    .registerFunction('net.IP.family(): int', (ip: Address) => (ip.family === 'ipv4' ? 4n : 6n))
    .registerFunction('net.IP.isLoopback(): bool', (ip: Address) =>
      loopback.check(new SocketAddress({ address: ip.text, family: ip.family })),
    )
    .registerFunction('net.CIDR.ip(): net.IP', (network: Network) => network.address)
    .registerFunction('net.CIDR.prefixLength(): int', (network: Network) => BigInt(network.bits))
    .registerFunction('net.CIDR.containsIP(string): bool', (network: Network, text: string) =>
      network.has(new Address(text)),
    )
    .registerFunction('net.CIDR.containsIP(net.IP): bool', (network: Network, ip: Address) => network.has(ip))
    .registerFunction('net.CIDR.containsCIDR(string): bool', (network: Network, text: string) =>
      network.contains(new Network(text)),
    )
    .registerFunction('net.CIDR.containsCIDR(net.CIDR): bool', (network: Network, other: Network) =>
      network.contains(other),
    );
}

function registerLinks(environment: Environment): Environment {
  return environment
    .registerType('URL', { ctor: URL, fields: {} })
    .registerFunction('isURL(string): bool', canParse(url))
    .registerFunction('url(string): URL', url)
    .registerFunction('URL.getScheme(): string', (link: URL) => link.protocol.replace(/:$/, '').replace('relative', ''))
    .registerFunction('URL.getHost(): string', (link: URL) => link.host)
    .registerFunction('URL.getHostname(): string', (link: URL) => link.hostname)
    .registerFunction('URL.getPort(): string', (link: URL) => link.port)
    .registerFunction('URL.getEscapedPath(): string', (link: URL) => link.pathname);
}

function registerText(environment: Environment): Environment {
  const all = (text: string, expression: string): string[] =>
    [...text.matchAll(new RegExp(expression, 'gu'))].map(([hit]) => hit);
  return environment
    .registerFunction(
      'string.find(string): string',
      (text: string, expression: string) => all(text, expression)[0] ?? '',
    )
    .registerFunction('string.findAll(string): list<string>', all)
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, to),
    )
    .registerFunction('string.charAt(int): string', (text: string, at: bigint) => text.charAt(Number(at)))
    .registerFunction('list.isSorted(): bool', isSorted)
    .registerFunction('list.sum(): dyn', (list: bigint[]) => list.reduce((sum, one) => sum + one, 0n))
    .registerFunction('list.min(): dyn', (list: bigint[]) => list.reduce((least, one) => (one < least ? one : least)))
    .registerFunction('list.max(): dyn', (list: bigint[]) => list.reduce((most, one) => (one > most ? one : most)))
    .registerFunction('list.indexOf(dyn): int', (list: unknown[], value: unknown) => BigInt(count(list, value)));
}

let made: Environment | undefined;

/** Made once: registering functions costs more than evaluating rules. */
export function celEnvironment(): Environment {
  made ??= registerText(
    registerLinks(
      registerAddresses(new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })),
    ),
  )
    .registerVariable('self', 'dyn')
    .registerVariable('oldSelf', 'dyn');
  return made;
}
