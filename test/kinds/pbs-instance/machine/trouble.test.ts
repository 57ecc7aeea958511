// SPDX-License-Identifier: GPL-3.0-or-later
/** Tasks that fail or warn, answers that get lost, locks, an address that is taken, rights that are missing. */
import { expect, test } from '@jest/globals';
import { installerImage } from '../../../../src/simulator/proxmox/media.ts';
import { furnished, site, type Site } from './site.ts';
import { address, imageFile, wish } from './wish.ts';

function isClean({ at }: Site): void {
  expect(at.world.pve.guests()).toHaveLength(1);
  expect(at.world.pve.volumes().filter(({ volid }) => volid.includes('answer'))).toEqual([]);
}

/** The part alone has no journal: whoever looks again a moment later finds what was done. */
async function insist(at: Site, absent?: 'Delete'): Promise<void> {
  for (let failures = 0; failures < 5; failures++) {
    const part = await at.settle(wish, absent).catch((error: unknown) => {
      expect(error).toMatchObject({ class: 'Transient' });
    });
    if (part) return expect(part).toEqual({ steps: [] });
    await at.clock.advance(5000);
  }
  throw new Error('It never ended.');
}

const writes = [
  'POST /nodes/{node}/storage/{storage}/upload',
  'POST /nodes/{node}/qemu',
  'POST /nodes/{node}/qemu/{vmid}/status/start',
  'PUT /nodes/{node}/qemu/{vmid}/config',
  'DELETE /nodes/{node}/storage/{storage}/content/{volume}',
];

const faults = [
  { kind: 'answerLost', what: 'its answer is lost' },
  { kind: 'requestLost', what: 'it is lost itself' },
  { kind: 'errorAfter', status: 596, what: 'it is done, and answered with 596' },
] as const;

test.each(writes.flatMap((action) => faults.map((fault) => ({ action, ...fault }))))(
  '$action: $what. It is looked for, and there is one machine in the end.',
  async ({ action, what: _what, ...fault }) => {
    const at = furnished();
    at.at.world.faults.add({ ...fault, action, nth: 1 });
    await insist(at);
    isClean(at);
    expect(at.at.world.calls.filter((one) => one.action === 'POST /nodes/{node}/qemu').length).toBeLessThanOrEqual(
      action === 'POST /nodes/{node}/qemu' && fault.kind === 'requestLost' ? 2 : 1,
    );
  },
);

const ends = [
  'POST /nodes/{node}/qemu/{vmid}/status/shutdown',
  'PUT /nodes/{node}/qemu/{vmid}/config',
  'DELETE /nodes/{node}/qemu/{vmid}',
];

test.each(ends.flatMap((action) => faults.map((fault) => ({ action, ...fault }))))(
  'A deletion, $action: $what. Nothing is left in the end.',
  async ({ action, what: _what, ...fault }) => {
    const at = furnished();
    await at.settle();
    at.at.world.faults.add({ ...fault, action, nth: 1 });
    await insist(at, 'Delete');
    expect(at.at.world.pve.guests()).toEqual([]);
  },
);

test.each(['imgcopy', 'qmcreate', 'qmstart', 'imgdel'])(
  'A task %s that fails is told with what its log says, and tried again.',
  async (type) => {
    const at = furnished();
    at.at.world.pve.tellTasks(type, 'No space left on device');
    const told: string[] = [];
    for (let looks = 0; looks < 300 && told.length === 0; looks++) {
      const { steps, hold } = await at.plan();
      if (hold?.reason === 'TaskFailed') told.push(hold.message);
      const [step] = steps;
      if (step) await at.act(step);
      else await at.clock.advance(hold?.lookAgainAfterMs ?? 5000);
    }
    expect(told).toEqual([expect.stringContaining('No space left on device. It is tried again')]);
    expect(await at.settle()).toEqual({ steps: [] });
    isClean(at);
  },
);

test('Three failures call a person, who is told the last line; the fourth try comes ten minutes later.', async () => {
  const at = furnished();
  at.at.world.pve.tellTasks('qmcreate', 'storage is full', 3);
  const { hold } = await at.settle();
  expect(hold).toMatchObject({
    why: 'Blocked',
    reason: 'TaskFailed',
    message: expect.stringContaining('storage is full'),
  });
  await at.clock.advance(600_000);
  expect(await at.settle()).toEqual({ steps: [] });
});

test("What moves a terminal's cursor in a task's log does not come as far as a message.", async () => {
  const at = furnished();
  at.at.world.pve.tellTasks('qmcreate', 'x\u001b[2Jy\u202ez', 3);
  const { hold } = await at.settle();
  expect(hold?.message).toContain('could not make the VM: unable to create VM 100 - x [2Jy z');
});

test.each(['qmcreate', 'qmstart'])('Warnings of %s are success.', async (type) => {
  const at = furnished();
  at.at.world.pve.tellTasks(type, 'WARNINGS: 2');
  expect(await at.settle()).toEqual({ steps: [] });
  expect(at.done.filter((verb) => verb === 'CreateVm')).toHaveLength(1);
});

test('A lock of a backup is waited for, and nothing is written before it is gone.', async () => {
  const at = furnished();
  await at.settle();
  at.at.world.pve.lock(100, 'backup');
  at.records.length = 0;
  const more = { ...wish, cores: 4 };
  const { hold } = await at.plan(more);
  expect(hold).toMatchObject({ why: 'Waiting', reason: 'Locked' });
  at.at.world.pve.lock(100, undefined);
  expect(await at.settle(more)).toEqual({ steps: [] });
  expect(at.at.world.pve.guest(100)?.pending).toEqual({ cores: '4' });
});

test('Where something answers already nothing is made.', async () => {
  const at = furnished();
  at.at.world.addPbs({ address });
  expect((await at.settle()).hold).toMatchObject({ reason: 'AddressTaken', message: expect.stringContaining(address) });
  expect(at.done).toEqual([]);
});

test('A Secret of that name that is not ours stays as it is.', async () => {
  const at = furnished();
  await at.keep(wish.passwordSecret, { password: 'planted-by-somebody' });
  expect((await at.settle()).hold).toMatchObject({ reason: 'SecretNotOurs' });
  expect([...((await at.secret()) ?? [])]).toEqual([['password', 'planted-by-somebody']]);
});

test('An image that is not prepared never ends to install: the hold says where to look.', async () => {
  const at = site();
  at.at.world.pve.addIso('local', imageFile, installerImage({ mode: 'none' }));
  expect((await at.settle()).hold).toMatchObject({
    reason: 'InstallationStuck',
    message: expect.stringContaining('console'),
  });
});

test('The storage of the images may go once the machine is installed.', async () => {
  const at = furnished();
  await at.settle();
  at.at.world.faults.add({ kind: 'error', status: 500, action: 'GET /nodes/{node}/storage/{storage}/content' });
  expect(await at.settle()).toEqual({ steps: [] });
});

test.each(['/vms', '/storage/local', '/storage/local-lvm', '/sdn/zones/localnetwork/vmbr0'])(
  'Without what is said to be needed on %s the machine is not made.',
  async (path) => {
    const at = furnished({ without: path });
    await expect(at.settle()).rejects.toMatchObject({ class: 'Denied', reason: 'AccessDenied' });
  },
);
