// SPDX-License-Identifier: GPL-3.0-or-later
/** Health checks between Route 53's words and ours. */
import type * as Route53 from '@aws-sdk/client-route-53';
import type { AlarmCheck, CalculatedCheck, CheckSettings, EndpointCheck, HealthCheck } from './health-check.ts';

type Config = Route53.HealthCheckConfig;

/** Asking from all of them is the default, whether they are named or not. */
const allRegions = 8;

const matching = '_STR_MATCH';
const defaultPorts: Readonly<Record<string, number>> = { HTTP: 80, HTTPS: 443 };

function switchesOf({ Inverted = false, Disabled = false }: Config) {
  return { inverted: Inverted, disabled: Disabled };
}

function placeOf({ IPAddress, FullyQualifiedDomainName, SearchString }: Config) {
  return {
    ...(IPAddress === undefined ? {} : { ip: IPAddress }),
    ...(FullyQualifiedDomainName === undefined ? {} : { host: FullyQualifiedDomainName }),
    ...(SearchString === undefined ? {} : { searchString: SearchString }),
  };
}

function paceOf({ RequestInterval, FailureThreshold = 3, MeasureLatency = false }: Config) {
  return {
    intervalSeconds: RequestInterval === 10 ? 10 : 30,
    failureThreshold: FailureThreshold,
    measureLatency: MeasureLatency,
  } as const;
}

function endpointOf(config: Config): EndpointCheck {
  const type = (config.Type ?? '').replace(matching, '') as EndpointCheck['type'];
  const { Port, ResourcePath, EnableSNI = false, Regions = [] } = config;
  return {
    ...switchesOf(config),
    ...placeOf(config),
    ...paceOf(config),
    type,
    port: Port ?? defaultPorts[type] ?? 0,
    ...(type === 'TCP' ? {} : { path: ResourcePath || '/' }),
    sni: type === 'HTTPS' && EnableSNI,
    regions: Regions.length === allRegions ? [] : [...Regions].sort(),
  };
}

function calculatedOf(config: Config): CalculatedCheck {
  const { ChildHealthChecks = [], HealthThreshold = 0 } = config;
  return {
    ...switchesOf(config),
    type: 'Calculated',
    children: [...ChildHealthChecks].sort(),
    healthThreshold: HealthThreshold,
  };
}

function alarmOf(config: Config): AlarmCheck {
  const { AlarmIdentifier, InsufficientDataHealthStatus = 'LastKnownStatus' } = config;
  return {
    ...switchesOf(config),
    type: 'CloudWatchAlarm',
    alarm: { region: AlarmIdentifier?.Region ?? '', name: AlarmIdentifier?.Name ?? '' },
    insufficientData: InsufficientDataHealthStatus,
  };
}

export function settingsOf(config: Config): CheckSettings {
  const { Type = '' } = config;
  if (Type === 'TCP' || Type.startsWith('HTTP')) return endpointOf(config);
  if (Type === 'CALCULATED') return calculatedOf(config);
  if (Type === 'CLOUDWATCH_METRIC') return alarmOf(config);
  return { ...switchesOf(config), type: 'Other', name: Type };
}

export function healthCheckOf(given: Route53.HealthCheck): HealthCheck {
  const { Id = '', CallerReference = '', HealthCheckVersion = 1, HealthCheckConfig, LinkedService } = given;
  return {
    id: Id,
    reference: CallerReference,
    version: HealthCheckVersion,
    settings: settingsOf(HealthCheckConfig ?? { Type: undefined }),
    ...(LinkedService === undefined ? {} : { madeBy: LinkedService.ServicePrincipal ?? 'AWS' }),
  };
}

function endpointFor(settings: EndpointCheck): Config {
  const { type, ip, port, host, path, searchString, regions } = settings;
  return {
    Type: searchString === undefined || type === 'TCP' ? type : `${type}_STR_MATCH`,
    ...(ip === undefined ? {} : { IPAddress: ip }),
    Port: port,
    ...(host === undefined ? {} : { FullyQualifiedDomainName: host }),
    ...(path === undefined ? {} : { ResourcePath: path }),
    ...(searchString === undefined ? {} : { SearchString: searchString }),
    RequestInterval: settings.intervalSeconds,
    FailureThreshold: settings.failureThreshold,
    MeasureLatency: settings.measureLatency,
    ...(type === 'HTTPS' ? { EnableSNI: settings.sni } : {}),
    ...(regions.length === 0 ? {} : { Regions: [...regions] as Route53.HealthCheckRegion[] }),
  };
}

function ownFor(settings: CheckSettings): Config {
  switch (settings.type) {
    case 'Calculated':
      return {
        Type: 'CALCULATED',
        ChildHealthChecks: [...settings.children],
        HealthThreshold: settings.healthThreshold,
      };
    case 'CloudWatchAlarm':
      return {
        Type: 'CLOUDWATCH_METRIC',
        AlarmIdentifier: { Region: settings.alarm.region as Route53.CloudWatchRegion, Name: settings.alarm.name },
        InsufficientDataHealthStatus: settings.insufficientData,
      };
    case 'Other':
      throw new Error(`a health check of type ${settings.name} is not made here`);
    default:
      return endpointFor(settings);
  }
}

export function configFor(settings: CheckSettings): Config {
  return { ...ownFor(settings), Inverted: settings.inverted, Disabled: settings.disabled };
}
