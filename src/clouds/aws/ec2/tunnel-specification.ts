// SPDX-License-Identifier: GPL-3.0-or-later
import type * as EC2 from '@aws-sdk/client-ec2';
import type { Phase, TunnelOptions } from './vpn.ts';

/** What a tunnel shall be like. What is not named is AWS's to choose in a create, and stays as it is in a modification. */
export interface TunnelWish extends Partial<Omit<TunnelOptions, 'phase1' | 'phase2'>> {
  readonly phase1?: Partial<Phase>;
  readonly phase2?: Partial<Phase>;
  readonly insideCIDR?: string;
  /** Secret: 8 to 64 of `A-Za-z0-9._`, not beginning with 0. Absent: AWS makes one. */
  readonly presharedKey?: string;
}

function listed<T>(values: readonly T[] | undefined): { Value: T }[] | undefined {
  return values?.map((Value) => ({ Value }));
}

function named<T extends object>(all: T): T {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as T;
}

/** By the names of requests, which are not those of replies: `IKEVersions` and `DPDTimeoutSeconds`, not `IkeVersions` and `DpdTimeoutSeconds`. */
export function specificationOf(wish: TunnelWish): EC2.VpnTunnelOptionsSpecification {
  const { phase1 = {}, phase2 = {} } = wish;
  return named({
    TunnelInsideCidr: wish.insideCIDR,
    PreSharedKey: wish.presharedKey,
    IKEVersions: listed(wish.ikeVersions),
    Phase1EncryptionAlgorithms: listed(phase1.encryption),
    Phase1IntegrityAlgorithms: listed(phase1.integrity),
    Phase1DHGroupNumbers: listed(phase1.dhGroups),
    Phase1LifetimeSeconds: phase1.lifetimeSeconds,
    Phase2EncryptionAlgorithms: listed(phase2.encryption),
    Phase2IntegrityAlgorithms: listed(phase2.integrity),
    Phase2DHGroupNumbers: listed(phase2.dhGroups),
    Phase2LifetimeSeconds: phase2.lifetimeSeconds,
    RekeyMarginTimeSeconds: wish.rekeyMarginSeconds,
    RekeyFuzzPercentage: wish.rekeyFuzzPercent,
    ReplayWindowSize: wish.replayWindowPackets,
    DPDTimeoutSeconds: wish.dpdTimeoutSeconds,
    DPDTimeoutAction: wish.dpdTimeoutAction,
    StartupAction: wish.startupAction,
  });
}
