// SPDX-License-Identifier: GPL-3.0-or-later
import type * as EC2 from '@aws-sdk/client-ec2';
import { Failure } from '../../../core/failure.ts';
import { ownerTag } from '../../../core/owner-mark.ts';
import type { Scope } from '../../../core/scope.ts';
import { RecentlyMade, type Made as Recent } from './recently-made.ts';
import { read, type AwsRequest } from '../request.ts';
import type { AwsSession } from '../session.ts';
import { noteKeys } from './tunnel-keys.ts';
import type { AgeLimit } from '../iam/users.ts';
import { customerGatewayOf, vpnConnectionOf, vpnGatewayOf } from './vpn-readings.ts';
import { learnKeys } from './vpn-secrets.ts';
import type { CustomerGateway, VpnConnection, VpnGateway } from './vpn.ts';
import { changedBy, vpnLooks } from './vpn-looks.ts';

type Filter = EC2.Filter;
const filter = (Name: string, ...Values: string[]): Filter => ({ Name, Values });

/**
 * Whatever bears a mark of this operator, whoever's. Filtered describes have the larger budget (EC2 Developer Guide, "Request
 * throttling": 50/10 for those without a filter, 100/20 with one), and the answer to this one holds every connection's keys: other
 * people's are better not asked for.
 */
const marked = filter('tag-key', ownerTag);

interface Made {
  readonly connections: RecentlyMade<VpnConnection>;
  readonly customerGateways: RecentlyMade<CustomerGateway>;
  readonly gateways: RecentlyMade<VpnGateway>;
}

type Found<K extends keyof Made> = Made[K] extends RecentlyMade<infer T> ? T : never;

function madeOf({ clock, memory }: AwsSession): Made {
  const made = <K extends keyof Made>(of: K) =>
    memory.get(`ec2/made/${of}`, (saved) => new RecentlyMade(clock, saved as readonly Recent<Found<K>>[]));
  return { connections: made('connections'), customerGateways: made('customerGateways'), gateways: made('gateways') };
}

/** What a write answered, in our words. Of a create it may be somebody else's thing: AWS answers with what is there already. */
export interface Written {
  readonly connection?: VpnConnection;
  readonly customerGateway?: CustomerGateway;
  readonly gateway?: VpnGateway;
}

interface Answer {
  readonly VpnConnection?: EC2.VpnConnection;
  readonly CustomerGateway?: EC2.CustomerGateway;
  readonly VpnGateway?: EC2.VpnGateway;
}

function inOurWords({ VpnConnection, CustomerGateway, VpnGateway }: Answer): Written {
  return {
    ...(VpnConnection ? { connection: noteKeys(vpnConnectionOf(VpnConnection), VpnConnection) } : {}),
    ...(CustomerGateway ? { customerGateway: customerGatewayOf(CustomerGateway) } : {}),
    ...(VpnGateway ? { gateway: vpnGatewayOf(VpnGateway) } : {}),
  };
}

/** After these nothing stands in for it any more: it is gone, or no longer ours. */
const endings = new Set(['DeleteVpnConnection', 'DeleteCustomerGateway', 'DeleteVpnGateway', 'DeleteTags']);

/**
 * Gateways and connections of one account and region. Three shared describes serve any number of objects: the marked connections, the
 * marked customer gateways, and all virtual private gateways (a region has a handful, and a VPC's may be somebody else's).
 *
 * What is not marked is asked for only when it matters, and never kept: before a connection is made, the connections of its two
 * gateways, since AWS would answer with one that is there; before a customer gateway is made, those of its address, for the same reason;
 * before a gateway goes, whatever still uses it. A look that fails says nothing about what is there.
 */
export class Vpns {
  readonly #session: AwsSession;
  readonly #scope: Scope;
  readonly #made: Made;

  constructor(session: AwsSession, scope: Scope) {
    this.#session = session;
    this.#scope = scope;
    this.#made = madeOf(session);
  }

  /** All that bear a mark. */
  async connections(age: AgeLimit): Promise<readonly VpnConnection[]> {
    return this.#shared('connections', age, () => this.#describeConnections([marked]));
  }

  /** All that bear a mark. */
  async customerGateways(age: AgeLimit): Promise<readonly CustomerGateway[]> {
    return this.#shared('customerGateways', age, () => this.#describeCustomerGateways([marked]));
  }

  /** All of the region, marked or not. */
  async gateways(age: AgeLimit): Promise<readonly VpnGateway[]> {
    const living = filter('state', 'pending', 'available', 'deleting');
    return this.#shared('gateways', age, () => this.#describeGateways([living]));
  }

  /** Of anybody, asked anew: what a create would be answered with, and what holds a gateway. */
  async connectionsOn(gateways: {
    readonly customerGateway?: string;
    readonly gateway?: string;
  }): Promise<readonly VpnConnection[]> {
    const { customerGateway, gateway } = gateways;
    const filters = [
      ...(customerGateway === undefined ? [] : [filter('customer-gateway-id', customerGateway)]),
      ...(gateway === undefined ? [] : [filter('vpn-gateway-id', gateway)]),
    ];
    const found = await this.#describeConnections(filters, this.#scope);
    const fits = (one: VpnConnection) =>
      (customerGateway ?? one.customerGateway) === one.customerGateway && (gateway ?? one.gateway) === one.gateway;
    return this.#made.connections.besides(found).filter(fits);
  }

  /** Of anybody, asked anew: what a create would be answered with, were it not for the device name. */
  async customerGatewaysAt(ip: string): Promise<readonly CustomerGateway[]> {
    const found = await this.#describeCustomerGateways([filter('ip-address', ip)], this.#scope);
    return this.#made.customerGateways.besides(found).filter((one) => one.ip === ip);
  }

  /** One, whoever's, asked anew: for what is named by the user, and for what destroys. */
  async freshConnection(id: string): Promise<VpnConnection | undefined> {
    const found = await this.#describeConnections([filter('vpn-connection-id', id)], this.#scope);
    return this.#made.connections.besides(found).find((one) => one.id === id);
  }

  async freshCustomerGateway(id: string): Promise<CustomerGateway | undefined> {
    const found = await this.#describeCustomerGateways([filter('customer-gateway-id', id)], this.#scope);
    return this.#made.customerGateways.besides(found).find((one) => one.id === id);
  }

  async freshGateway(id: string): Promise<VpnGateway | undefined> {
    const found = await this.#describeGateways([filter('vpn-gateway-id', id)], this.#scope);
    return this.#made.gateways.besides(found).find((one) => one.id === id);
  }

  /** Sends a write and forgets what it may have changed. What it answers comes without the secrets that AWS puts there. */
  async write(request: AwsRequest): Promise<Written> {
    learnKeys(this.#session, request.input);
    let remembered = false;
    try {
      const answer = await this.#session.send<Answer>(request, this.#scope);
      learnKeys(this.#session, answer);
      const written = inOurWords(answer);
      remembered = request.action.startsWith('Create') && this.#remember(written);
      if (written.connection) this.#made.connections.update(written.connection);
      if (endings.has(request.action)) this.#forget(...Object.values(request.input).map(String));
      return written;
    } catch (error) {
      throw await this.#unlessHidden(error, request);
    } finally {
      // what a create answered stands in for it until it is shown: in a burst the shared looks are not asked anew for each of them
      if (!remembered) for (const look of changedBy(request.action)) this.#session.looks.drop(look);
    }
  }

  /** Only what is marked: without a mark it is somebody else's, which AWS answered with because it is the same. */
  #remember({ connection, customerGateway, gateway }: Written): boolean {
    const { connections, customerGateways, gateways } = this.#made;
    if (connection?.tags[ownerTag] !== undefined) connections.remember(connection);
    else if (customerGateway?.tags[ownerTag] !== undefined) customerGateways.remember(customerGateway);
    else if (gateway?.tags[ownerTag] !== undefined) gateways.remember(gateway);
    else return false;
    return true;
  }

  /**
   * A policy that asks for a mark refuses whatever is done to a thing that EC2 does not show yet, as that has no tags: it passes, and no
   * permission is missing (hashicorp/terraform-provider-aws#6055).
   */
  async #unlessHidden(failure: unknown, { action, input }: AwsRequest): Promise<unknown> {
    if (!(failure instanceof Failure) || failure.reason !== 'AccessDenied') return failure;
    const ids = Object.values(input).filter((value) => typeof value === 'string');
    const hidden = await Promise.all(ids.map((id) => this.#isHidden(id))).catch(() => []);
    const id = ids.find((_, at) => hidden[at]);
    if (id === undefined) return failure;
    const message = `${action}: AWS does not find ${id}, which was made a moment ago and shows soon`;
    return new Failure({ class: 'Transient', reason: 'NotFound', applied: 'no', message, cause: failure });
  }

  async #isHidden(id: string): Promise<boolean> {
    const { connections, customerGateways, gateways } = this.#made;
    if (connections.has(id))
      return (await this.#describeConnections([filter('vpn-connection-id', id)], this.#scope)).length === 0;
    if (customerGateways.has(id))
      return (await this.#describeCustomerGateways([filter('customer-gateway-id', id)], this.#scope)).length === 0;
    if (gateways.has(id))
      return (await this.#describeGateways([filter('vpn-gateway-id', id)], this.#scope)).length === 0;
    return false;
  }

  #forget(...ids: readonly string[]): void {
    const { connections, customerGateways, gateways } = this.#made;
    for (const made of [connections, customerGateways, gateways]) for (const id of ids) made.forget(id);
  }

  /** No scope: the answer is for every object of the account and region. */
  async #shared<K extends keyof Made>(
    of: K,
    { maxAgeMs }: AgeLimit,
    look: () => Promise<readonly Found<K>[]>,
  ): Promise<readonly Found<K>[]> {
    const made: RecentlyMade<Found<K>> = this.#made[of] as never;
    const { looks } = this.#session;
    if (made.expire()) looks.drop(vpnLooks[of]);
    return made.besides(await looks.get(vpnLooks[of], maxAgeMs, look));
  }

  async #describeConnections(filters: Filter[], scope?: Scope): Promise<readonly VpnConnection[]> {
    const { VpnConnections: found = [] } = await this.#session.send<EC2.DescribeVpnConnectionsCommandOutput>(
      read('ec2', 'DescribeVpnConnections', { Filters: filters }),
      scope,
    );
    learnKeys(this.#session, found);
    return this.#living(found.map((one) => noteKeys(vpnConnectionOf(one), one)));
  }

  async #describeCustomerGateways(filters: Filter[], scope?: Scope): Promise<readonly CustomerGateway[]> {
    const { CustomerGateways: found = [] } = await this.#session.send<EC2.DescribeCustomerGatewaysCommandOutput>(
      read('ec2', 'DescribeCustomerGateways', { Filters: filters }),
      scope,
    );
    return this.#living(found.map(customerGatewayOf));
  }

  async #describeGateways(filters: Filter[], scope?: Scope): Promise<readonly VpnGateway[]> {
    const { VpnGateways: found = [] } = await this.#session.send<EC2.DescribeVpnGatewaysCommandOutput>(
      read('ec2', 'DescribeVpnGateways', { Filters: filters }),
      scope,
    );
    return this.#living(found.map(vpnGatewayOf));
  }

  /** AWS goes on showing for a while what is deleted. */
  #living<T extends { readonly id: string; readonly state: string }>(found: readonly T[]): readonly T[] {
    for (const { id, state } of found) if (state === 'deleted') this.#forget(id);
    return found.filter(({ state }) => state !== 'deleted');
  }
}
