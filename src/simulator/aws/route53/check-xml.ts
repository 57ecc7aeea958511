// SPDX-License-Identifier: GPL-3.0-or-later
import type { Xml } from '../protocol/xml.ts';
import type { CheckConfig, HealthCheck } from './state.ts';

export function checkXml({ id, callerReference, version, config }: HealthCheck): Xml {
  return {
    Id: id,
    CallerReference: callerReference,
    HealthCheckConfig: configXml(config),
    HealthCheckVersion: version,
  };
}

function configXml(config: CheckConfig): Xml {
  const { alarm } = config;
  return {
    IPAddress: config.ip,
    Port: config.port,
    Type: config.type,
    ResourcePath: config.path,
    FullyQualifiedDomainName: config.domain,
    SearchString: config.search,
    RequestInterval: config.interval,
    FailureThreshold: config.threshold,
    MeasureLatency: config.measureLatency,
    Inverted: config.inverted,
    Disabled: config.disabled,
    HealthThreshold: config.healthThreshold,
    ChildHealthChecks: config.children && { ChildHealthCheck: config.children },
    EnableSNI: config.sni,
    Regions: config.regions && { Region: config.regions },
    AlarmIdentifier: alarm && { Region: alarm.region, Name: alarm.name },
    InsufficientDataHealthStatus: config.insufficient,
  };
}
