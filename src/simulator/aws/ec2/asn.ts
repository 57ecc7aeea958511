// SPDX-License-Identifier: GPL-3.0-or-later
/** Autonomous system numbers of customer gateways. Source: Site-to-Site VPN User Guide, "Customer gateway options"; API_CreateCustomerGateway. */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { may, type Fields } from '../protocol/model.ts';
import { invalid } from './input.ts';

const reservedEverywhere = ['7224'];
const reservedIn: Readonly<Record<string, readonly string[]>> = {
  'eu-west-1': ['9059'],
  'ap-northeast-1': ['10124'],
  'ap-southeast-1': ['17943'],
};

/** 65000 unless told. @throws {AwsError} InvalidParameterCombination, InvalidParameterValue */
export function customerAsn({ route }: Call, input: Fields): string {
  const [plain, extended] = [may(input, 'BgpAsn'), may(input, 'BgpAsnExtended')];
  if (plain !== undefined && extended !== undefined)
    throw new AwsError('InvalidParameterCombination', 'BgpAsn and BgpAsnExtended cannot be specified together.');
  const asn = String(Number(extended ?? plain ?? '65000'));
  if (reservedEverywhere.includes(asn) || reservedIn[route.region]?.includes(asn))
    throw invalid('bgpAsn', asn, `The ASN is reserved in ${route.region}.`);
  return asn;
}

/**
 * EC2 API reference, "Error codes": AsnConflict; its words are in awslabs/aws-transit-vpc#27. The code list makes no difference between dynamic
 * and static routing.
 */
export function refuseSameAsn(customer: { readonly asn: string }, gateway: { readonly asn: number }): void {
  if (customer.asn === String(gateway.asn))
    throw new AwsError(
      'AsnConflict',
      'The ASN of the specified customer gateway and virtual private gateway are the same.',
    );
}
