// SPDX-License-Identifier: GPL-3.0-or-later
/** Worlds of certificates, and the kind's pure middle around them. */
import type { Certificate } from '../../../../src/clouds/aws/acm/certificate.ts';
import { markOf } from '../../../../src/core/owner-mark.ts';
import type { Plan } from '../../../../src/core/plan.ts';
import { isStep, type Event } from '../../../../src/core/step.ts';
import { afterCertificateEvent, afterCertificateStep } from '../../../../src/kinds/gslb-endpoint/certificate/after.ts';
import { absentCertificates, planCertificates } from '../../../../src/kinds/gslb-endpoint/certificate/plan.ts';
import type { CertificateStep } from '../../../../src/kinds/gslb-endpoint/certificate/steps.ts';
import type { CertificateWish } from '../../../../src/kinds/gslb-endpoint/certificate/wanted.ts';
import type { CertificateWorld } from '../../../../src/kinds/gslb-endpoint/certificate/world.ts';

export const owner = { uid: 'u1', cluster: 'c1', object: 'GslbEndpoint/default/gslb' };
export const zone = { id: 'Z1', name: 'seojun.shop', private: false };
export const [seoul, tokyo] = ['ap-northeast-2', 'ap-northeast-1'];
export const wish: CertificateWish = { names: ['gslb.seojun.shop', '*.gslb.seojun.shop'], regions: [tokyo, seoul] };

export interface Wanted {
  readonly wish?: CertificateWish;
  readonly going?: 'Retain' | 'Delete';
}

export function certificate(id: string, more: Partial<Certificate> = {}): Certificate {
  return {
    id,
    names: wish.names.toSorted(),
    status: 'ISSUED',
    records: [{ name: '_0a.gslb.seojun.shop', value: '_0b.acm-validations.aws' }],
    usedBy: [],
    tags: markOf(owner),
    ...more,
  };
}

export function world(more: Partial<CertificateWorld> = {}): CertificateWorld {
  return { owner, certificates: [], records: [], change: 'Unknown', ...more };
}

/** In the shape of `preview`, which needs less of a wish than there usually is. */
export const pure = {
  plan({ wish: wanted, going }: Wanted, at: CertificateWorld): Plan<CertificateStep> {
    const part = going ? absentCertificates(at, zone, going) : planCertificates(at, wanted, zone);
    return { ...part, serving: true };
  },
  after: (at: CertificateWorld, change: CertificateStep | Event): CertificateWorld =>
    isStep<CertificateStep>(change) ? afterCertificateStep(at, change) : afterCertificateEvent(at, change),
};

/** `verb target`, and the reason of what stands in the way. */
export function shown({ steps, hold }: Pick<Plan<CertificateStep>, 'steps' | 'hold'>): string[] {
  return [...steps.map((step) => `${step.do} ${step.target}`), ...(hold ? [`${hold.why} ${hold.reason}`] : [])];
}
