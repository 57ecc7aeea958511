// SPDX-License-Identifier: GPL-3.0-or-later
/** What Keystone and Neutron refuse, and what to do. Neutron's names: neutron_lib/exceptions; as the real services showed them (test/openstack). */
import { Failure } from '../../core/failure.ts';
import { oneLine } from '../../core/one-line.ts';
import type { HttpsAnswer } from '../https/answer.ts';
import { failureOf } from '../https/failures.ts';

interface Said {
  /** Neutron's exception; absent where Keystone, or something else, answered. */
  readonly type?: string;
  readonly message: string;
}

/** A refusal's body; empty where it is none of the services' own. */
export function saidIn({ text }: HttpsAnswer): Said {
  try {
    const body = JSON.parse(text) as { NeutronError?: Partial<Said>; error?: Partial<Said> } | null;
    const { type, message } = body?.NeutronError ?? body?.error ?? {};
    return { ...(typeof type === 'string' ? { type } : {}), message: typeof message === 'string' ? message : '' };
  } catch {
    return { message: '' };
  }
}

type Meaning = Pick<Failure, 'class' | 'reason' | 'message'>;

const meanings: Readonly<Record<string, (said: string) => Meaning | undefined>> = {
  InvalidRoutes: (said) =>
    said.includes('used by router')
      ? {
          class: 'Denied',
          reason: 'NextHopIsRouter',
          message:
            'The next hop is an address of the router itself: set openstack.nextHop to that of the site gateway.',
        }
      : {
          class: 'Denied',
          reason: 'NextHopNotConnected',
          message:
            'The router has no interface in the network of a next hop: add that network to the router, or correct openstack.nextHop. (A route of somebody else whose network went is refused with ours.)',
        },
  RoutesExhausted: (said) => ({
    class: 'Denied',
    reason: 'QuotaReached',
    message: `The router has no room for another extra route (${oneLine(said)}). Take some away, or have the administrator raise max_routes.`,
  }),
};

const cures = {
  unauthorized:
    'Look at the Secret of openstack.credentialsSecretRef: an application credential may have expired, or been deleted with its user.',
  forbidden:
    'Make the application credential with the roles member and reader of the project of the router; access rules must allow GET routers and PUT add_extraroutes and remove_extraroutes.',
};

/** @param answer No success. */
export function refusalOf(
  answer: HttpsAnswer,
  { who, action }: { readonly who: string; readonly action: string },
): Failure {
  const { type, message } = saidIn(answer);
  const known = type === undefined ? undefined : meanings[type]?.(message);
  return known ? new Failure(known) : failureOf(answer, { who, action, cures, said: message });
}

export function isNoRouter(answer: HttpsAnswer): boolean {
  return answer.status === 404 && saidIn(answer).type === 'RouterNotFound';
}
