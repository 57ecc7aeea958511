// SPDX-License-Identifier: GPL-3.0-or-later
import { tokenSecret as secretIn, tokensOf } from '../../../clouds/pbs/access.ts';
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import { changed } from '../../changed.ts';
import { wiringRequest } from './requests.ts';
import type { WiringStep } from './steps.ts';
import { isOurs, notesOfStorage, tokenData, tokenSecretType } from './token-secret.ts';
import { tokenIDOf } from './wish.ts';
import type { WiringWorld } from './world.ts';

type MakeBackupToken = Extract<WiringStep, { do: 'MakeBackupToken' }>;

/**
 * Its secret is shown once. If it is lost on the way here, or on the way into the Secret, the next look finds a token whose secret nobody has,
 * and asks for a new one: the token's name, which owns the backups, stays.
 */
export async function makeToken(world: WiringWorld, step: MakeBackupToken, pbs: ProxmoxApi): Promise<void> {
  const { secrets, object, owner, learnSecret } = world;
  const { account, tokenSecret: name, renew } = step;
  const live = await secrets.read(object.metadata.namespace, name);
  if (live && !isOurs(live, owner.uid)) throw changed(`Secret ${name} is not ours any more`);
  const isThere = (await tokensOf(pbs, account.user)).includes(account.token);
  const request = wiringRequest(step);
  if (isThere !== renew || !request) throw changed(`Token ${tokenIDOf(account)} changed`);
  const secret = await pbs.told(request.asked, secretIn);
  learnSecret(secret);
  const data = tokenData({ tokenID: tokenIDOf(account), secret });
  if (live) await secrets.replace(live, { annotations: notesOfStorage(live), data });
  else await secrets.create(object, { name, type: tokenSecretType, annotations: {}, data });
}
