// SPDX-License-Identifier: GPL-3.0-or-later
/** What a preview lists and what is called, in the same words: clouds and Secrets, reads and statuses left out. */
import type { AnyKind } from '../../src/kinds/index.ts';
import type { Carried } from './network.ts';

/** Generated ids are placeholders in a preview. */
function nameless(value: string): string {
  return (
    value
      .replace(/AKIA[A-Z0-9]{16}|<access key of [^>]*>/g, '<key>')
      .replace(
        /(vgw|cgw|vpn|rtb)-[0-9a-f]{8,17}|<virtual private gateway>|<customer gateway [^>]*>|<VPN connection>/g,
        '<id>',
      )
      // whether AWS remembers the reference of a check that is gone, and so wants another, nobody knows before
      .replace(/(hco\/[0-9a-f-]{36}\/[0-9a-f]{12})\.[0-9a-z]{1,8}\b/g, '$1')
      // of a health check; the objects' own uids look the same, and are the same in both
      .replace(/((?:ResourceId|HealthCheckId)[\\]*":[\\]*")(?:[0-9a-f-]{36}|<health check of [^>]*>)/g, '$1<check>')
      .replace(/"VpnTunnelOutsideIpAddress":"[^"]*"/g, '"VpnTunnelOutsideIpAddress":"<outside>"')
      // of a tunnel, on a firewall: what AWS will choose, and the AWS side of a site's records
      .replace(
        /"(remote_ident|remote_addrs|id)":"(?!123[.])(\d+[.]\d+[.]\d+[.]\d+|<outside address \d>)"/g,
        '"$1":"<outside>"',
      )
      .replace(/169[.]254[.]\d+[.]\d+|<inside address of [^>]*>/g, '<inside>')
      // of a machine that has no number yet; a job leaves the machine of the backup server out, by its number
      .replace(/"vmid":"(?:\d+|<next free id>)"/g, '"vmid":"<id>"')
      .replace(
        /"(?:tags|description)":"(?:<its other tags>|<without our mark>|Proxmox Backup Server of [^"]*|)"/g,
        '"notes":""',
      )
      .replace(/"exclude":"100,/g, '"exclude":"')
      .replace(/"(digest|fingerprint)":"[^"]*"/g, '"$1":"<$1>"')
      // of sites and certificates: ids, the names of load balancers, what ACM will ask for, and tokens made of ids
      .replace(/\b(sg|i|ami|snap)-[0-9a-f]{8,17}\b|<(security group|instance|image) [^>]*>+/g, '<id>')
      .replace(
        /arn:aws:(elasticloadbalancing|acm):[^"\\]*|<(load balancer|target group|listener|certificate) [^>]*>+/g,
        '<arn>',
      )
      .replace(/AliasTarget[\\]*":\{[^}]*\}/g, 'AliasTarget')
      .replace(/_(?:[0-9a-f]{32}|validation)\.[^"\\]*acm-validations/g, '<proof>')
      .replace(/_[0-9a-f]{32}\./g, '_validation.')
      .replace(/"ClientToken":"[^"]*"/g, '"ClientToken":"<token>"')
      // a digest of all of that
      .replace(/ applied=[0-9a-f]{16}/g, ' applied=<digest>')
  );
}

/** A call, without what nobody knows before. */
export interface Shown {
  readonly action: string;
  readonly parameters: string;
}

const names: Readonly<Record<string, string>> = {
  'update secrets': 'patch secrets',
  'update configmaps': 'patch configmaps',
};

/** What such a kind keeps in Secrets for itself, as tokens are made, is part of other steps and not shown. */
const keepsItself: ReadonlySet<string> = new Set(['PbsInstance']);

/** Calls of a plan in the words of the wire: a Secret is updated by a patch. */
export function planned(kind: AnyKind, steps: readonly Parameters<AnyKind['calls']>[0][]): Shown[] {
  return steps
    .flatMap((step) => kind.calls(step))
    .filter(({ service }) => service !== 'kubernetes' || !keepsItself.has(kind.kind))
    .map(({ service, action, parameters }) => ({
      action: names[action] ?? action,
      parameters:
        service === 'kubernetes'
          ? ''
          : nameless(JSON.stringify(Object.fromEntries(parameters.map(({ name, value }) => [name, value])))),
    }));
}

/** Calls that were made, in the same words. */
export function made(kind: AnyKind, calls: readonly Carried[]): Shown[] {
  return calls
    .filter(
      ({ effect, action, applied }) =>
        effect === 'write' && applied && !/backuptargets|sitevpns|gslbendpoints|pbsinstances/.test(action),
    )
    .filter(({ service }) => service !== 'kubernetes' || !keepsItself.has(kind.kind))
    .map(({ service, action, parameters }) => ({
      action,
      parameters: service === 'kubernetes' ? '' : nameless(JSON.stringify(parameters)),
    }));
}

/** A validation is due again and again while time passes; however often, it is the one that the preview shows. */
export function withoutRepeats(shown: readonly Shown[]): Shown[] {
  const isCanary = (one: Shown | undefined) => one?.parameters.includes('.hybridcloud/canary') ?? false;
  // put, delete, put, delete: what stands two places after its like, with the other between, is a repeat
  return shown.filter(
    (one, i) =>
      !(isCanary(one) && isCanary(shown[i - 1]) && isCanary(shown[i - 2]) && shown[i - 2]?.action === one.action),
  );
}
