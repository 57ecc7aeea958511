// SPDX-License-Identifier: GPL-3.0-or-later
import {
  addTokenRequest,
  addUserRequest,
  renewTokenRequest,
  tokenSecret,
  tokensOf,
} from '../../../clouds/pbs/access.ts';
import { fingerprintTold, serverVersion, setPasswordRequest } from '../../../clouds/pbs/node.ts';
import type { ProxmoxApi } from '../../../clouds/proxmox/proxmox-api.ts';
import { Failure } from '../../../core/failure.ts';
import type { Actions } from '../../../core/kind.ts';
import type { Secret } from '../../../core/objects.ts';
import { changed } from '../../changed.ts';
import { keeping, pinning, pinningBeside, readKept, secretType } from './kept-secret.ts';
import { comment, serverRequests, tokenParts } from './requests.ts';
import { opened, pinsOf, placeOf } from './session.ts';
import type { ServerStep } from './steps.ts';
import type { ServerWish } from './wish.ts';
import type { ServerWorld } from './world.ts';

export interface ServerClouds {
  readonly world: ServerWorld;
  readonly wish: ServerWish;
}

type Do<Name extends ServerStep['do']> = Extract<ServerStep, { do: Name }>;

function live({ world, wish }: ServerClouds): Promise<Secret | undefined> {
  return world.secrets.read(world.scope.namespace, wish.secret);
}

function differs(url: string): Failure {
  return new Failure({
    class: 'Denied',
    reason: 'CertificateDiffers',
    message: `${url} shows here another certificate than it has: something on the way opens the connection. Take it out of the way, and have the server made anew.`,
  });
}

/** @throws Failure where what is shown now is not what was to be pinned, or Proxmox VE, on the same node, is shown another one. */
async function proveShown({ world, wish }: ServerClouds, { url, fingerprint }: Do<'PinCertificate'>): Promise<void> {
  // what a user gave needs no first sight
  if (wish.type === 'VirtualMachine' && wish.fingerprints?.includes(fingerprint)) return;
  if ((await world.rootPassword()) === undefined)
    throw changed(`The time in which ${url} is trusted at first sight is over`);
  const shown = await world.servers.certificate({ url, granted: wish.granted, scope: world.scope });
  if (shown !== fingerprint) throw changed(`${url} shows another certificate than a moment ago`);
  if (world.seenByHost && !(await world.seenByHost(fingerprint))) throw differs(url);
}

/** The Secret with this VM's pin, and nobody else's. */
async function reserved(
  clouds: ServerClouds,
  { secret: name, vm }: { readonly secret: string; readonly vm: string },
): Promise<Secret> {
  const secret = await live(clouds);
  const kept = readKept(secret, clouds.world);
  if (!secret || kept.found !== 'ours' || kept.vm !== vm) throw changed(`Secret ${name} is of another server by now`);
  return secret;
}

async function pin(clouds: ServerClouds, step: Do<'PinCertificate'>): Promise<void> {
  const { world } = clouds;
  await proveShown(clouds, step);
  const secret = await live(clouds);
  if (!secret) {
    const content = pinning({ annotations: {} }, step);
    await world.secrets.create(world.object, { name: step.secret, type: secretType, ...content });
    return;
  }
  const kept = readKept(secret, world);
  if (kept.found !== 'ours') throw changed(`Secret ${step.secret} was made by somebody else meanwhile`);
  if (kept.vm === step.vm && kept.fingerprints.includes(step.fingerprint)) return;
  await world.secrets.replace(secret, pinning(secret, step));
}

/** As root, by the password of the installation. */
async function asRoot({ world, wish }: ServerClouds, secret: Secret | undefined): Promise<ProxmoxApi> {
  const place = placeOf(world, wish, secret);
  const password = await world.rootPassword();
  if (!place || password === undefined) throw changed(`${wish.url} cannot be logged into as root any more`);
  world.learn(password);
  return world.servers.login(place, 'root@pam', password);
}

async function ignoring(reason: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== reason) throw error;
  }
}

const deliveryTries = 4;

/** The value exists nowhere else: another writer of the Secret is no reason to lose it. If it is lost all the same, the next look renews it. */
async function keep(clouds: ServerClouds, step: Do<'MakeOperatorToken'>, value: string): Promise<void> {
  const { secrets } = clouds.world;
  for (let left = deliveryTries; ; left--) {
    const secret = await reserved(clouds, step);
    try {
      await secrets.replace(secret, keeping(secret, { tokenID: step.tokenID, secret: value }));
      return;
    } catch (error) {
      if (left <= 1 || !(error instanceof Failure) || error.class !== 'Transient') throw error;
    }
  }
}

async function makeToken(clouds: ServerClouds, step: Do<'MakeOperatorToken'>): Promise<void> {
  const { world, wish } = clouds;
  const secret = await reserved(clouds, step);
  const root = await asRoot(clouds, secret);
  const pins = wish.type === 'VirtualMachine' ? pinsOf(wish, secret, world) : [];
  const told = (await fingerprintTold(root)).toUpperCase();
  if (!pins.some((one) => one.toUpperCase() === told)) throw differs(step.url);
  const [user, name] = tokenParts(step.tokenID);
  await ignoring('AlreadyThere', () => root.write(addUserRequest(user, comment)));
  const isThere = (await tokensOf(root, user)).includes(name);
  const request = isThere ? renewTokenRequest(user, name) : addTokenRequest(user, name, comment);
  const value = await root.told(request, tokenSecret);
  world.learn(value);
  await keep(clouds, step, value);
}

/** Only once the token is seen to work, this moment. */
async function retire(clouds: ServerClouds): Promise<void> {
  const { world, wish } = clouds;
  const secret = await live(clouds);
  const token = opened(world, wish, secret);
  if (!token) throw changed(`${wish.url} has no token for the operator any more`);
  await serverVersion(token.pbs);
  if ((await world.rootPassword()) === undefined) return;
  // a password that is not taken any more was put out of use by a try whose end was lost
  await ignoring('CredentialsRejected', async () => {
    const root = await asRoot(clouds, secret);
    // 64 are all that the server takes
    const password = world.random().slice(0, 64);
    world.learn(password);
    await root.write(setPasswordRequest('root@pam', password));
  });
  await world.forgetRootPassword();
}

async function session(clouds: ServerClouds): Promise<ProxmoxApi> {
  const token = opened(clouds.world, clouds.wish, await live(clouds));
  if (token) return token.pbs;
  throw changed(`${clouds.wish.url} has no token for the operator any more`);
}

export const serverActions: Actions<ServerStep, ServerClouds> = {
  PinCertificate: pin,
  PinNextCertificate: async (clouds, step) => {
    const secret = await reserved(clouds, step);
    const told = await fingerprintTold(await session(clouds));
    if (told !== step.fingerprint) throw changed(`${step.url} has yet another certificate by now`);
    const kept = readKept(secret, clouds.world);
    const pins = kept.found === 'ours' ? kept.fingerprints : [];
    if (!pins.includes(told)) await clouds.world.secrets.replace(secret, pinningBeside(secret, pins, told));
  },
  MakeOperatorToken: makeToken,
  GrantOperator: async (clouds, step) => {
    const root = await asRoot(clouds, await live(clouds));
    for (const request of serverRequests(step)) await root.write(request);
  },
  RetireRootPassword: retire,
  PrepareCacheDisk: async (clouds, step) => {
    const pbs = await session(clouds);
    for (const request of serverRequests(step)) await pbs.begin(request);
  },
  RemoveOperatorUser: async (clouds, step) => {
    const pbs = await session(clouds);
    for (const request of serverRequests(step)) await pbs.write(request);
  },
};
