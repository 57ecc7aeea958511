// SPDX-License-Identifier: GPL-3.0-or-later
/** A machine that is there, and is not as the spec wants it. */
import { expect, test } from '@jest/globals';
import { machineDrift } from '../../../../src/kinds/pbs-instance/machine/drift.ts';
import { machineConditions } from '../../../../src/kinds/pbs-instance/machine/facts.ts';
import { planMachine } from '../../../../src/kinds/pbs-instance/machine/plan.ts';
import type { MachineWish } from '../../../../src/kinds/pbs-instance/machine/wish.ts';
import { done, hold, nothing, walk, withVm } from './preview.ts';
import { wish } from './wish.ts';

test.each<readonly [string, Partial<MachineWish>, object]>([
  ['cores', { cores: 4 }, { cores: 4 }],
  ['memory', { memoryMiB: 8192 }, { memory: '8192' }],
  ['name', { name: 'pbs-two' }, { name: 'pbs-two' }],
  ['bridge', { bridge: 'vmbr1' }, { net0: expect.stringMatching(/^virtio=BC:24:11:.{8},bridge=vmbr1$/) }],
  ['vlan', { vlan: 20 }, { net0: expect.stringMatching(/,bridge=vmbr0,tag=20$/) }],
])('%s is changed in place.', (_, change, set) => {
  const { steps, seen } = walk(done, { ...wish, ...change });
  expect(steps).toMatchObject([{ do: 'UpdateVm', set }]);
  expect(machineDrift({ ...wish, ...change }, done)).toHaveLength(1);
  expect(machineDrift({ ...wish, ...change }, seen)).toEqual([]);
});

test('What others set on the network card stays.', () => {
  const networks = { net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,rate=10' };
  const seen = withVm((vm) => ({ atNextStart: { ...vm.atNextStart, networks } }));
  const [step] = planMachine({ ...wish, vlan: 5 }, seen).steps;
  expect(step).toMatchObject({
    set: { net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,rate=10,tag=5' },
    risk: 'disrupts',
  });
});

test('Another network interrupts a machine that runs: it is a step of its own, the last one, and none outside of a window.', () => {
  const wanted = { ...wish, vlan: 5, cores: 4, diskGiB: 60 };
  const shown = (steps: ReturnType<typeof walk>['steps']) =>
    steps.map((step) => [step.do, 'set' in step ? Object.keys(step.set).join() : '', step.risk]);
  expect(shown(planMachine(wanted, done).steps)).toEqual([
    ['UpdateVm', 'cores', undefined],
    ['GrowDisk', '', undefined],
    ['UpdateVm', 'net0', 'disrupts'],
  ]);
  const { steps, seen } = walk(done, { ...wanted, withholds: true });
  expect(shown(steps)).toEqual([
    ['UpdateVm', 'cores', undefined],
    ['GrowDisk', '', undefined],
  ]);
  expect(shown(walk(seen, wanted).steps)).toEqual([['UpdateVm', 'net0', 'disrupts']]);
  // one that is off is not interrupted, and is started
  const off = withVm((vm) => ({ ...vm, running: false }));
  expect(shown(walk(off, { ...wanted, withholds: true }).steps)).toEqual([
    ['UpdateVm', 'cores', undefined],
    ['UpdateVm', 'net0', undefined],
    ['GrowDisk', '', undefined],
    ['StartVm', '', undefined],
  ]);
});

test('What a running machine takes up at its next start is no difference, and is told.', () => {
  const { seen } = walk(done, { ...wish, cores: 4, memoryMiB: 8192 });
  expect(machineConditions(seen)).toMatchObject([
    { status: 'False', reason: 'RestartNeeded', message: expect.stringMatching(/^cores, memory of VM/) },
  ]);
  expect(machineConditions(done)).toMatchObject([{ status: 'True' }]);
  expect(machineConditions(nothing)).toEqual([]);
});

test('Disks grow; one that would have to shrink, or is gone, is a hold.', () => {
  const grown = walk(done, { ...wish, diskGiB: 60, cacheDiskGiB: 128 });
  expect(grown.steps).toMatchObject([
    { do: 'GrowDisk', slot: 'scsi0', sizeGiB: 60 },
    { do: 'GrowDisk', slot: 'scsi1', sizeGiB: 128 },
  ]);
  expect(hold(done, { ...wish, diskGiB: 40 })).toMatchObject({
    reason: 'DiskCannotShrink',
    message: expect.stringContaining('server.vm.disk: 50Gi'),
  });
  const without = withVm((vm) => ({
    now: { ...vm.now, drives: vm.now.drives.filter(({ slot }) => slot !== 'scsi1') },
  }));
  expect(hold(without)).toMatchObject({ reason: 'DiskMissing' });
});

test('Protection, start at boot and the line in the notes come back; notes of people stay.', () => {
  const seen = withVm((vm) => ({
    atNextStart: { ...vm.atNextStart, protection: false, onboot: false, description: 'Rack 7' },
  }));
  expect(planMachine(wish, seen).steps).toMatchObject([
    {
      do: 'UpdateVm',
      set: { protection: true, onboot: true, description: expect.stringMatching(/^Rack 7\n\nProxmox/) },
    },
  ]);
});
