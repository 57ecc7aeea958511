// SPDX-License-Identifier: GPL-3.0-or-later
/** Attributes of load balancers and target groups: the ones that are simulated, with their defaults (API reference, LoadBalancerAttribute, TargetGroupAttribute). */
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { must, records, required, text, type Fields, type List } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import { named, save } from './held.ts';
import { on, onAll } from './permission.ts';

type Holder = 'loadBalancers' | 'targetGroups';

const known: { readonly [H in Holder]: Readonly<Record<string, readonly [otherwise: string, fits: RegExp]>> } = {
  loadBalancers: {
    'deletion_protection.enabled': ['false', /^(true|false)$/],
    'idle_timeout.timeout_seconds': ['60', /^\d{1,4}$/],
    'routing.http.drop_invalid_header_fields.enabled': ['false', /^(true|false)$/],
  },
  targetGroups: {
    'deregistration_delay.timeout_seconds': ['300', /^([0-9]|[1-9]\d{1,2}|[12]\d{3}|3[0-5]\d{2}|3600)$/],
    'stickiness.enabled': ['false', /^(true|false)$/],
  },
};

function xmlOf(holder: Holder, set: Readonly<Record<string, string>>): Xml {
  const all = Object.entries(known[holder]).map(([Key, [otherwise]]) => ({ Key, Value: set[Key] ?? otherwise }));
  return { Attributes: { member: all } };
}

function modify(holder: Holder, field: string): (call: Call, input: Fields) => Xml {
  return (call, input) => {
    const thing = named(call, holder, must(input, field));
    const given = Object.fromEntries(records(input, 'Attributes').map((one) => [must(one, 'Key'), must(one, 'Value')]));
    for (const [key, value] of Object.entries(given)) {
      const fits = Object.hasOwn(known[holder], key) ? known[holder][key]?.[1] : undefined;
      if (!fits) throw new AwsError('ValidationError', `Attribute key '${key}' is not recognized`);
      if (!fits.test(value))
        throw new AwsError('ValidationError', `Attribute value '${value}' of '${key}' is not valid`);
    }
    const attributes = { ...thing.attributes, ...given };
    save(call, holder, { ...thing, attributes });
    return xmlOf(holder, attributes);
  };
}

const attributes: List = {
  is: 'list',
  of: { is: 'structure', members: { Key: required(text()), Value: required(text()) } },
};

function pair(name: string, field: string, holder: Holder): Record<string, QueryOperation> {
  return {
    [`Modify${name}Attributes`]: {
      effect: 'write',
      input: { [field]: required(text()), Attributes: required(attributes) },
      authorize: on(`Modify${name}Attributes`, field),
      run: modify(holder, field),
    },
    [`Describe${name}Attributes`]: {
      effect: 'read',
      input: { [field]: required(text()) },
      authorize: onAll(`Describe${name}Attributes`),
      run: (call, input) => xmlOf(holder, named(call, holder, must(input, field)).attributes),
    },
  };
}

export const attributeOperations: Record<string, QueryOperation> = {
  ...pair('LoadBalancer', 'LoadBalancerArn', 'loadBalancers'),
  ...pair('TargetGroup', 'TargetGroupArn', 'targetGroups'),
};
