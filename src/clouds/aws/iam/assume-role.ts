// SPDX-License-Identifier: GPL-3.0-or-later
import type { Clock } from '../../../core/clock.ts';
import { Failure } from '../../../core/failure.ts';
import type { Scope } from '../../../core/scope.ts';
import type { Credentials } from '../clients.ts';
import { read } from '../request.ts';
import type { AwsSession } from '../session.ts';

/** A role to assume. */
export interface Role {
  readonly arn: string;
  /** What the role's trust policy may ask for as `sts:ExternalId`. */
  readonly externalID?: string;
  /** Shown in CloudTrail beside every call: on whose behalf. At most 64 characters are sent. */
  readonly sessionName?: string;
}

export interface Expiring {
  readonly credentials: Credentials;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** The most that AWS gives to a role that another role assumes (IAM User Guide, "Roles terms and concepts", role chaining). */
const roleSeconds = 3600;
/** Renewed this long before the end; credentials that last for minutes are renewed at half of them. */
const renewBeforeMs = 5 * 60_000;

/** When credentials that end at `until` are renewed. */
export function renewAt(until: number, now: number): number {
  return Number.isFinite(until) ? until - Math.min(renewBeforeMs, Math.max(0, until - now) / 2) : until;
}

interface Answer {
  readonly Credentials?: {
    readonly AccessKeyId?: string;
    readonly SecretAccessKey?: string;
    readonly SessionToken?: string;
    readonly Expiration?: Date;
  };
}

/** Temporary credentials of the role. @throws Failure `Denied` that says which two policies have to allow it. */
export async function assume(
  from: AwsSession,
  role: Role,
  { clock, scope }: { readonly clock: Clock; readonly scope?: Scope },
): Promise<Expiring> {
  const request = read('sts', 'AssumeRole', {
    RoleArn: role.arn,
    // letters, digits and _+=,.@- (STS API reference, AssumeRole)
    RoleSessionName: (role.sessionName ?? 'hybrid-cloud-operator').replace(/[^\w+=,.@-]/g, '-').slice(0, 64),
    DurationSeconds: roleSeconds,
    ...(role.externalID === undefined ? {} : { ExternalId: role.externalID }),
  });
  const answer = await from.send<Answer>(request, scope).catch((error: unknown) => {
    throw error instanceof Failure && error.reason === 'AccessDenied' ? refused(role, error) : error;
  });
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('AssumeRole answered without credentials');
  return {
    credentials: { accessKeyID: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    until: Expiration?.getTime() ?? clock.now() + roleSeconds * 1000,
  };
}

/** AWS answers the same to a role that is not there, to one that trusts somebody else and to a wrong external id. */
function refused({ arn, externalID }: Role, { cause }: Failure): Failure {
  const who = cause instanceof Error ? /^User: (\S+) is not authorized/.exec(cause.message)?.[1] : undefined;
  const sent = externalID === undefined ? 'no external id was sent' : `sts:ExternalId was ${externalID}`;
  return new Failure({
    class: 'Denied',
    reason: 'RoleNotAssumed',
    message: `AWS does not let ${who ?? 'the identity that was used'} assume ${arn} (${sent}). Allow sts:AssumeRole on that role to the identity, and in the role's trust policy that principal with that external id.`,
    cause,
  });
}
