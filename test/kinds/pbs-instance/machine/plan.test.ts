// SPDX-License-Identifier: GPL-3.0-or-later
/** What is planned for what is seen; nothing is looked at here. */
import { expect, test } from '@jest/globals';
import { isoID } from '../../../../src/clouds/pve/volumes.ts';
import { absentMachine } from '../../../../src/kinds/pbs-instance/machine/absent.ts';
import { afterMachine } from '../../../../src/kinds/pbs-instance/machine/after.ts';
import { machineDrift } from '../../../../src/kinds/pbs-instance/machine/drift.ts';
import { machineFacts, phaseOf } from '../../../../src/kinds/pbs-instance/machine/facts.ts';
import { planMachine } from '../../../../src/kinds/pbs-instance/machine/plan.ts';
import { machineCalls, machineIdentity } from '../../../../src/kinds/pbs-instance/machine/requests.ts';
import type { MachineSeen, VmSeen } from '../../../../src/kinds/pbs-instance/machine/seen.ts';
import { isOfMachine, type MachineStep } from '../../../../src/kinds/pbs-instance/machine/steps.ts';
import { hostOf, type MachineWish } from '../../../../src/kinds/pbs-instance/machine/wish.ts';
import { done, hold, names, nothing, walk, withVm } from './preview.ts';
import { imageFile, wish } from './wish.ts';

const minute = 60_000;

test('The preview shows the whole way from nothing, and what is waited for on it.', () => {
  const { steps, events } = walk(nothing);
  expect(names(steps)).toEqual([
    'GeneratePassword',
    'UploadAnswer',
    'CreateVm',
    'StartVm',
    'UpdateVm',
    'StartVm',
    'DetachCds',
    'DeleteAnswer',
  ]);
  expect(events.map((one) => ('happens' in one ? one.happens : ''))).toEqual(['InstallationEnded', 'ServerAnswers']);
  expect(steps.every((step) => isOfMachine(step))).toBe(true);
  expect(planMachine(wish, done)).toEqual({ steps: [] });
  expect(machineDrift(wish, done)).toEqual([]);
});

test('Calls are shown with what is known before: no id, no digest, no secret.', () => {
  const calls = walk(nothing).steps.flatMap((step) => machineCalls(step));
  expect(calls.map(({ service, action }) => `${service} ${action}`)).toEqual([
    'kubernetes create secrets',
    'pve POST /nodes/{id}/storage/{id}/upload',
    'pve POST /nodes/{id}/qemu',
    'pve POST /nodes/{id}/qemu/{id}/status/start',
    'pve PUT /nodes/{id}/qemu/{id}/config',
    'pve POST /nodes/{id}/qemu/{id}/status/start',
    'pve PUT /nodes/{id}/qemu/{id}/config',
    'pve DELETE /nodes/{id}/storage/{id}/content/{id}',
  ]);
  const parameters = calls.flatMap((one) => one.parameters);
  expect(parameters).toContainEqual({ name: 'vmid', value: '<next free id>' });
  expect(parameters).toContainEqual({ name: 'digest', value: '<digest>' });
});

test('What is approved is the same before and after there is a number.', () => {
  const start = walk(nothing).steps.filter((step) => step.do === 'StartVm')[0];
  const other = start && { ...start, place: { node: 'node1', vmid: 104 } };
  expect(machineIdentity(other as MachineStep)).toEqual(machineIdentity(start as MachineStep));
});

test.each<readonly [string, Partial<MachineSeen>, string]>([
  ['something answers at its address', { answers: true }, 'AddressTaken'],
  ['the Secret is of somebody else', { password: { found: 'foreign' } }, 'SecretNotOurs'],
  ['the image is not there', { images: [], password: { found: 'ours' } }, 'ImageNotFound'],
])('Nothing is made when %s.', (_, change, reason) => {
  const part = planMachine(wish, { ...nothing, ...change });
  expect(part).toMatchObject({ steps: [], hold: { why: 'Blocked', reason } });
});

test('A storage that is not there is a hold that names the field.', () => {
  const { images: _images, ...bare } = nothing;
  expect(hold(bare)).toMatchObject({ reason: 'StorageNotFound', message: expect.stringContaining('iso.storage') });
});

test('An answer that was written with a lost password goes before there is another password.', () => {
  const { steps } = walk({ ...nothing });
  const uploaded = steps.find((step) => step.do === 'UploadAnswer');
  const old = isoID('local', uploaded?.file ?? '');
  const again = walk({ ...nothing, images: [isoID('local', imageFile), old] });
  expect(names(again.steps).slice(0, 3)).toEqual(['DeleteAnswer', 'GeneratePassword', 'UploadAnswer']);
});

const upid = 'UPID:node1:0003A1B2:1C2D3E4F:66E0C0A1:qmcreate:104:hybrid@pve!operator:';

test.each(['qmcreate', 'imgcopy'])('%s under way is waited for, and nothing is asked for twice.', (type) => {
  const seen: MachineSeen = { ...nothing, password: { found: 'ours' }, tasks: [{ upid, type }] };
  expect(planMachine(wish, seen)).toMatchObject({ steps: [], hold: { why: 'Waiting', reason: 'TaskRunning' } });
});

test('A task that failed is told with its last line, tried again, and from the third time on a person is called.', () => {
  const failed = (times: number, ago: number): MachineSeen => ({
    ...nothing,
    password: { found: 'ours' },
    failed: [{ type: 'imgcopy', message: 'No space left on device', at: nothing.now - ago, times }],
  });
  expect(hold(failed(1, 0))).toMatchObject({
    why: 'Waiting',
    reason: 'TaskFailed',
    message: expect.stringContaining('No space left on device'),
  });
  expect(names(planMachine(wish, failed(1, minute)).steps)).toEqual(['UploadAnswer']);
  expect(hold(failed(3, minute))).toMatchObject({ why: 'Blocked', reason: 'TaskFailed' });
  expect(names(planMachine(wish, failed(3, 11 * minute)).steps)).toEqual(['UploadAnswer']);
});

test('An installation that does not end is told after a while, with where to look.', () => {
  const { steps } = walk(nothing);
  const at = steps.findIndex((step) => step.do === 'StartVm');
  const installing = steps.slice(0, at + 1).reduce(afterMachine, nothing);
  expect(hold(installing)).toMatchObject({ why: 'Waiting', reason: 'Installing' });
  expect(phaseOf(installing)).toBe('Installing');
  const stuck = { ...installing, now: installing.now + 41 * minute };
  expect(hold(stuck)).toMatchObject({
    why: 'Blocked',
    reason: 'InstallationStuck',
    message: expect.stringContaining('console'),
  });
  expect(machineDrift(wish, installing)).toEqual([]);
});

test('A server that does not answer is waited for, then told; with DHCP its name is what to look at.', () => {
  const silent = withVm(() => ({ startedAt: done.now }), { ...done, answers: false });
  expect(hold(silent)).toMatchObject({ why: 'Waiting', reason: 'Starting' });
  const late = { ...silent, now: silent.now + 11 * minute };
  expect(hold(late)).toMatchObject({
    why: 'Blocked',
    reason: 'ServerSilent',
    message: expect.stringContaining('VLAN'),
  });
  const dhcp: MachineWish = { ...wish, network: { source: 'DHCP' } };
  expect(hold(late, dhcp)?.message).toContain(
    'pbs-main.example.com leads in DNS to the address that DHCP gave to BC:24:11',
  );
  expect([hostOf(wish), hostOf(dhcp)]).toEqual(['192.168.0.20', 'pbs-main.example.com']);
});

/** Until the first start, with what is seen then. */
function installing(change: Partial<VmSeen> = {}, seen: Partial<MachineSeen> = {}): MachineSeen {
  const { steps } = walk(nothing);
  const at = steps.findIndex((step) => step.do === 'StartVm');
  return withVm(() => change, { ...steps.slice(0, at + 1).reduce(afterMachine, nothing), ...seen });
}

const fromDisk = (vm: VmSeen) => ({ ...vm.atNextStart, bootsFirst: 'scsi0' });

test('Who answers while it boots its CD is somebody else; once it boots its disk, the CDs are emptied as it runs.', () => {
  expect(hold(installing({}, { answers: true }))).toMatchObject({ reason: 'Installing' });
  const booted = withVm((vm) => ({ now: fromDisk(vm), atNextStart: fromDisk(vm) }), installing({}, { answers: true }));
  const [step] = planMachine(wish, booted).steps;
  expect(step).toMatchObject({ do: 'DetachCds', slots: ['ide2', 'ide3'] });
});

test('What is off after an installation boots its disk; what is silent then may have been cut off; what somebody stops is installed again.', () => {
  const off = installing({ running: false });
  expect(planMachine(wish, off).steps).toMatchObject([{ do: 'UpdateVm', set: { boot: 'order=scsi0;ide2' } }]);
  const proving = withVm((vm) => ({ now: fromDisk(vm), atNextStart: fromDisk(vm) }), off);
  expect(planMachine(wish, proving).steps).toMatchObject([{ do: 'StartVm', for: 'server' }]);
  const started = withVm(() => ({ running: true, startedAt: proving.now }), proving);
  expect(hold(started)).toMatchObject({ why: 'Waiting', reason: 'Starting' });
  expect(phaseOf(started)).toBe('Starting');
  expect(hold({ ...started, now: started.now + 11 * minute })).toMatchObject({
    why: 'Blocked',
    reason: 'InstallationUnproven',
    message: expect.stringContaining('qm stop'),
  });
  const stopped = withVm(() => ({ running: false, power: 'Stopped' }), started);
  expect(planMachine(wish, stopped).steps).toMatchObject([{ do: 'UpdateVm', set: { boot: 'order=ide2;scsi0' } }]);
  const again = installing({ running: false, power: 'Stopped' });
  expect(planMachine(wish, again).steps).toMatchObject([{ do: 'StartVm', for: 'installation' }]);
});

test('A lock is waited for where there is something to do, and is nothing at rest.', () => {
  const locked = withVm((vm) => ({ now: { ...vm.now, lock: 'backup' } }));
  expect(planMachine(wish, locked)).toEqual({ steps: [] });
  expect(hold(locked, { ...wish, cores: 4 })).toMatchObject({
    reason: 'Locked',
    message: expect.stringContaining('backup'),
  });
  expect(absentMachine(wish, locked, 'Delete').hold).toMatchObject({ reason: 'Locked' });
  expect(walk(locked, { ...wish, cores: 4 }).steps).toHaveLength(1);
});

test('The way back, previewed.', () => {
  expect(names(walk(done, wish, 'Delete').steps)).toEqual(['StopVm', 'UnprotectVm', 'DestroyVm']);
  expect(names(walk(done, wish, 'Retain').steps)).toEqual(['ReleaseVm']);
  expect(walk(nothing, wish, 'Delete').steps).toEqual([]);
});

test('Tasks under way end in a preview as they mean to.', () => {
  const task = (type: string) => [{ upid, type }];
  const off = withVm(() => ({ running: false, power: 'Stopped' }));
  expect(walk({ ...off, answers: false, tasks: task('qmstart') }).steps).toEqual([]);
  expect(names(walk({ ...done, tasks: task('qmshutdown') }, wish, 'Delete').steps)).toEqual([
    'UnprotectVm',
    'DestroyVm',
  ]);
  expect(walk({ ...off, tasks: task('qmdestroy') }, wish, 'Delete').steps).toEqual([]);
});

test('The status has id, node, name, UUID and phase.', () => {
  expect(machineFacts(nothing)).toBeUndefined();
  expect(machineFacts(done)).toMatchObject({ node: 'node1', name: 'pbs-main', phase: 'Running' });
  const phases = [
    { ...nothing, tasks: [{ upid, type: 'qmcreate' }] },
    withVm((vm) => ({ now: { ...vm.now, lock: 'create' } })),
    withVm(() => ({ running: false })),
    { ...done, answers: false },
  ].map(phaseOf);
  expect(phases).toEqual(['Creating', 'Creating', 'Stopped', 'Starting']);
});
