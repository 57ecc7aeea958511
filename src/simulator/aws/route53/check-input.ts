// SPDX-License-Identifier: GPL-3.0-or-later
/** Health checks as requests have them. Source: API_HealthCheckConfig, API_UpdateHealthCheck. */
import { may, must, required, text, texts, whole, type Fields, type Members } from '../protocol/model.ts';
import { count, part } from './body.ts';
import { checkTypes, type CheckConfig } from './state.ts';

export const checkerRegions = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
] as const;

/** What may be changed later. */
export const changeable: Members = {
  IPAddress: text({ max: 45 }),
  Port: whole(1, 65_535),
  ResourcePath: text({ max: 255 }),
  FullyQualifiedDomainName: text({ max: 255 }),
  SearchString: text({ max: 255 }),
  FailureThreshold: whole(1, 10),
  Inverted: { is: 'flag' },
  Disabled: { is: 'flag' },
  HealthThreshold: whole(0, 256),
  ChildHealthChecks: { is: 'list', max: 256, of: text({ max: 64 }) },
  EnableSNI: { is: 'flag' },
  Regions: { is: 'list', max: 64, of: text({ oneOf: checkerRegions }) },
  AlarmIdentifier: {
    is: 'structure',
    members: { Region: required(text({ min: 1, max: 64 })), Name: required(text({ min: 1, max: 256 })) },
  },
  InsufficientDataHealthStatus: text({ oneOf: ['Healthy', 'Unhealthy', 'LastKnownStatus'] }),
};

export const configMembers: Members = {
  Type: required(text({ oneOf: checkTypes })),
  ...changeable,
  RequestInterval: whole(10, 30),
  MeasureLatency: { is: 'flag' },
};

type Asked = { [K in keyof CheckConfig]?: CheckConfig[K] | undefined };

/** The members that a request gives, and nothing else. */
export function changesOf(fields: Fields): Partial<CheckConfig> {
  const all: Asked = {
    ip: may(fields, 'IPAddress'),
    port: count(fields, 'Port'),
    path: may(fields, 'ResourcePath'),
    domain: may(fields, 'FullyQualifiedDomainName'),
    search: may(fields, 'SearchString'),
    threshold: count(fields, 'FailureThreshold'),
    inverted: flag(fields, 'Inverted'),
    disabled: flag(fields, 'Disabled'),
    healthThreshold: count(fields, 'HealthThreshold'),
    children: list(fields, 'ChildHealthChecks'),
    sni: flag(fields, 'EnableSNI'),
    regions: list(fields, 'Regions'),
    alarm: alarmOf(fields),
    insufficient: may(fields, 'InsufficientDataHealthStatus') as CheckConfig['insufficient'],
  };
  return given(all);
}

function given(all: Asked): Partial<CheckConfig> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** API_HealthCheckConfig, "Port", "FailureThreshold", "RequestInterval", "EnableSNI": what holds when nothing is said. */
export function configOf(fields: Fields): CheckConfig {
  const type = must(fields, 'Type') as CheckConfig['type'];
  const own = { inverted: false, disabled: false };
  const measureLatency = flag(fields, 'MeasureLatency') ?? false;
  const secure = type.startsWith('HTTPS');
  if (type === 'CALCULATED' || type === 'CLOUDWATCH_METRIC') return { type, ...own, ...changesOf(fields) };
  const interval = count(fields, 'RequestInterval') ?? 30;
  const port = type === 'TCP' ? {} : { port: secure ? 443 : 80 };
  return { type, ...own, ...port, threshold: 3, interval, measureLatency, sni: secure, ...changesOf(fields) };
}

function flag(fields: Fields, name: string): boolean | undefined {
  const value = may(fields, name);
  return value === undefined ? undefined : value === 'true';
}

function list(fields: Fields, name: string): readonly string[] | undefined {
  return fields[name] === undefined ? undefined : texts(fields, name);
}

function alarmOf(fields: Fields): CheckConfig['alarm'] {
  const alarm = part(fields, 'AlarmIdentifier');
  return alarm && { region: must(alarm, 'Region'), name: must(alarm, 'Name') };
}
