// SPDX-License-Identifier: GPL-3.0-or-later
/** Values of zone files as the packets' library wants them. */

type Data = string | Buffer[] | Readonly<Record<string, string | number>>;

const readers: Readonly<Record<string, (value: string) => Data>> = {
  A: (value) => value,
  AAAA: (value) => value,
  CNAME: name,
  NS: name,
  PTR: name,
  TXT: (value) => stringsOf(value).map((text) => Buffer.from(text, 'latin1')),
  MX: (value) => {
    const [preference = '', exchange = ''] = words(value);
    return { preference: Number(preference), exchange: name(exchange) };
  },
  SRV: (value) => {
    const [priority = '', weight = '', port = '', target = ''] = words(value);
    return { priority: Number(priority), weight: Number(weight), port: Number(port), target: name(target) };
  },
  SOA: (value) => {
    const [mname = '', rname = '', ...numbers] = words(value);
    const [serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0] = numbers.map(Number);
    return { mname: name(mname), rname: name(rname), serial, refresh, retry, expire, minimum };
  },
  CAA: (value) => {
    const [flags = '', tag = '', ...rest] = words(value);
    return { flags: Number(flags), tag, value: rest.join(' ').replace(/^"|"$/g, '') };
  },
};

/** undefined: a type that this server does not send. */
export function dataOf(type: string, value: string): Data | undefined {
  return readers[type]?.(value);
}

function name(value: string): string {
  return value.replace(/\.$/, '');
}

function words(value: string): string[] {
  return value.trim().split(/\s+/);
}

/** `"one" "t\042wo"` → its strings (RFC 1035, 5.1; escapes are octal, as Route 53 writes them). */
export function stringsOf(value: string): string[] {
  const found = value.match(/"(?:[^"\\]|\\.)*"/gs) ?? [];
  return found.map((text) => unescaped(text.slice(1, -1)));
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3}|.)/gs, (_whole, escape: string) =>
    escape.length === 3 ? String.fromCharCode(Number.parseInt(escape, 8)) : escape,
  );
}
