// SPDX-License-Identifier: GPL-3.0-or-later
/** Record sets of every kind. */
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { a } from './world.ts';

export const cname = (Name: string, Value: string): ResourceRecordSet => ({
  Name,
  Type: 'CNAME',
  TTL: 60,
  ResourceRecords: [{ Value }],
});
export const txt = (Name: string, Value: string): ResourceRecordSet => ({
  Name,
  Type: 'TXT',
  TTL: 60,
  ResourceRecords: [{ Value }],
});
export const www = a('www.example.com', '192.0.2.1');
export const weighted = (SetIdentifier: string, Weight = 1, more: Partial<ResourceRecordSet> = {}) =>
  a('w.example.com', '192.0.2.2', { SetIdentifier, Weight, ...more });
export const alias = (Name: string, DNSName: string, HostedZoneId: string): ResourceRecordSet => ({
  Name,
  Type: 'A',
  AliasTarget: { DNSName, HostedZoneId, EvaluateTargetHealth: true },
});
export const failover = (SetIdentifier: string, Failover: 'PRIMARY' | 'SECONDARY', HealthCheckId?: string) =>
  a('f.example.com', '192.0.2.1', {
    SetIdentifier,
    Failover,
    ...(HealthCheckId === undefined ? {} : { HealthCheckId }),
  });
