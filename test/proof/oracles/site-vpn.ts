// SPDX-License-Identifier: GPL-3.0-or-later
/** Judges a SiteVpn's run, call by call, by what the worlds really hold. docs/proof.md defines each oracle. */
import type { Carried } from '../network.ts';
import type { Judge, Scenario, Violation } from '../script.ts';
import type { Worlds } from '../worlds.ts';
import { freshLooks, unread, type LooksNeeded } from './fresh-looks.ts';
import { leftAtSite, secretsOfSite, twiceAtSite } from './vpn-site.ts';
import { holdings, holdsBothKeys, leftOver, named, ofOthers } from './vpn-holdings.ts';
import { networkIn, vpnIn, type VpnObject } from './vpn-picture.ts';

const finalizer = 'hybridcloud.dev/finalizer';
const approval = 'hybridcloud.dev/approve';

/** What a call that destroys or interrupts must have read before. */
const looksNeeded: LooksNeeded = {
  DeleteVpnConnection: ['DescribeVpnConnections'],
  ModifyVpnTunnelOptions: ['DescribeVpnConnections'],
  ModifyVpnConnection: ['DescribeVpnConnections'],
  ModifyVpnConnectionOptions: ['DescribeVpnConnections'],
  DeleteVpnConnectionRoute: ['DescribeVpnConnections'],
  DeleteCustomerGateway: ['DescribeCustomerGateways', 'DescribeVpnConnections'],
  DetachVpnGateway: ['DescribeVpnGateways', 'DescribeVpnConnections'],
  DeleteVpnGateway: ['DescribeVpnGateways', 'DescribeVpnConnections'],
  DisableVgwRoutePropagation: ['DescribeRouteTables'],
  DeleteRoute: ['DescribeRouteTables'],
  'delete secrets': ['get secrets'],
  'ipsec/connections/del_connection': ['ipsec/connections/get_connection'],
  'ipsec/pre_shared_keys/del_item': ['ipsec/pre_shared_keys/get_item'],
};

/** Calls after which something of the connection or its gateways is gone: only for a deletion, or with an approval. */
const takesDown = new Set(['DeleteVpnConnection', 'DetachVpnGateway', 'DeleteVpnGateway', 'ModifyVpnConnection']);

/** What a look may take beside the interval of the telemetry. */
const lookMs = 10_000;

export class SiteVpnJudge implements Judge {
  readonly violations: Violation[] = [];
  readonly secrets = new Set<string>();
  readonly #worlds: Worlds;
  readonly #scenario: Scenario;
  readonly #lagMs: number;
  readonly #calls: Carried[] = [];
  /** What belongs to others, byte for byte. */
  #foreign: ReadonlyMap<string, string>;
  #uid: string | undefined;
  #last: VpnObject | undefined;
  #approved = false;
  /** When enough tunnels were up last, by the world. */
  #servedAt = Number.NEGATIVE_INFINITY;

  constructor(worlds: Worlds, scenario: Scenario, lagMs: number, from?: SiteVpnJudge) {
    this.#worlds = worlds;
    this.#scenario = scenario;
    this.#lagMs = lagMs;
    this.#foreign = from ? from.#foreign : ofOthers(worlds);
    if (from) {
      this.#calls.push(...from.#calls);
      this.#uid = from.#uid;
      this.#last = from.#last;
      this.#approved = from.#approved;
      this.#servedAt = from.#servedAt;
      for (const secret of from.secrets) this.secrets.add(secret);
    }
    this.#learn();
  }

  over(worlds: Worlds): SiteVpnJudge {
    return new SiteVpnJudge(worlds, this.#scenario, this.#lagMs, this);
  }

  knowledge(process: number): unknown {
    const served = Math.max(this.#servedAt, this.#worlds.clock.now() - this.#lateMs - 1);
    const reads = freshLooks(looksNeeded, process, this.#calls);
    return [this.#uid, this.#last, this.#approved, served, reads, [...this.secrets]];
  }

  /** What people change of their own is theirs to change. */
  acted(): void {
    this.#learn();
    this.#foreign = ofOthers(this.#worlds);
  }

  sending(call: Carried): void {
    this.#learn();
    this.#judgeIntent(call);
    if (call.action === 'ModifyVpnTunnelOptions') this.#judgeInterruption(call);
  }

  sent(call: Carried): void {
    this.#calls.push(call);
    if (!call.applied) return;
    this.#learn();
    this.#judgeWorlds(call);
    if (call.action === 'patch sitevpns/status') this.#judgeReady(call);
  }

  end(): void {
    this.#judgeWorlds(undefined);
    const { ends } = this.#scenario;
    if (ends === 'gone') {
      const left = leftOver(this.#worlds, this.#uid);
      if (left.length > 0) this.#violated('left-over', left.join(', '));
    }
    if (ends === 'Ready' && !holdsBothKeys(this.#worlds, this.#uid, this.#last?.spec.device?.secretRef.name))
      this.#violated('secret-lost', 'the delivered files do not have the keys of both tunnels');
  }

  get #lateMs(): number {
    return (this.#last?.spec.telemetry?.intervalSeconds ?? 60) * 1000 + lookMs + this.#lagMs;
  }

  #learn(): void {
    this.#last = vpnIn(this.#worlds) ?? this.#last;
    const { metadata, spec } = this.#last ?? {};
    this.#uid = metadata?.uid ?? this.#uid;
    this.#approved ||= metadata?.annotations?.[approval] !== undefined;
    this.#learnSecrets();
    if (this.#serves(spec?.readiness?.tunnelsUp)) this.#servedAt = this.#worlds.clock.now();
  }

  #learnSecrets(): void {
    const all = networkIn(this.#worlds).vpnConnections.flatMap((one) => one.tunnels);
    for (const { psk } of all) this.secrets.add(psk);
    for (const secret of secretsOfSite(this.#worlds)) this.secrets.add(secret);
  }

  #serves(tunnelsUp = 1): boolean {
    // what is to be taken over carries traffic before it is ours
    const wanted = named(this.#worlds);
    const found = networkIn(this.#worlds).vpnConnections.filter(
      ({ id, tags }) => wanted.has(id) || tags['hybridcloud.dev/owner'] === this.#uid,
    );
    return found.flatMap((one) => one.tunnels).filter(({ status }) => status === 'UP').length >= tunnelsUp;
  }

  #violated(oracle: string, what: string): void {
    if (!this.violations.some((one) => one.oracle === oracle && one.what === what))
      this.violations.push({ oracle, what });
  }

  #judgeIntent(call: Carried): void {
    const why = unread(call, looksNeeded, this.#calls);
    if (why) this.#violated('intent', why);
    if (this.#approved) return;
    const deleting = this.#last?.metadata.deletionTimestamp !== undefined;
    if (takesDown.has(call.action) && !deleting && !this.#isSurplus(call))
      this.#violated('intent', `${call.action} without a deletion or an approval`);
    const planned = this.#last?.spec.managementPolicy === 'Plan';
    if (planned && call.service === 'ec2' && call.effect === 'write')
      this.#violated('unapproved', `${call.action} that nobody approved`);
  }

  /** A copy that nobody asked for may go without a word. */
  #isSurplus({ action }: Carried): boolean {
    const { connections, gateways } = holdings(this.#worlds, this.#uid);
    if (action === 'DeleteVpnConnection') return connections.length > 1;
    return action === 'DeleteVpnGateway' && gateways.length > 1;
  }

  /** A tunnel that carries traffic is touched only while the other one carries it, too. */
  #judgeInterruption({ parameters }: Carried): void {
    const { tunnels } = holdings(this.#worlds, this.#uid);
    const at = tunnels.find(({ outsideIP }) => outsideIP === parameters['VpnTunnelOutsideIpAddress']);
    const others = tunnels.filter((one) => one !== at);
    if (at?.status === 'UP' && !others.some(({ status }) => status === 'UP'))
      this.#violated('interrupted', 'the only tunnel that was up was changed');
  }

  #judgeWorlds(call: Carried | undefined): void {
    this.#judgeOurs(call?.action ?? 'the end');
    // of Kubernetes' objects only Secrets can be others'
    if (call?.service === 'kubernetes' && !call.action.includes(' secrets')) return;
    const now = ofOthers(this.#worlds);
    const given = this.#approved ? named(this.#worlds) : new Set();
    for (const [what, before] of this.#foreign)
      if (now.get(what) !== before && !given.has(what))
        this.#violated('foreign', `${what} was changed by ${call?.action ?? 'somebody'}`);
  }

  #judgeOurs(when: string): void {
    const { gateways, customerGateways, connections } = holdings(this.#worlds, this.#uid);
    // while the site moves to another address there are two
    const mostCustomers = this.#approved ? 2 : 1;
    if (gateways.length > 1 || connections.length > 1 || customerGateways.length > mostCustomers)
      this.#violated('duplicate', 'two things of a kind with our mark');
    const atSite = leftAtSite(this.#worlds);
    if (twiceAtSite(this.#worlds)) this.#violated('duplicate', 'two of a kind for one tunnel or prefix at the site');
    if (customerGateways.length + connections.length + atSite.length > 0 && !this.#guarded())
      this.#violated('finalizer', `off while something of ours exists (${when})`);
  }

  #guarded(): boolean {
    const { metadata } = vpnIn(this.#worlds) ?? {};
    return metadata?.uid === this.#uid && (metadata?.finalizers?.includes(finalizer) ?? false);
  }

  /** Ready is claimed: then enough tunnels are up, or were until a moment ago, of which the telemetry may not tell yet. */
  #judgeReady(call: Carried): void {
    const { conditions = [] } = vpnIn(this.#worlds)?.status ?? {};
    if (!conditions.some((one) => one.type === 'Ready' && one.status === 'True')) return;
    if (this.#worlds.clock.now() - this.#servedAt > this.#lateMs)
      this.#violated('ready', `claimed at call ${call.index} while too few tunnels are up`);
  }
}
