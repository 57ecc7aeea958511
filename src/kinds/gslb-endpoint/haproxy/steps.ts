// SPDX-License-Identifier: GPL-3.0-or-later
import type { PlannedCall, Step } from '../../../core/step.ts';
import type { Passwords } from './secret-files.ts';

interface Of<Do extends string> extends Step {
  readonly do: Do;
}

export type HaproxyStep =
  /** `checkedBy`: version of the HAProxy that accepted it. */
  | (Of<'PublishHaproxyConfiguration'> & {
      readonly configMap: string;
      readonly digest: string;
      readonly checkedBy?: string;
    })
  /** `from`: the Secrets in which the passwords are. */
  | (Of<'PublishHaproxyPasswords'> & { readonly secret: string; readonly from: Passwords; readonly digest: string })
  | (Of<'RemoveHaproxyConfiguration'> & { readonly configMap: string })
  | (Of<'RemoveHaproxyPasswords'> & { readonly secret: string });

/** Writes only, as a plan shows them. */
export function haproxyCalls(step: HaproxyStep): readonly PlannedCall[] {
  const verb = step.effect === 'create' || step.effect === 'delete' ? step.effect : 'update';
  const [plural, name] = 'secret' in step ? ['secrets', step.secret] : ['configmaps', step.configMap];
  return [{ service: 'kubernetes', action: `${verb} ${plural}`, parameters: [{ name: 'name', value: name }] }];
}
