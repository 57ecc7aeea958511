// SPDX-License-Identifier: GPL-3.0-or-later
/** How far a certificate is. Source: API_CertificateDetail; ACM User Guide, "DNS validation", "Managed certificate renewal". */
import { truth } from '../../kernel/versioned.ts';
import type { World } from '../call.ts';
import { allTrue as allOf, elbOf } from '../elbv2/held.ts';
import { canonicalName } from '../route53/names.ts';
import { acmOf } from './held.ts';
import { published } from './published.ts';
import type { Certificate } from './state.ts';
import { validationRecord } from './validation.ts';

const day = 86_400_000;
/** ACM User Guide, "Certificate characteristics": validity period. */
const validity = 198 * day;
/** "Managed certificate renewal": from this long before the end. */
const renewsBefore = 45 * day;

export interface Standing {
  readonly status: 'PENDING_VALIDATION' | 'ISSUED' | 'VALIDATION_TIMED_OUT' | 'EXPIRED';
  readonly issuedAt?: number;
  readonly notAfter?: number;
}

interface At {
  readonly account: string;
  readonly region: string;
  readonly now: number;
}

type Seen = Pick<World, 'state' | 'acmTimes'>;

/** Time passes between looks: what would have happened meanwhile happens now. */
export function standingOf(world: Seen, at: At, certificate: Certificate): Standing {
  const { progress } = acmOf(world.state, at.account, at.region);
  const before = progress.get(certificate.arn) ?? {};
  if (before.issuedAt !== undefined) return issued(world, at, { certificate, issuedAt: before.issuedAt });
  if (at.now >= certificate.createdAt + world.acmTimes.timeOut) return { status: 'VALIDATION_TIMED_OUT' };
  if (!certificate.names.every((name) => proven(world, at, name))) {
    progress.delete(certificate.arn);
    return { status: 'PENDING_VALIDATION' };
  }
  const seenAt = before.seenAt ?? at.now;
  const done = at.now >= seenAt + world.acmTimes.validation;
  progress.set(certificate.arn, done ? { seenAt, issuedAt: at.now } : { seenAt });
  return done ? issued(world, at, { certificate, issuedAt: at.now }) : { status: 'PENDING_VALIDATION' };
}

/** The record is there, with its value. */
export function proven(world: Seen, { account, now }: Pick<At, 'account' | 'now'>, name: string): boolean {
  const record = validationRecord(account, name);
  const found = published(world, record.name, now);
  // with or without its last dot a CNAME's value is absolute (Route 53 Developer Guide, "CNAME record type")
  return found !== undefined && canonicalName(found) === record.value;
}

/** Renewed only while something uses it and its records are there. */
function issued(
  world: Seen,
  at: At,
  { certificate, issuedAt }: { certificate: Certificate; issuedAt: number },
): Standing {
  const notAfter = issuedAt + validity;
  if (at.now < notAfter - renewsBefore) return { status: 'ISSUED', issuedAt, notAfter };
  const renews =
    usersOf(world, at, certificate.arn).length > 0 && certificate.names.every((name) => proven(world, at, name));
  if (renews && at.now < notAfter) {
    acmOf(world.state, at.account, at.region).progress.set(certificate.arn, { seenAt: at.now, issuedAt: at.now });
    return { status: 'ISSUED', issuedAt: at.now, notAfter: at.now + validity };
  }
  return { status: at.now < notAfter ? 'ISSUED' : 'EXPIRED', issuedAt, notAfter };
}

/** Load balancers whose listeners have it; for a while after they have not, too, without a name. */
export function usersOf(world: Pick<World, 'state'>, { account, region, now }: At, arn: string): string[] {
  const held = elbOf(world.state, account, region);
  const using = allOf(held, 'listeners').filter(({ certificate }) => certificate === arn);
  const named = [...new Set(using.map(({ loadBalancer }) => loadBalancer))];
  const standing = named.filter((balancer) => truth(held.loadBalancers.get(balancer)) !== undefined);
  return standing.length === 0 && (held.lingering.get(arn) ?? 0) > now ? [arn] : standing;
}
