// SPDX-License-Identifier: GPL-3.0-or-later
/** Over HTTPS, with both products' own certificates pinned: texts of errors come in the status line, connections end, bodies are forms. */
import { afterEach, expect, test } from '@jest/globals';
import { undiciTransport } from '../../../../src/wire/undici-transport.ts';
import type { Cloud } from '../../../simulator/proxmox/cloud.ts';
import { address } from '../../../simulator/proxmox/cloud.ts';
import { wiring, type Way } from './stage.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function overHttps({ world }: Cloud): Promise<Way> {
  const [pve, pbs] = [await world.servePve(), await world.servePbs(address)];
  open.push(pve, pbs);
  return { transport: undiciTransport(), pve: pve.url, pbs: pbs.url };
}

test('From nothing to rest and back to nothing, with a lock that is not to be had, a 596 and a lost answer on the way.', async () => {
  const stage = await wiring({ way: overHttps, wish: { namespace: 'site/a' } });
  stage.cloud.world.faults.add(
    { kind: 'error', service: 'pve', action: 'POST /storage', nth: 1, count: 1 },
    { kind: 'errorAfter', service: 'pve', action: 'POST /storage', status: 596, nth: 2, count: 1 },
    { kind: 'answerLost', service: 'pbs', action: 'POST /access/users/{userid}/token/{token-name}', nth: 1, count: 1 },
  );
  const { failures, done } = await stage.settle();
  expect(failures.map(({ reason, applied }) => [reason, applied])).toEqual([
    [expect.stringMatching(/Unreachable|Interrupted|ConnectionLost/), 'unknown'],
    ['Locked', 'no'],
    ['NodeUnreachable', 'unknown'],
  ]);
  // the token whose secret was lost is there; the storage that answered 596 is, too
  expect(done.filter((step) => step === 'MakeBackupToken' || step === 'AddStorage')).toEqual(['MakeBackupToken']);
  expect(done).toContain('SendBackupToken');
  expect(await stage.settle()).toEqual({ done: [], failures: [] });
  await stage.settle({ absent: true });
  expect(stage.cloud.world.pve.storages().map(({ type }) => type)).not.toContain('pbs');
});

test('Proxmox VE refuses what it cannot log in to, and nothing is kept; the refusal names why.', async () => {
  const stage = await wiring({ way: overHttps });
  stage.cloud.world.faults.add({ kind: 'requestLost', service: 'pve', action: 'POST /storage', nth: 9 });
  const elsewhere = { ...stage.wish, server: { ...stage.wish.server, host: '192.168.0.99' } };
  await expect(stage.settle({ wish: elsewhere, tries: 4 })).rejects.toThrow('No route to host');
  expect(stage.cloud.world.pve.secrets('pbs-main')).toBeUndefined();
  expect((await stage.settle()).done).toEqual(['AddStorage', 'AddBackupJob']);
});
