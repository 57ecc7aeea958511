// SPDX-License-Identifier: GPL-3.0-or-later
/** Where Proxmox may be: nowhere that is the operator's own, unless an administrator granted it (ADR 41). */
import { afterEach, expect, test } from '@jest/globals';
import { HttpsApis } from '../../../src/clouds/https/https-api.ts';
import { asked } from '../../../src/clouds/pbs/asked.ts';
import { PbsServers } from '../../../src/clouds/pbs/pbs.ts';
import { serverVersion } from '../../../src/clouds/pbs/node.ts';
import { Pves } from '../../../src/clouds/pve/pve.ts';
import { showsCertificate } from '../../../src/clouds/pve/scan.ts';
import { versionOf } from '../../../src/clouds/pve/version.ts';
import { VirtualClock } from '../../../src/simulator/kernel/clock.ts';
import { ForbiddenPlaces } from '../../../src/wire/forbidden-places.ts';
import { unfenced } from '../../../src/wire/guard.ts';
import { undiciTransport } from '../../../src/wire/undici-transport.ts';
import { createWire } from '../../../src/wire/wire.ts';
import { stage } from '../../simulator/proxmox/world.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const scope = { kind: 'PbsInstance', namespace: 'default', name: 'main', uid: 'uid-1', policy: 'Apply' } as const;
const refused = { class: 'Denied', reason: 'EndpointRefused' };

function clients() {
  const clock = new VirtualClock();
  const wire = createWire({ clock, fence: unfenced, transport: undiciTransport() });
  const apis = new HttpsApis(wire, { forbidden: new ForbiddenPlaces() });
  return { pves: new Pves(apis, clock), servers: new PbsServers({ apis, clock, learn: () => undefined }) };
}

test.each(['https://127.0.0.1:8006', 'https://[::1]:8006', 'https://169.254.169.254', 'https://pve.default.svc:8006'])(
  'attack-13: %s is no Proxmox VE and no backup server to whoever was not granted it: nobody is spoken to.',
  async (url) => {
    const { pves, servers } = clients();
    const trust = { by: 'System' } as const;
    expect(() => pves.at({ url, trust, token: { tokenID: 'a@pve!b', secret: 's' }, scope })).toThrow(
      expect.objectContaining(refused),
    );
    expect(() => servers.at({ url, trust, scope }, { tokenID: 'a@pbs!b', secret: 's' })).toThrow(
      expect.objectContaining(refused),
    );
    await expect(servers.login({ url, trust, scope }, 'root@pam', 'canary')).rejects.toMatchObject(refused);
    await expect(servers.answers({ url, trust, scope })).rejects.toMatchObject(refused);
    await expect(servers.certificate({ url, scope })).rejects.toMatchObject(refused);
  },
);

test('attack-13: granted, both are reached on this machine, each by its own certificate.', async () => {
  const { world } = stage();
  const pbs = world.addPbs({ address: '127.0.0.31', rootPassword: 'correct horse' });
  const [pve, server] = [await world.servePve(), await world.servePbs('127.0.0.31')];
  open.push(pve, server);
  const { pves, servers } = clients();
  const { id: tokenID, secret } = world.pve.token();
  const trust = { by: 'Fingerprint', sha256: [pve.fingerprint] } as const;
  const granted = true;
  const at = pves.at({ url: pve.url, trust, granted, token: { tokenID, secret }, scope });
  expect(await versionOf(at)).toMatchObject({ major: 9 });
  const place = { url: server.url, granted, scope };
  const token = pbs.token();
  const trusted = { ...place, trust: { by: 'Fingerprint', sha256: [server.fingerprint] } } as const;
  const backup = servers.at(trusted, { tokenID: token.id, secret: token.secret });
  expect(await serverVersion(backup)).toMatchObject({ text: '4.2.3' });
  expect(await servers.answers(trusted)).toBe(true);
  const root = await servers.login(trusted, 'root@pam', 'correct horse');
  expect(await serverVersion(root)).toMatchObject({ text: '4.2.3' });
});

test('The certificate of a server is seen before anything is sent to it; who trusts none sends nothing.', async () => {
  const { world } = stage();
  world.addPbs({ address: '127.0.0.32' });
  const server = await world.servePbs('127.0.0.32');
  open.push(server);
  const { servers } = clients();
  const seen = await servers.certificate({ url: server.url, granted: true, scope });
  expect(seen).toBe(server.fingerprint.toUpperCase());
  expect(world.calls).toEqual([]);
  const trust = { by: 'Fingerprint', sha256: ['AB'.repeat(32)] } as const;
  const other = servers.at({ url: server.url, granted: true, scope, trust }, { tokenID: 'a@pbs!b', secret: 'canary' });
  await expect(other.write(asked('DELETE', '/access/users/{userid}', ['x@pbs']))).rejects.toMatchObject({
    reason: 'CertificateRefused',
  });
  expect(world.calls).toEqual([]);
});

test('Proxmox VE says whether its guest shows it the same certificate, and nobody has to log in for that.', async () => {
  const { world } = stage();
  const pbs = world.addPbs({ address: '192.168.0.33' });
  const pve = await world.servePve();
  open.push(pve);
  const { pves } = clients();
  const { id: tokenID, secret } = world.pve.token();
  const trust = { by: 'Fingerprint', sha256: [pve.fingerprint] } as const;
  const at = pves.at({ url: pve.url, trust, granted: true, token: { tokenID, secret }, scope });
  const place = { node: 'node1', server: '192.168.0.33', port: 8007 };
  expect(await showsCertificate(at, { ...place, fingerprint: pbs.fingerprint.toUpperCase() })).toBe(true);
  expect(await showsCertificate(at, { ...place, fingerprint: Array(32).fill('AB').join(':') })).toBe(false);
  // one that may not ask knows nothing either
  const other = world.pve.token({ user: 'few@pve', grants: [{ path: '/storage', role: 'PVEDatastoreUser' }] });
  const may = { tokenID: other.id, secret: other.secret };
  const narrow = pves.at({ url: pve.url, trust, granted: true, token: may, scope });
  const right = { ...place, fingerprint: pbs.fingerprint };
  await expect(showsCertificate(narrow, right)).rejects.toMatchObject({ reason: 'AccessDenied' });
  // nobody is there: nothing is known
  await expect(
    showsCertificate(at, { ...place, server: '192.168.0.34', fingerprint: pbs.fingerprint }),
  ).rejects.toThrow();
});
