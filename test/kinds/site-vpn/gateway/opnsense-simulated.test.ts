// SPDX-License-Identifier: GPL-3.0-or-later
/** The rendered requests and the script against the simulated OPNsense, which has the real one's closed lists. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { GatewayModel } from '../../../../src/kinds/site-vpn/gateway/model.ts';
import { opnsenseRequests } from '../../../../src/kinds/site-vpn/gateway/opnsense/requests.ts';
import { renderGateway } from '../../../../src/kinds/site-vpn/gateway/render.ts';
import { firewall } from '../../../simulator/opnsense/world.ts';
import { testWith } from './checkers/programs.ts';
import { curl } from './firewall.ts';
import { models, office } from './models.ts';
import { fileOf } from './reading.ts';

const strongest = (phase: GatewayModel['tunnels'][0]['phase1']) => ({
  ...phase,
  integrity: phase.integrity.replace('SHA1', 'SHA2-256'),
});

function strong({ tunnels: [one, two], ...model }: GatewayModel): GatewayModel {
  const phases = (tunnel: GatewayModel['tunnels'][0]) => ({
    ...tunnel,
    phase1: strongest(tunnel.phase1),
    phase2: strongest(tunnel.phase2),
  });
  return { ...model, routing: 'Static', tunnels: [phases(one), phases(two)] };
}

function expectWhole({ world }: ReturnType<typeof firewall>, { vpc, tunnels }: GatewayModel): void {
  expect(world.applied.ipsec).toMatchObject({
    connection: { size: 2 },
    child: { size: 2 },
    key: { size: 2 },
    vti: { size: 2 },
  });
  expect(new Map(world.applied.routes)).toEqual(new Map(vpc.cidrs.map((cidr) => [cidr, tunnels[0].awsInsideIP])));
}

test.each(['26.7', '25.7'] as const)(
  'Every request is taken, and the routes lead into the first tunnel alone (%s).',
  async (version) => {
    await fc.assert(
      fc.asyncProperty(models.map(strong), async (model) => {
        const device = firewall({ version });
        const uuids = new Map<string, string>();
        for (const { name, path, body } of opnsenseRequests(model)) {
          const json = JSON.parse(
            JSON.stringify(body).replace(/"\$(\w+)"/g, (_, of: string) => `"${uuids.get(of)}"`),
          ) as unknown;
          const answer = await device.post(path.replace(/^\/api\//, ''), json);
          expect([path, answer.body]).toEqual([
            path,
            name === undefined ? { status: 'ok' } : { result: 'saved', uuid: expect.anything() },
          ]);
          if (name !== undefined) uuids.set(name, (answer.body as { uuid: string }).uuid);
        }
        expectWhole(device, model);
      }),
      { numRuns: 30 },
    );
  },
);

testWith(curl, 'curl is not installed')(
  'The script configures it over TLS, and a second run stops at once.',
  async () => {
    const device = firewall();
    const served = await device.world.serve();
    const folder = mkdtempSync(join(tmpdir(), 'opnsense-'));
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    };
    try {
      const env = {
        PATH: '/usr/bin:/bin',
        OPNSENSE_URL: served.url,
        OPNSENSE_NETRC: file('netrc', `default login ${device.key} password ${device.secret}\n`),
        OPNSENSE_CA: file('ca.pem', served.certificate),
      };
      const script = file('opnsense.sh', fileOf(renderGateway({ type: 'OPNsense' }, office), 'opnsense.sh'));
      const run = () => promisify(execFile)('/bin/sh', [script], { timeout: 20_000, env });
      await run();
      expectWhole(device, office);
      await expect(run()).rejects.toMatchObject({ stderr: expect.stringContaining('already exists') });
      expect(device.world.records('connection').size).toBe(2);
    } finally {
      await served.close();
      rmSync(folder, { recursive: true });
    }
  },
);
