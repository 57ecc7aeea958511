// SPDX-License-Identifier: GPL-3.0-or-later
import type { CheckSettings, HealthCheck } from '../../clouds/aws/route53/health-check.ts';
import type { RecordChange } from '../../clouds/aws/route53/route53.ts';
import type { Tags } from '../../core/owner-mark.ts';
import type { Step } from '../../core/step.ts';
import type { CertificateStep } from './certificate/steps.ts';
import type { HaproxyStep } from './haproxy/steps.ts';
import type { SiteStep } from './sites/steps.ts';

interface Of<Do extends string> extends Step {
  readonly do: Do;
}

/** One batch for all that there is of a name, its owner record among it: done as a whole or not at all. */
export interface RecordStep
  extends Of<
    | 'CreateRecords'
    | 'ChangeRecords'
    /** Takes records over that somebody else made. */
    | 'AdoptRecords'
    /** Changes nothing: who has its answer knows that all changes before it have reached the name servers, too. */
    | 'ConfirmRecords'
    /** Takes the owner record off, and leaves what is answered. */
    | 'ReleaseRecords'
    /** Of what is answered; while there are health checks the owner record stays, which says whose they are to whoever looks. */
    | 'DeleteRecords'
    | 'DeleteOwnerRecord'
  > {
  readonly zone: string;
  readonly name: string;
  readonly changes: readonly RecordChange[];
}

export type CheckStep =
  /** The reference makes it the same check however often it is asked for. */
  | (Of<'CreateHealthCheck'> & {
      readonly endpoint: string;
      readonly reference: string;
      readonly settings: CheckSettings;
    })
  | (Of<'TagHealthCheck'> & { readonly check: string; readonly tags: Tags })
  | (Of<'UpdateHealthCheck'> & { readonly check: HealthCheck; readonly settings: CheckSettings })
  | (Of<'ReleaseHealthCheck'> & { readonly check: string; readonly tags: Tags })
  | (Of<'DeleteHealthCheck'> & { readonly check: string });

export type GslbStep = RecordStep | CheckStep | CertificateStep | HaproxyStep | SiteStep;

export function isOfHaproxy(step: GslbStep): step is HaproxyStep {
  return 'configMap' in step || 'secret' in step;
}

export function isOfCertificate(step: GslbStep): step is CertificateStep {
  return ('region' in step && !('site' in step)) || step.do === 'ProveDomain' || step.do === 'UnproveDomain';
}

export function isOfSite(step: GslbStep): step is SiteStep {
  return 'site' in step;
}
