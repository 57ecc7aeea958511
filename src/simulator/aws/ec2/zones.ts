// SPDX-License-Identifier: GPL-3.0-or-later
/** Availability zones: those of the region's subnets, and `a` to `c` besides. Source: API_DescribeAvailabilityZones. */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { texts as textsOf, type Fields } from '../protocol/model.ts';
import type { Xml } from '../protocol/xml.ts';
import { allTrue, regionOf } from './entities.ts';
import { texts } from './input.ts';
import { onAll } from './permission.ts';
import { items, type Ec2Operation } from './protocol.ts';

function describe(call: Call, input: Fields): Record<string, Xml> {
  const { region } = call.route;
  const all = new Set(['a', 'b', 'c'].map((letter) => `${region}${letter}`));
  for (const { zone } of allTrue(regionOf(call), 'subnet')) all.add(zone);
  const wanted = textsOf(input, 'ZoneName');
  const unknown = wanted.find((zone) => !all.has(zone));
  if (unknown !== undefined) throw new AwsError('InvalidParameterValue', `Invalid availability zone: [${unknown}]`);
  const found = [...all].toSorted().filter((zone) => wanted.length === 0 || wanted.includes(zone));
  return {
    availabilityZoneInfo: items(
      found.map((zoneName) => ({
        zoneName,
        zoneState: 'available',
        regionName: region,
        groupName: region,
        zoneType: 'availability-zone',
        optInStatus: 'opt-in-not-required',
      })),
    ),
  };
}

export const zoneOperations: Record<string, Ec2Operation> = {
  DescribeAvailabilityZones: {
    effect: 'read',
    input: { ZoneName: texts },
    authorize: onAll('ec2:DescribeAvailabilityZones'),
    run: describe,
  },
};
