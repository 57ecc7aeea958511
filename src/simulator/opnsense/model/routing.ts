// SPDX-License-Identifier: GPL-3.0-or-later
/** models/OPNsense/Routing/Gateways.xml and .php, models/OPNsense/Routes/Route.xml and .php. */
import { isIPv4, isIPv6 } from 'node:net';
import { interfaceNames, listedGateways } from '../interfaces.ts';
import { description, no, oneOf, yes, type Field, type Model } from './field.ts';

const threshold: Field = { type: 'integer', min: 1 };
const percent: Field = { type: 'integer', min: 1, max: 99 };

export const gateway: Model = {
  fields: {
    disabled: no,
    name: {
      type: 'text',
      required: true,
      mask: /^[a-zA-Z0-9_-]{1,32}$/,
      message:
        'A valid gateway name must be specified. The name may only consist of the characters "a-zA-Z0-9_" and must be less than 32 characters long.',
    },
    descr: description,
    interface: { type: 'list', options: interfaceNames, required: true, default: 'wan' },
    ipprotocol: { ...oneOf('inet', 'inet6'), required: true, default: 'inet' },
    gateway: { type: 'text' },
    defaultgw: { type: 'boolean' },
    fargw: { type: 'boolean' },
    monitor_disable: yes,
    monitor_noroute: { type: 'boolean' },
    monitor_killstates: { type: 'boolean' },
    monitor: { type: 'text' },
    force_down: { type: 'boolean' },
    nosync: { type: 'boolean' },
    priority: {
      type: 'integer',
      min: 0,
      max: 255,
      required: true,
      default: '255',
      message: 'Priority must be a value between 1 and 255.',
    },
    weight: { type: 'integer', min: 1, max: 10, required: true, default: '1' },
    latencylow: threshold,
    latencyhigh: threshold,
    losslow: percent,
    losshigh: percent,
    interval: threshold,
  },
  unique: [
    { fields: ['name'], message: 'Gateway with this name already exists.' },
    { fields: ['gateway'], message: 'This gateway IP address already exists.' },
  ],
  validate(values, { firewall, uuid }) {
    const before = firewall.saved.gateway.get(uuid)?.['name'];
    const valid = values['ipprotocol'] === 'inet6' ? isIPv6 : isIPv4;
    const family = values['ipprotocol'] === 'inet6' ? 'IPv6' : 'IPv4';
    const wrong = ['gateway', 'monitor'].filter((name) => {
      const value = values[name] ?? '';
      return value !== '' && value !== 'dynamic' && !valid(value);
    });
    const monitored = [...firewall.saved.gateway]
      .filter(([other]) => other !== uuid)
      .some(([, other]) => other['monitor'] !== '' && other['monitor'] === values['monitor']);
    return [
      ...(before !== undefined && before !== values['name']
        ? [['name', 'Changing name on a gateway is not allowed.'] as const]
        : []),
      ...wrong.map((name) => [name, `Invalid ${family} address`] as const),
      ...(monitored && values['monitor_noroute'] !== '1'
        ? [['monitor', 'This monitor IP address already exists.'] as const]
        : []),
    ];
  },
};

const valid = 'Specify a valid gateway from the list matching the networks ip protocol.';

const routeFields = {
  network: {
    type: 'network',
    mask: 'required',
    required: true,
    message: 'Specify a valid network matching the gateways ip protocol.',
  },
  gateway: {
    type: 'list',
    options: (firewall) => [...listedGateways(firewall).keys()],
    required: true,
    message: valid,
  },
  descr: description,
} as const satisfies Record<string, Field>;

const validate: NonNullable<Model['validate']> = (values, { firewall }) => {
  const address = listedGateways(firewall).get(values['gateway'] ?? '');
  if (address === undefined) return [];
  const same = address.includes(':') === (values['network'] ?? '').includes(':');
  return same || address.includes(':') ? [] : [['gateway', valid]];
};

/** Since 26.7 a route is enabled; before, it was disabled (commit 3acfb5f2a7, with a migration). Whichever a version does not know it ignores. */
export const route: Model = { fields: { ...routeFields, enabled: yes }, validate };
export const olderRoute: Model = { fields: { ...routeFields, disabled: no }, validate };
