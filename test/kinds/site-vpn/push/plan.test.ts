// SPDX-License-Identifier: GPL-3.0-or-later
import { describe as group, expect, test } from '@jest/globals';
import { places } from '../../../../src/clouds/opnsense/records.ts';
import { calls } from '../../../../src/kinds/site-vpn/calls.ts';
import { drift } from '../../../../src/kinds/site-vpn/drift.ts';
import { facts } from '../../../../src/kinds/site-vpn/facts.ts';
import { identity } from '../../../../src/kinds/site-vpn/identity.ts';
import { plan } from '../../../../src/kinds/site-vpn/plan/plan.ts';
import { planPush } from '../../../../src/kinds/site-vpn/push/plan.ts';
import type { DeviceFound, DeviceHere } from '../../../../src/kinds/site-vpn/push/found.ts';
import { firewall } from '../../../simulator/opnsense/world.ts';
import { pushed } from '../../../api/good-site-vpns.ts';
import { desired, empty, wayOf, type Desired } from '../pieces.ts';
import { blank, settledDevice, url, wantedOn, wish, withDevice } from './devices.ts';

const planned = (device: DeviceFound, given: Desired = wish()) => plan(given, withDevice(device, given));
const foreign = (change: Partial<DeviceHere['foreign']>): DeviceHere => ({
  ...blank,
  foreign: { ...blank.foreign, ...change },
});

group('A device that is empty', () => {
  test('gets IPsec first, then what needs its interfaces, and each is applied.', () => {
    const { way } = wayOf(wish(), withDevice({ ...blank, enabled: false }));
    expect(way).toBe('ConfigureDevice EnableDeviceIPsec ApplyDevice ConfigureDevice ApplyDevice');
  });

  test('gets, from nothing in AWS, what a preview shows, and the approval of that holds for what is done then.', () => {
    const given = wish();
    const world = { ...empty, push: blank };
    const { way } = wayOf(given, world);
    expect(way).toMatch(
      /DeliverGatewayFiles .*EnablePropagation ConfigureDevice ApplyDevice ConfigureDevice ApplyDevice/,
    );
    const early = plan(given, { ...withDevice(blank) }).steps.map(identity);
    expect(JSON.stringify(early)).not.toMatch(/13[.]124|169[.]254|vpn-1/);
  });

  test('is sent nothing that the device would refuse.', async () => {
    const { world, post } = firewall();
    for (const step of wayStepsOf()) {
      for (const { action, parameters } of calls(step)) {
        const [first, ...fields] = parameters;
        const uuid = first?.value ?? '';
        const kind = wantedOn(blank).find((one) => one.uuid === uuid)?.kind;
        const values = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
        const json = kind
          ? { [places[kind].envelope]: kind === 'key' ? { ...values, Key: 'planted0key' } : values }
          : undefined;
        const { body } = await post(kind ? `${action}/${uuid}` : action, json);
        expect([action, body]).toEqual([action, kind ? { result: 'saved' } : { status: 'ok' }]);
      }
    }
    expect(world.records('route').size).toBe(2);
  });
});

function wayStepsOf() {
  const steps: Parameters<typeof calls>[0][] = [];
  const device = planned(blank).steps;
  steps.push(...device);
  // what comes then, with IPsec as it shall be
  const ipsec = settledDevice().records.filter(({ kind }) => kind !== 'gateway' && kind !== 'route');
  steps.push(...planned({ ...blank, records: ipsec }).steps);
  return steps;
}

group('A device that is not as it shall be', () => {
  const changed: DeviceHere = {
    ...settledDevice(),
    records: settledDevice().records.map((one) =>
      one.kind === 'connection' ? { ...one, fields: { ...one.fields, enabled: '0' } } : one,
    ),
  };
  const configuring = (world: ReturnType<typeof withDevice>, given = wish()) =>
    plan(given, world).steps.find((step) => step.do === 'ConfigureDevice');

  test('is interrupted by what sets it right while both tunnels carry traffic, and outside of a window it is left.', () => {
    expect(configuring(withDevice(changed))).toMatchObject({ risk: 'disrupts' });
    expect(plan({ ...wish(), withholds: true }, withDevice(changed)).steps).toEqual([]);
  });

  test('is set right at any time while a tunnel is down: that may be why.', () => {
    const world = withDevice(changed);
    const connections = world.connections.map((one) => ({
      ...one,
      tunnels: one.tunnels.map((tunnel, at) =>
        at === 0 ? { ...tunnel, telemetry: { ...tunnel.telemetry, status: 'DOWN' as const } } : tunnel,
      ),
    }));
    expect(configuring({ ...world, connections })).not.toHaveProperty('risk');
    const quiet = plan({ ...wish(), withholds: true }, { ...world, connections }).steps;
    expect(quiet.map((step) => step.do)).toEqual(['ConfigureDevice', 'ApplyDevice']);
  });
});

group('Somebody else’s record', () => {
  test.each([
    [
      'a key for the same ends',
      foreign({ keys: ['123.142.252.25 13.124.202.55'] }),
      'a pre-shared key for 123.142.252.25 13.124.202.55',
    ],
    ['a route to the same network', foreign({ networks: ['10.26.0.0/16'] }), 'a route to 10.26.0.0/16'],
    ['one of ours that lost its mark', foreign({ unmarked: [wantedOn(blank)[0]?.uuid ?? ''] }), 'lost our mark'],
  ])('that is %s stops it before anything is changed there.', (_, device, words) => {
    const { steps, hold } = planned(device);
    expect(steps).toEqual([]);
    expect(hold).toMatchObject({
      why: 'Blocked',
      reason: 'DeviceRecordTaken',
      message: expect.stringContaining(words),
    });
    expect(hold?.message).toContain(`OPNsense ${url}`);
  });

  test('that is an interface’s number is gone around.', () => {
    const numbers = wantedOn(foreign({ reqids: ['11', '13'] })).flatMap(({ kind, fields }) =>
      kind === 'child' ? [fields['reqid']] : [],
    );
    expect(numbers).toEqual(['12', '14']);
  });
});

group('A device that cannot be looked at', () => {
  const failed = (why: 'Waiting' | 'Blocked'): DeviceFound => ({
    found: 'failed',
    url,
    why: { why, reason: 'Unreachable', message: 'no answer' },
  });

  test('stops nothing in AWS, and is told.', () => {
    const given = wish();
    expect(wayOf(given, { ...empty, push: failed('Waiting') }).way).toContain('CreateVpnConnection');
    expect(planned(failed('Waiting')).hold).toMatchObject({
      why: 'Waiting',
      reason: 'Unreachable',
    });
    expect(planned(failed('Blocked')).hold).toMatchObject({
      why: 'Blocked',
      blockedBy: [{ kind: 'OPNsense', id: url }],
    });
  });

  test('holds a deletion, which says how to do without.', () => {
    const { steps, hold } = planned(failed('Blocked'), wish({ absent: true }));
    expect(steps).toEqual([]);
    expect(hold?.message).toBe('no answer. To leave what is configured there as it is, remove spec.device.push');
  });

  test('holds no deletion of an object that does not push any more.', () => {
    const given = desired({ device: { ...pushed(), push: undefined } as never }, { absent: true });
    const { push: _, ...world } = withDevice(failed('Blocked'));
    expect(plan(given, world).steps.length).toBeGreaterThan(0);
  });
});

test('What a device cannot do is told, and nothing is sent.', () => {
  const given = wish();
  const world = withDevice(blank, given);
  const { spec, name, annotations, last } = given;
  const [one] = world.connections;
  if (!one) throw new Error('there is no connection');
  const tunnels = one.tunnels.map(({ options, ...tunnel }) => ({
    ...tunnel,
    options: { ...options, phase1: { ...options.phase1, dhGroups: [24] } },
  }));
  const { steps, hold } = planPush({ spec, name, annotations, last, observed: world }, { ...one, tunnels });
  expect(steps).toEqual([]);
  expect(hold).toMatchObject({ why: 'Blocked', reason: 'GatewayNotRenderable' });
});

group('What the status shows', () => {
  const told = (device: DeviceFound, rest: Partial<Desired> = {}) => {
    const given = wish(rest);
    const { fields, conditions } = facts(given, withDevice(device, given));
    return {
      push: (fields['device'] as { push?: object }).push,
      condition: conditions?.find(({ type }) => type === 'DevicePushed'),
    };
  };

  test('is whether the device is as it shall be, and since when.', () => {
    expect(told(settledDevice())).toMatchObject({
      push: { url, state: 'Applied' },
      condition: { status: 'True', reason: 'Pushed' },
    });
    expect(told(blank)).toMatchObject({
      push: { state: 'Pending' },
      condition: { status: 'False', reason: 'Pushing' },
    });
    expect(told(foreign({ networks: ['10.26.0.0/16'] }))).toMatchObject({
      push: { state: 'Failed' },
      condition: { reason: 'DeviceRecordTaken' },
    });
    const since = '2026-01-01T00:00:00Z';
    const last = { device: { secretName: 'a', digest: 'b', push: { url, state: 'Applied' as const, since } } };
    expect(told(settledDevice(), { last }).push).toEqual({ url, state: 'Applied', since });
    expect(told(blank, { last }).push).toMatchObject({ since: '2026-01-05T09:00:00Z' });
  });

  test('is what differs, of what is there, and never a key.', () => {
    const device = settledDevice();
    const edited = device.records.flatMap((one) => {
      if (one.kind === 'local') return [];
      if (one.keyed !== undefined) return [{ ...one, keyed: false }];
      return one.kind === 'child' ? [{ ...one, fields: { ...one.fields, rekey_time: '60' } }] : [one];
    });
    const given = wish();
    expect(
      drift(given, withDevice({ ...device, records: edited }, given)).filter(({ path }) => path.startsWith('device.')),
    ).toEqual([
      { path: 'device.push.key_1.key', want: 'that of AWS', have: 'another key' },
      { path: 'device.push.key_2.key', want: 'that of AWS', have: 'another key' },
      { path: 'device.push.local_1', want: 'there', have: 'absent' },
      { path: 'device.push.child_1.rekey_time', want: '3272', have: '60' },
      { path: 'device.push.local_2', want: 'there', have: 'absent' },
      { path: 'device.push.child_2.rekey_time', want: '3272', have: '60' },
    ]);
    expect(drift(given, withDevice(blank, given)).filter(({ path }) => path.startsWith('device.'))).toEqual([]);
  });
});
