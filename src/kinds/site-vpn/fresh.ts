// SPDX-License-Identifier: GPL-3.0-or-later
/** What a step that changes or takes away looks at first, asked anew: never on an id alone, and never on what a shared look remembers. */
import type { CustomerGateway, VpnConnection, VpnGateway } from '../../clouds/aws/ec2/vpn.ts';
import { ownershipOf, type Owner, type Tags } from '../../core/owner-mark.ts';
import { changed } from '../changed.ts';
import type { Clouds } from './connect.ts';
import { gatewayOwner, isAdopting, markedVPC } from './marks.ts';

interface Marked {
  readonly id: string;
  readonly tags: Tags;
}

/** @throws Failure when it lost the mark, or bears another. */
function mustBe(owner: Owner, what: string, { id, tags }: Marked): void {
  if (ownershipOf(tags, owner) === 'mine') return;
  throw changed(`${what} ${id} does not carry our mark any more; it was not touched`);
}

/** `undefined`: it is gone, or on its way out. */
export async function ourConnection({ vpns, owner }: Clouds, id: string): Promise<VpnConnection | undefined> {
  const found = await vpns.freshConnection(id);
  if (!found || found.state === 'deleting') return undefined;
  mustBe(owner, 'VPN connection', found);
  return found;
}

export async function ourCustomerGateway({ vpns, owner }: Clouds, id: string): Promise<CustomerGateway | undefined> {
  const found = await vpns.freshCustomerGateway(id);
  if (!found || found.state === 'deleting') return undefined;
  mustBe(owner, 'Customer gateway', found);
  return found;
}

/** The installation's gateway of that VPC. */
export async function ourGateway({ vpns, owner }: Clouds, id: string, vpc?: string): Promise<VpnGateway | undefined> {
  const found = await vpns.freshGateway(id);
  if (!found || found.state === 'deleting') return undefined;
  mustBe(gatewayOwner(owner, vpc ?? markedVPC(found.tags)), 'Virtual private gateway', found);
  return found;
}

/** Nothing lives on it: neither ours, nor a sibling's, nor a stranger's. */
export async function mustBeUnused(
  { vpns }: Clouds,
  end: { readonly gateway: string } | { readonly customerGateway: string },
): Promise<void> {
  const [user] = (await vpns.connectionsOn(end)).filter(({ state }) => state !== 'deleted');
  if (user) throw changed(`VPN connection ${user.id} uses it; nothing was taken away`);
}

/** Still what was shown when it was approved: nobody's and named for adoption, or of exactly that owner. */
export function mustBeAdoptable({ object }: Clouds, owner: Owner, found: Marked | undefined): void {
  const given = object.metadata.annotations ?? {};
  const ownership = found && ownershipOf(found.tags, owner);
  if (found && ownership && (ownership === 'mine' || isAdopting(given, ownership, found.id))) return;
  throw changed('What was to be adopted is gone, or somebody else has marked it; it was not touched');
}

export function mustHave<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw changed(`${what} is gone`);
  return found;
}
