// SPDX-License-Identifier: GPL-3.0-or-later
/** Devices as a look could find them: half configured, edited, not applied, half cleaned up, and beside others' records. */
import * as fc from 'fast-check';
import { describe } from '../../../../src/clouds/opnsense/mark.ts';
import { places } from '../../../../src/clouds/opnsense/records.ts';
import { descriptionOf, digestOf, withApplied } from '../../../../src/kinds/site-vpn/push/compare.ts';
import type { DeviceHere, FoundRecord } from '../../../../src/kinds/site-vpn/push/found.ts';
import { ledgers, wantedRecords, type Wanted } from '../../../../src/kinds/site-vpn/push/wanted.ts';
import { pushed } from '../../../api/good-site-vpns.ts';
import { connection, desired, owner, tunnel, whole, withFiles, type Desired, type Observed } from '../pieces.ts';

export const url = 'https://192.168.1.1';

const insides = ['169.254.10.0/30', '169.254.11.0/30'] as const;
const vpn = connection({
  tunnels: [
    tunnel('13.124.202.55', 'UP', { insideCIDR: insides[0] }),
    tunnel('54.180.47.146', 'UP', { insideCIDR: insides[1] }),
  ],
});

export const blank: DeviceHere = {
  found: 'here',
  url,
  enabled: true,
  records: [],
  foreign: { keys: [], reqids: [], networks: [], unmarked: [] },
};

export function wish(rest: Partial<Desired> = {}): Desired {
  return desired({ device: pushed() }, rest);
}

/** The whole of AWS's side, with its files, and this device. */
export function withDevice(push: NonNullable<Observed['push']>, given: Desired = wish()): Observed {
  return { ...withFiles(given, { ...whole, connections: [vpn] }), push };
}

function contextOf({ spec, name, annotations, last }: Desired, observed: Observed) {
  return { spec, name, annotations, last, observed };
}

export function wantedOn(device: DeviceHere, given: Desired = wish()): readonly Wanted[] {
  return wantedRecords(contextOf(given, { ...whole, connections: [vpn] }), vpn, device);
}

function foundOf({ kind, uuid, fields }: Wanted): FoundRecord {
  return { kind, uuid, fields, ...(kind === 'key' ? { keyed: true } : {}) };
}

function applied(record: FoundRecord, digest: string): FoundRecord {
  const text = withApplied(descriptionOf(record), digest);
  return { ...record, fields: { ...record.fields, [places[record.kind].description]: text } };
}

/** As the spec says, and in effect. */
export function settledDevice(): DeviceHere {
  const wanted = wantedOn(blank);
  const records = wanted.map((one) => {
    const of = wanted.filter(({ part }) => part === one.part);
    return one.name === ledgers[one.part] ? applied(foundOf(one), digestOf(of)) : foundOf(one);
  });
  return { ...blank, records };
}

const edits = fc.constantFrom<(one: FoundRecord) => FoundRecord>(
  (one) => one,
  (one) => one,
  (one) => ({ ...one, fields: { ...one.fields, enabled: '0', disabled: '1' } }),
  (one) => ({ ...one, fields: { ...one.fields, proposals: 'default' } }),
  (one) => (one.keyed === undefined ? one : { ...one, keyed: false }),
  (one) => applied(one, '0123456789abcdef'),
  (one) => applied(one, '0000000000000000'),
);

const ofOld: FoundRecord = {
  kind: 'route',
  uuid: '00000000-0000-4000-8000-000000000009',
  fields: { network: '10.99.0.0/16', enabled: '1', descr: describe({ label: 'old', owner }) },
};

export const devices: fc.Arbitrary<DeviceHere> = fc
  .record({
    enabled: fc.boolean(),
    records: fc
      .tuple(
        ...settledDevice().records.map((one) =>
          fc.tuple(fc.constantFrom(true, true, true, false), edits).map(([there, edit]) => (there ? [edit(one)] : [])),
        ),
      )
      .map((list) => list.flat()),
    old: fc.boolean(),
    reqids: fc.subarray(['11', '12', '14']),
  })
  .map(({ enabled, records, old, reqids }) => ({
    ...blank,
    enabled,
    // unique on the device: others' are not ours
    records: [
      ...records.filter(({ fields, kind }) => kind !== 'vti' || !reqids.includes(fields['reqid'] ?? '')),
      ...(old ? [ofOld] : []),
    ],
    foreign: { ...blank.foreign, reqids },
  }));
