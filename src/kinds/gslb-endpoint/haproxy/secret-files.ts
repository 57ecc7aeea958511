// SPDX-License-Identifier: GPL-3.0-or-later
/** The parts that hold passwords: they go into the Secret, the rest includes them by name. Pure. */
import { users } from './frontends.ts';
import { authFile } from './keepalived.ts';
import type { HaproxyFile } from './model.ts';
import { line, word } from './word.ts';

export const usersFile = 'haproxy-users.cfg';

export interface Passwords {
  readonly stats?: string;
  readonly vrrp?: string;
}

export const wellFormed: { readonly [Of in keyof Passwords]-?: RegExp } = {
  stats: /^[\x20-\x7e]{8,128}$/,
  // RFC 2338, 5.3.6: eight octets
  vrrp: /^[A-Za-z0-9]{1,8}$/,
};

export function secretFiles({ stats, vrrp }: Passwords): readonly HaproxyFile[] {
  const page = stats === undefined ? [] : [`userlist ${users}`, line('user admin insecure-password', word(stats)), ''];
  const pair = vrrp === undefined ? [] : ['authentication {', '    auth_type PASS', `    auth_pass ${vrrp}`, '}', ''];
  return [
    ...(stats === undefined ? [] : [{ name: usersFile, content: page.join('\n') }]),
    ...(vrrp === undefined ? [] : [{ name: authFile, content: pair.join('\n') }]),
  ];
}
