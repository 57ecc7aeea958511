// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Where no manifest leads a call, unless the administrator granted that very endpoint: this machine, its links, the clouds' metadata, and the
 * cluster itself. Whoever may write a manifest would else see through the operator's eyes (OWASP, "Server Side Request Forgery").
 * Private addresses are not among them: a firewall, a hypervisor and a cloud in the cellar have no others.
 */
import { BlockList, isIP } from 'node:net';

/** IANA, "IPv4 and IPv6 Special-Purpose Address Registries"; addresses of metadata by the manuals of the clouds that have them elsewhere. */
const special: readonly (readonly [what: string, ...prefixes: readonly string[]])[] = [
  ['an address of this machine', '127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128'],
  ['link-local, where clouds have their metadata', '169.254.0.0/16', 'fe80::/10'],
  // of AWS over IPv6, Alibaba Cloud, Azure, Google Cloud over IPv6, Oracle Cloud
  [
    'where a cloud has its metadata',
    'fd00:ec2::/32',
    '100.100.100.200/32',
    '168.63.129.16/32',
    'fd20:ce::/32',
    '192.0.0.192/32',
  ],
  ['a multicast or reserved address', '224.0.0.0/4', '240.0.0.0/4', 'ff00::/8'],
];

/** Kubernetes, "DNS for Services and Pods"; RFC 6761, 6.3, for localhost. A name without a dot is one of the machine's own network. */
const ofCluster = /^[^.]*$|(^|[.])(localhost|svc|cluster[.]local|metadata[.]google[.]internal)$|[.]svc[.]/;

/** IPv6 addresses that stand for these IPv4 addresses: RFC 4291, 2.5.5.1; RFC 6052, 2.1; RFC 3056. Mapped ones BlockList knows itself. */
function alsoAsIPv6(address: string, length: number): readonly (readonly [address: string, length: number])[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const words = [a * 256 + b, c * 256 + d].map((word) => word.toString(16)).join(':');
  return [
    [`::${address}`, 96 + length],
    [`64:ff9b::${address}`, 96 + length],
    [`2002:${words}::`, 16 + length],
  ];
}

function listOf(prefixes: readonly string[]): BlockList {
  const list = new BlockList();
  for (const prefix of prefixes) {
    const [address = '', length = ''] = prefix.split('/');
    const four = isIP(address) === 4;
    list.addSubnet(address, Number(length), four ? 'ipv4' : 'ipv6');
    if (four) for (const [same, long] of alsoAsIPv6(address, Number(length))) list.addSubnet(same, long, 'ipv6');
  }
  return list;
}

function isPrefix(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= most;
}

/** Made once, at the composition root. */
export class ForbiddenPlaces {
  readonly #lists: readonly (readonly [what: string, list: BlockList])[];

  /** @param cluster Prefixes of the cluster's own networks, `10.96.0.0/12`, and addresses of its API server as `10.96.0.1/32`. */
  constructor(cluster: readonly string[] = []) {
    const all = [...special, ['an address of the cluster', ...cluster] as const];
    this.#lists = all.map(([what, ...prefixes]) => [what, listOf(prefixes)]);
  }

  /**
   * In words, why it is forbidden; `undefined`: it is not. Of a name only what its letters say: its addresses have to be asked for, too.
   * @param host As a URL has it: an IPv6 address may be in brackets, a name may end with a dot.
   */
  why(host: string): string | undefined {
    const text = host.replace(/^\[(.*)\]$/, '$1').split('%', 1)[0] ?? '';
    const family = isIP(text);
    if (family === 0)
      return ofCluster.test(text.toLowerCase().replace(/[.]$/, ''))
        ? 'a name of this machine or of the cluster'
        : undefined;
    return this.#lists.find(([, list]) => list.check(text, family === 4 ? 'ipv4' : 'ipv6'))?.[0];
  }
}

/** @throws TypeError naming the part that is no prefix. */
export function prefixesIn(text: string): readonly string[] {
  const parts = text.split(',').flatMap((part) => part.trim() || []);
  const wrong = parts.find((part) => !isPrefix(part));
  if (wrong !== undefined) throw new TypeError(`"${wrong.slice(0, 60)}" is no prefix such as 10.96.0.0/12`);
  return parts;
}
