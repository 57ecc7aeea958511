// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseCustomerGatewayConfiguration as parse } from '../../../../src/clouds/aws/ec2/customer-gateway-configuration.ts';
import { Failure } from '../../../../src/core/failure.ts';
import { customerGatewayXml, keys } from './customer-gateway-xml.ts';

const xml = customerGatewayXml('BGP');

test('Addresses, keys, BGP, MSS and dead peer detection are read for each outside address.', () => {
  const { connectionID, routing, tunnels } = parse(xml);
  expect({ connectionID, routing }).toEqual({ connectionID: 'vpn-0123456789abcdef0', routing: 'BGP' });
  expect([...tunnels.keys()].sort()).toEqual(['198.51.100.1', '198.51.100.17']);
  expect(tunnels.get('198.51.100.1')).toEqual({
    outsideIP: '198.51.100.1',
    customerOutsideIP: '203.0.113.10',
    insideCIDR: '169.254.10.0/30',
    customerInsideIP: '169.254.10.2',
    awsInsideIP: '169.254.10.1',
    presharedKey: keys[1],
    mss: 1379,
    dpd: { intervalSeconds: 10, retries: 3 },
    bgp: { customerAsn: 65_000, awsAsn: 64_512, holdSeconds: 30 },
  });
});

test('A static connection has no BGP.', () => {
  const { routing, tunnels } = parse(customerGatewayXml('Static'));
  expect(routing).toBe('Static');
  for (const tunnel of tunnels.values()) expect(tunnel).not.toHaveProperty('bgp');
});

test('The order of the tunnels says nothing.', () => {
  const [head = '', one = '', two = ''] = xml.replace('</vpn_connection>', '').split(/(?=<ipsec_tunnel>)/);
  expect(parse(`${head}${two}${one}</vpn_connection>`)).toEqual(parse(xml));
});

test('Algorithms are not read: those in the XML are not what the connection is set to.', () => {
  expect(parse(xml.replaceAll('aes-128-cbc', 'something new'))).toEqual(parse(xml));
});

const wrongs: readonly (readonly [string, string, string, RegExp])[] = [
  ['no XML', '</ike>', '', /no well-formed XML/],
  ['a document type', '<vpn_connection ', '<!DOCTYPE a [<!ENTITY b "c">]><vpn_connection ', /no well-formed XML/],
  ['another root', 'vpn_connection', 'other', /no well-formed XML/],
  ['no id', ' id="vpn-0123456789abcdef0"', '', /vpn_connection has no id/],
  ['another type', 'ipsec.1', 'ipsec.2', /vpn_connection_type is not what is known of it/],
  [
    'an unknown attribute',
    '</vpn_connection_type>',
    '</vpn_connection_type><vpn_connection_attributes>New</vpn_connection_attributes>',
    /vpn_connection_attributes is not/,
  ],
  ['an empty key', keys[0], '', /ipsec_tunnel\/ike\/pre_shared_key is empty/],
  ['a key in Secrets Manager', keys[0], '{resolve:secretsmanager}', /pre_shared_key is not what is known of it/],
  ['a key with an entity', keys[0], 'first&#10;.key_0123', /pre_shared_key is not/],
  ['no key', `<pre_shared_key>${keys[0]}</pre_shared_key>`, '', /ike\/pre_shared_key is missing/],
  [
    'two keys',
    '</pre_shared_key>',
    '</pre_shared_key><pre_shared_key>aaaaaaaa</pre_shared_key>',
    /pre_shared_key is there more than once/,
  ],
  [
    'an address that is none',
    '<ip_address>203.0.113.10<',
    '<ip_address>203.0.113.010<',
    /tunnel_outside_address\/ip_address is not/,
  ],
  ['another inside size', '<network_cidr>30', '<network_cidr>29', /network_cidr is not/],
  ['inside ends apart', '169.254.11.2', '169.254.11.6', /not the two ends/],
  ['no ASN', '<asn>65000</asn>', '', /customer_gateway\/bgp\/asn is missing/],
  ['no BGP at one end', '<bgp><asn>65000</asn><hold_time>30</hold_time></bgp>', '', /customer_gateway\/bgp is missing/],
  ['different hold times', '<hold_time>30', '<hold_time>40', /different hold times/],
  ['an MSS that is none', '1379', 'auto', /tcp_mss_adjustment is not/],
  ['an MSS that is too great', '1379', '9000', /tcp_mss_adjustment is not from 536 to 1460/],
  ['no interval', '<interval>10</interval>', '<interval/>', /interval is empty/],
  ['another protocol', '<protocol>esp', '<protocol>ah', /ipsec\/protocol is not/],
  ['one tunnel twice', '198.51.100.17', '198.51.100.1', /there are not two tunnels/],
  ['too much of it', '</vpn_connection>', `${' '.repeat(70_000)}</vpn_connection>`, /no well-formed XML/],
];
test.each(wrongs)('%s is refused by its place', (_, from, to, message) => {
  expect(xml).toContain(from);
  const changed = from === 'vpn_connection' ? xml.replaceAll(from, to) : xml.replace(from, to);
  expect(() => parse(changed)).toThrow(message);
});

test('BGP in a static connection is refused', () => {
  const mixed = customerGatewayXml('Static').replace('</customer_gateway>', '<bgp/></customer_gateway>');
  expect(() => parse(mixed)).toThrow(/although the connection has static routing/);
});

test('Whatever is broken in it, nothing else than a Failure is thrown, and no message holds a key.', () => {
  const place = fc.tuple(
    fc.nat(xml.length),
    fc.nat(40),
    fc.oneof(fc.string(), fc.constantFrom('<', '>', '</ike>', '&', '<![CDATA[x]]>')),
  );
  fc.assert(
    fc.property(place, ([at, length, put]) => {
      try {
        parse(`${xml.slice(0, at)}${put}${xml.slice(at + length)}`);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        for (const key of keys) expect(error.message).not.toContain(key.slice(0, 6));
      }
    }),
    { numRuns: 2000 },
  );
});
