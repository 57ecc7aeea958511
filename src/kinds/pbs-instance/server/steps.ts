// SPDX-License-Identifier: GPL-3.0-or-later
import type { Step } from '../../../core/step.ts';
import type { Grant } from './rights.ts';

interface Of<Do extends string> extends Step {
  readonly part: 'server';
  readonly do: Do;
  readonly url: string;
}

export type ServerStep =
  /** Makes the Secret, or gives it to another VM: the certificate is pinned in it, and a place for the token is there before there is one. */
  | (Of<'PinCertificate'> & { readonly secret: string; readonly vm: string; readonly fingerprint: string })
  /** A second one beside it: the server said, over a connection that the first proves, that it changes. */
  | (Of<'PinNextCertificate'> & { readonly secret: string; readonly vm: string; readonly fingerprint: string })
  /** User and token; one whose secret was lost gets another. */
  | (Of<'MakeOperatorToken'> & {
      readonly secret: string;
      readonly vm: string;
      readonly tokenID: string;
      /** It will prepare a disk. */
      readonly disks: boolean;
    })
  /** All that is lacking, each for the token and for its user: a token may never more than its user. */
  | (Of<'GrantOperator'> & { readonly tokenID: string; readonly grants: readonly Grant[] })
  | Of<'RetireRootPassword'>
  | (Of<'PrepareCacheDisk'> & { readonly name: string; readonly disk: string })
  /** Its tokens and rights go with the user. */
  | (Of<'RemoveOperatorUser'> & { readonly user: string });
