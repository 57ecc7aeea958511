// SPDX-License-Identifier: GPL-3.0-or-later
/** What was written is read again, and is the model. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { GatewayDevice, GatewayModel, Phase } from '../../../../src/kinds/site-vpn/gateway/model.ts';
import { renderGateway } from '../../../../src/kinds/site-vpn/gateway/render.ts';
import { models } from './models.ts';
import { fileOf, readIpsec, readSecrets, readStrongSwan, readTables, type Tree } from './reading.ts';

const libreswan: GatewayDevice = { type: 'Libreswan' };
const bindings = fc.constantFrom('XFRM' as const, 'VTI' as const, 'Policy' as const);
const runs = { numRuns: 200 };

function forEveryModel(law: (model: GatewayModel) => void): void {
  fc.assert(fc.property(models, law), runs);
}

/** What two phases have in common on the wire: GCM in phase 2 has no integrity of its own. */
function onTheWire({ phase1, phase2 }: { phase1: Phase; phase2: Phase }): unknown {
  const known = ({ encryption, integrity, dhGroup }: Phase, own: boolean) => ({
    encryption,
    dhGroup,
    ...(own ? { integrity } : {}),
  });
  return [known(phase1, true), known(phase2, !phase2.encryption.includes('GCM'))];
}

const groups = ['modp2048', 'modp3072', 'modp4096', 'modp6144', 'modp8192', 'ecp256', 'ecp384', 'ecp521'];

/** A proposal in either program's words, in AWS's. */
function proposal(text: string): unknown {
  const pattern = /^aes(_gcm)?(128|256)(gcm16)?(?:-(?:prf)?sha(?:2_)?(\d+))?[;-](?:dh(\d+)|(\w+))$/;
  const [, before, bits, behind, sha, dh, group = ''] = pattern.exec(text) ?? [];
  return {
    encryption: `AES${bits}${before || behind ? '-GCM-16' : ''}`,
    dhGroup: dh === undefined ? 14 + groups.indexOf(group) : Number(dh),
    ...(sha === undefined ? {} : { integrity: sha === '1' ? 'SHA1' : `SHA2-${sha}` }),
  };
}

test('The connections and secrets for Libreswan hold the model, and nothing else.', () => {
  forEveryModel((model) => {
    const rendered = renderGateway(libreswan, model);
    const sections = readIpsec(fileOf(rendered, 'aws.conf'));
    expect([...sections.keys()]).toEqual(['config setup', 'conn aws-tunnel-1', 'conn aws-tunnel-2']);
    for (const [index, tunnel] of model.tunnels.entries()) {
      const conn = sections.get(`conn aws-tunnel-${index + 1}`)!;
      const silent = tunnel.ikeVersion === 'ikev2' ? 'retransmit-timeout' : 'dpdtimeout';
      expect(conn).toEqual({
        auto: 'start',
        type: 'tunnel',
        authby: 'secret',
        ikev2: tunnel.ikeVersion === 'ikev2' ? 'insist' : 'no',
        left: model.site.localIP ?? '%defaultroute',
        leftid: model.site.publicIP,
        right: tunnel.outsideIP,
        rightid: tunnel.outsideIP,
        leftsubnet: '0.0.0.0/0',
        rightsubnet: '0.0.0.0/0',
        mark: `${index + 1}00/0xffffffff`,
        'vti-interface': `vti${index + 1}`,
        'vti-routing': 'no',
        leftvti: `${tunnel.customerInsideIP}/30`,
        ike: conn['ike'],
        esp: conn['esp'],
        ikelifetime: `${tunnel.phase1.lifetimeSeconds}s`,
        salifetime: `${tunnel.phase2.lifetimeSeconds}s`,
        dpddelay: `${tunnel.dpd.intervalSeconds}s`,
        [silent]: `${tunnel.dpd.timeoutSeconds}s`,
        dpdaction: 'restart',
        keyingtries: '%forever',
      });
      expect([proposal(conn['ike']!), proposal(conn['esp']!)]).toEqual(onTheWire(tunnel));
    }
    expect(readSecrets(fileOf(rendered, 'aws.secrets'))).toEqual(
      model.tunnels.map((tunnel) => ({ ids: [model.site.publicIP, tunnel.outsideIP], key: tunnel.presharedKey })),
    );
  });
});

function seconds(text: unknown): number {
  return Number(/^(\d+)s$/.exec(String(text))?.[1]);
}

test('The connections and secrets for strongSwan hold the model, and nothing else.', () => {
  fc.assert(
    fc.property(models, bindings, (generated, binding) => {
      const model: GatewayModel = binding === 'Policy' ? { ...generated, routing: 'Static' } : generated;
      const tree = readStrongSwan(fileOf(renderGateway({ type: 'StrongSwan', binding }, model), 'aws-vpn.conf'));
      const { connections, secrets } = tree as { connections: Tree; secrets: Tree };
      const names = ['aws-tunnel-1', 'aws-tunnel-2'];
      expect([Object.keys(connections), Object.keys(secrets)]).toEqual([names, names.map((name) => `ike-${name}`)]);
      for (const [index, tunnel] of model.tunnels.entries()) {
        const name = names[index]!;
        const secret = secrets[`ike-${name}`] as Record<string, string>;
        expect(atob(secret['secret']!.replace(/^0s/, ''))).toBe(tunnel.presharedKey);
        expect([secret['id-1'], secret['id-2']]).toEqual([model.site.publicIP, tunnel.outsideIP]);
        const connection = connections[name] as Record<string, string>;
        const child = (connection['children'] as unknown as Tree)[name] as Record<string, string>;
        expect(connection).toMatchObject({
          version: tunnel.ikeVersion === 'ikev2' ? '2' : '1',
          remote_addrs: tunnel.outsideIP,
          local: { auth: 'psk', id: model.site.publicIP },
          remote: { auth: 'psk', id: tunnel.outsideIP },
          dpd_delay: `${tunnel.dpd.intervalSeconds}s`,
          dpd_timeout: `${tunnel.dpd.timeoutSeconds}s`,
        });
        expect(connection['local_addrs']).toBe(model.site.localIP);
        expect(connection['if_id_in']).toBe(binding === 'XFRM' ? `1${index + 1}` : undefined);
        expect(child['mark_out']).toBe(binding === 'VTI' ? `${index + 1}00` : undefined);
        expect(seconds(connection['rekey_time']) + seconds(connection['over_time'])).toBe(
          tunnel.phase1.lifetimeSeconds,
        );
        expect(seconds(child['life_time'])).toBe(tunnel.phase2.lifetimeSeconds);
        expect(child['remote_ts']).toBe(binding === 'Policy' ? model.vpc.cidrs.join(',') : '0.0.0.0/0');
        expect([proposal(connection['proposals']!), proposal(child['esp_proposals']!)]).toEqual(onTheWire(tunnel));
      }
    }),
    runs,
  );
});

test('The tables for any other device hold every value of the model.', () => {
  forEveryModel((model) => {
    const tables = readTables(fileOf(renderGateway({ type: 'Generic' }, model), 'README.md'));
    for (const [index, tunnel] of model.tunnels.entries()) {
      const { bgp, phase1, phase2, dpd, ...plain } = tunnel;
      const values = [
        ...Object.values(plain),
        ...Object.values(phase1),
        ...Object.values(phase2),
        ...Object.values(dpd),
        ...(model.routing === 'BGP' ? [tunnel.awsInsideIP, ...Object.values(bgp ?? {})] : []),
      ];
      const rows = Object.values(tables.get(`Tunnel ${index + 1}`) ?? {});
      expect([...rows].sort()).toEqual(values.map(String).sort());
    }
    expect(Object.values(tables.get('') ?? {})).toEqual(
      expect.arrayContaining([model.site.publicIP, model.site.cidrs.join(', '), model.vpc.cidrs.join(', ')]),
    );
  });
});

test('BGP announces the networks of the site, takes those of the VPC, and keeps the hold time.', () => {
  forEveryModel((generated) => {
    const model: GatewayModel = { ...generated, routing: 'BGP' };
    const lines = fileOf(renderGateway(libreswan, model), 'frr.conf').split('\n');
    const after = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.slice(1) ?? []);
    expect(after(/^ {2}network (.*)$/)).toEqual(model.site.cidrs);
    expect(after(/^ip prefix-list AWS-VPN-OUT seq \d+ permit (.*)$/)).toEqual(model.site.cidrs);
    expect(after(/^ip prefix-list AWS-VPN-IN seq \d+ permit (\S+)(?: le 32)?$/)).toEqual(model.vpc.cidrs);
    expect(after(/^router bgp (.*)$/)).toEqual([String(model.site.asn)]);
    expect(after(/^ neighbor (\S+) remote-as (\d+)$/)).toEqual(
      model.tunnels.flatMap((tunnel) => [tunnel.awsInsideIP, String(tunnel.bgp?.asn)]),
    );
    expect(after(/^ neighbor \S+ timers \d+ (\d+)$/)).toEqual(
      model.tunnels.map((tunnel) => String(tunnel.bgp?.holdSeconds)),
    );
  });
});

test('Equal models give equal bytes, and another key gives another digest.', () => {
  forEveryModel((model) => {
    const again = renderGateway(libreswan, structuredClone(model));
    expect(again).toEqual(renderGateway(libreswan, model));
    const [first, second] = model.tunnels;
    const turned = {
      ...model,
      tunnels: [{ ...first, presharedKey: `${first.presharedKey.slice(0, 63)}_` }, second] as const,
    };
    const changed = renderGateway(libreswan, turned);
    expect(changed.digest === again.digest).toBe(first.presharedKey === turned.tunnels[0].presharedKey);
    expect(again.digest).toMatch(/^[0-9a-f]{16}$/);
  });
});
