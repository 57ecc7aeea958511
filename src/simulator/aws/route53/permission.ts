// SPDX-License-Identifier: GPL-3.0-or-later
/** What each call needs. Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Route 53". */
import { authorize, type Wish } from '../authorize.ts';
import type { Call } from '../call.ts';
import { must, type Fields } from '../protocol/model.ts';

type Authorize = (call: Call, input: Fields) => void;
type Kind = 'hostedzone' | 'healthcheck' | 'change';

export function arnOf(kind: Kind, id: string): string {
  return `arn:aws:route53:::${kind}/${id}`;
}

export function onAll(action: string): Authorize {
  return (call) => permit(call, { action, resource: '*' });
}

/** The thing that a label of the path names. */
export function on(
  action: string,
  kind: Kind,
  label: string,
  context: (input: Fields) => Wish['context'] = () => ({}),
): Authorize {
  return (call, input) =>
    permit(call, { action, resource: arnOf(kind, must(input, label)), context: context(input) ?? {} });
}

export function permit(call: Call, wish: Omit<Wish, 'owner'>): void {
  authorize(call, { ...wish, owner: call.principal.account });
}
