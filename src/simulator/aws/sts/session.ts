// SPDX-License-Identifier: GPL-3.0-or-later
import { randomText } from '../../kernel/random.ts';
import { visible } from '../../kernel/versioned.ts';
import type { Call } from '../call.ts';
import { discloseSecret } from '../../kernel/disclosure.ts';
import { newID, newSecret, roleArn } from '../iam/entities.ts';
import type { Role } from '../state.ts';

export interface Opened {
  readonly accessKeyID: string;
  readonly secret: string;
  readonly token: string;
  readonly expiresAt: number;
}

interface Opening {
  readonly account: string;
  readonly role: Role;
  readonly name: string;
  readonly seconds: number;
  readonly policy?: string | undefined;
}

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Temporary credentials of a role; whoever opens them has checked that the role may be assumed. */
export function openSession(call: Pick<Call, 'world' | 'now'>, opening: Opening): Opened {
  const { account, role, name, seconds, policy } = opening;
  const accessKeyID = newID(call, 'ASIA');
  const secret = newSecret(call);
  const token = discloseSecret(randomText(call.world.state.random, 200, base64));
  const expiresAt = call.now + seconds * 1000;
  const session = { token, role: role.name.toLowerCase(), roleID: role.id, name, expiresAt, policy };
  call.world.state.credentials.set(accessKeyID, { secret, account, session });
  return { accessKeyID, secret, token, expiresAt };
}

/** The role of an ARN, path and all, as it is visible now. */
export function roleAt(call: Pick<Call, 'world' | 'now'>, arn: string): { role: Role; account: string } | undefined {
  const [, account = '', name = ''] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  const role = visible(call.world.state.accounts.get(account)?.roles.get(name.toLowerCase()), call.now);
  return role && roleArn(account, role) === arn ? { role, account } : undefined;
}
