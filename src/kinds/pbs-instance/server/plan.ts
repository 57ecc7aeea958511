// SPDX-License-Identifier: GPL-3.0-or-later
/** What is left to do until the server is ours to use, or what stands in the way. Pure. */
import { isSupported } from '../../../clouds/pbs/node.ts';
import { blocked, held, nothing, type ServerPart } from './part.ts';
import { planCacheDisk } from './plan-cache.ts';
import { grantsFor, commandFor } from './rights.ts';
import { insideOf, type Inside, type ServerSeen } from './seen.ts';
import type { ServerStep } from './steps.ts';
import type { MadeServer, ServerWish } from './wish.ts';

/** Its user has no password: nobody logs in as it, only its token works. */
export const operatorUser = 'hybridcloud@pbs';
const operatorToken = `${operatorUser}!operator`;

/** How a person sees which certificate a server has, without the network. */
const lookAtCertificate = '`proxmox-backup-manager cert info` on its console shows it';

function pinned({ secret }: ServerSeen, { vm }: MadeServer): readonly string[] {
  return secret.found === 'ours' && secret.vm === vm ? secret.fingerprints : [];
}

/** The certificate of this VM, known once and for all. */
function planPin(wish: MadeServer, seen: ServerSeen): ServerPart | undefined {
  const { url, secret } = wish;
  if (seen.secret.found === 'foreign')
    return held(
      blocked(
        'SecretNotOurs',
        `Secret ${secret}, where the token for ${url} has to be, was made by somebody else. Delete it, or rename it.`,
        url,
      ),
    );
  if (pinned(seen, wish).length > 0) return undefined;
  const fingerprint = wish.fingerprints?.[0] ?? seen.shown;
  if (fingerprint === undefined)
    return held(
      blocked(
        'CertificateUnknown',
        `The certificate of ${url} is not known any more, and is trusted at first sight only while it is being installed. Restore Secret ${secret} from a copy, or have the server made anew.`,
        url,
      ),
    );
  return pinning(wish, fingerprint);
}

function pinning({ url, secret, vm }: MadeServer, fingerprint: string): ServerPart {
  const target = `certificate of ${url} in Secret ${secret}`;
  return {
    steps: [{ part: 'server', do: 'PinCertificate', effect: 'create', target, url, secret, vm, fingerprint }],
  };
}

/** As root's first password is there again: then what was pinned was of the server that was lost. What is shown by the new one. */
function installedAnew(wish: MadeServer, seen: ServerSeen): string | undefined {
  const { inside, shown, rootKept } = seen;
  if (!rootKept || wish.fingerprints) return undefined;
  if (typeof inside === 'object' && 'otherCertificate' in inside) return inside.otherCertificate;
  return shown === undefined || pinned(seen, wish).includes(shown) ? undefined : shown;
}

function planToken(wish: MadeServer, seen: ServerSeen): ServerPart | undefined {
  const { url, secret, vm, cache } = wish;
  const { inside } = seen;
  const other = installedAnew(wish, seen);
  if (other !== undefined) return pinning(wish, other);
  if (typeof inside === 'object' && 'otherCertificate' in inside)
    return held(
      blocked(
        'CertificateChanged',
        `${url} shows another certificate than the one that is pinned, and nothing was sent to it. Its SHA-256 fingerprint is ${inside.otherCertificate}. If it was changed on purpose (${lookAtCertificate}), add that to the key fingerprint of Secret ${secret}, behind a comma.`,
        url,
      ),
    );
  if (insideOf(seen)) return undefined;
  if (!seen.rootKept)
    return held(
      blocked(
        'TokenLost',
        `${url} does not take the operator's token any more, and root's password is in nobody's hands. On its console run \`proxmox-backup-manager user generate-token ${operatorUser} operator2\` and give it the rights that are named then; put tokenID and secret into Secret ${secret}.`,
        url,
      ),
    );
  const step: ServerStep = {
    part: 'server',
    do: 'MakeOperatorToken',
    effect: 'create',
    target: `API token ${operatorToken} on ${url}`,
    url,
    secret,
    vm,
    tokenID: operatorToken,
    disks: cache !== undefined,
  };
  return { steps: [step] };
}

/** The server said itself which certificate it has. */
function planTold(wish: MadeServer, seen: ServerSeen, { fingerprint }: Inside): ServerPart | undefined {
  const { url, secret, vm } = wish;
  const known = [...pinned(seen, wish), ...(wish.fingerprints ?? [])].map((one) => one.toUpperCase());
  if (fingerprint === undefined || known.includes(fingerprint.toUpperCase())) return undefined;
  if (seen.rootKept)
    return held(
      blocked(
        'CertificateDiffers',
        `${url} says that its certificate is ${fingerprint}, and another one is shown here: something on the way opens the connection. Take it out of the way, and have the server made anew: it has seen root's password.`,
        url,
      ),
    );
  const target = `next certificate of ${url} in Secret ${secret}`;
  return {
    steps: [{ part: 'server', do: 'PinNextCertificate', effect: 'update', target, url, secret, vm, fingerprint }],
  };
}

function commands({ tokenID, lacking }: Inside): string {
  const user = tokenID.split('!')[0] ?? tokenID;
  // a token has what both it and its user have; root has everything
  const who = user === 'root@pam' ? [tokenID] : [tokenID, user];
  return grantsFor(lacking)
    .flatMap((grant) => who.map((one) => `\`${commandFor(grant, one)}\``))
    .join(', ');
}

function lackingHold({ url }: ServerWish, inside: Inside): ServerPart | undefined {
  const { lacking, tokenID } = inside;
  if (lacking.length === 0) return undefined;
  const what = lacking.map(({ on, privilege }) => `${privilege} on ${on}`).join(', ');
  return held(
    blocked(
      'PermissionsMissing',
      `The token ${tokenID} lacks on ${url}: ${what}. On the server run ${commands(inside)}.`,
      url,
    ),
  );
}

function versionHold({ url }: ServerWish, { version }: Inside): ServerPart | undefined {
  if (isSupported(version)) return undefined;
  return held(
    blocked(
      'VersionTooOld',
      `${url} is Proxmox Backup Server ${version.text}, and its S3 datastores are fit for use from 4.1.9 on. Upgrade it (apt update, apt full-upgrade, reboot); it goes on by itself.`,
      url,
    ),
  );
}

/** While root's password is kept, rights are given with it. */
function planRights({ url }: MadeServer, { rootKept }: ServerSeen, inside: Inside): ServerPart | undefined {
  const { lacking, tokenID } = inside;
  if (!rootKept) return undefined;
  if (lacking.length === 0) {
    const target = `password of root on ${url}`;
    return { steps: [{ part: 'server', do: 'RetireRootPassword', effect: 'update', target, url }] };
  }
  const grants = grantsFor(lacking);
  const target = `rights of ${tokenID} on ${url}: ${grants.map(({ path, role }) => `${role} on ${path}`).join(', ')}`;
  return { steps: [{ part: 'server', do: 'GrantOperator', effect: 'update', target, url, tokenID, grants }] };
}

/** What there is to do with the token, in the order of its worth. */
function planInside(wish: MadeServer, seen: ServerSeen, inside: Inside): ServerPart {
  return (
    planTold(wish, seen, inside) ??
    planRights(wish, seen, inside) ??
    versionHold(wish, inside) ??
    lackingHold(wish, inside) ??
    planCacheDisk(wish, seen.now, inside) ??
    nothing
  );
}

export function planServer(wish: ServerWish, seen: ServerSeen): ServerPart {
  const inside = insideOf(seen);
  if (wish.type === 'Existing') return (inside && (versionHold(wish, inside) ?? lackingHold(wish, inside))) ?? nothing;
  const before = planPin(wish, seen) ?? planToken(wish, seen);
  if (before) return before;
  return inside ? planInside(wish, seen, inside) : nothing;
}

/**
 * Deletion. With Delete the VM goes, and all this with it. What stays behind keeps no way in that nobody has the key to; a token that
 * somebody else gave is theirs.
 */
export function absentServer(wish: ServerWish, seen: ServerSeen, deletionPolicy: 'Retain' | 'Delete'): ServerPart {
  const inside = insideOf(seen);
  if (wish.type === 'Existing' || deletionPolicy === 'Delete' || !inside?.tokenID.startsWith(`${operatorUser}!`))
    return nothing;
  const target = `user ${operatorUser} on ${wish.url}`;
  const step: ServerStep = {
    part: 'server',
    do: 'RemoveOperatorUser',
    effect: 'delete',
    target,
    url: wish.url,
    user: operatorUser,
  };
  return { steps: [step] };
}
