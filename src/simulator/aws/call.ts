// SPDX-License-Identifier: GPL-3.0-or-later
import type { SimClock } from '../kernel/clock.ts';
import type { Incoming } from './incoming.ts';
import type { AcmTimes } from './acm/times.ts';
import type { ElbTimes } from './elbv2/times.ts';
import type { Ec2Times } from './ec2/times.ts';
import type { AliasTargetLookup } from './route53/alias-target.ts';
import type { Route53Times } from './route53/times.ts';
import type { Finding } from './route53/status/findings.ts';
import type { TokenBuckets } from '../kernel/token-bucket.ts';
import type { AwsError } from './errors.ts';
import type { PolicyDocument } from './policy/document.ts';
import type { Caller } from './policy/evaluate.ts';
import type { Route } from './route.ts';
import type { AwsState } from './state.ts';
import type { Tag } from './tag.ts';

export interface Principal extends Caller {
  /** `AIDA…`, `AROA…:session`, or the account's id for its root. */
  readonly id: string;
  readonly name?: string;
  readonly accessKeyID?: string;
  readonly policies: readonly PolicyDocument[];
  /** A session policy narrows what the role may do. */
  readonly limit?: PolicyDocument;
  readonly tags: readonly Tag[];
}

/** One permission that a request needed. */
export interface Decision {
  readonly action: string;
  readonly resource: string;
  /** The caller's ARN. */
  readonly caller: string;
  readonly allowed: boolean;
  /** Keys of the service and of the request, as the service told them. */
  readonly context: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What handlers may use of the world. */
export interface World {
  readonly clock: SimClock;
  readonly state: AwsState;
  /** True when a request counts as sent over TLS. */
  secure(incoming: Incoming): boolean;
  lag(service: string): number;
  /** Told of every permission that was asked for. */
  decided(decision: Decision): void;
  /** How long a deleted bucket's name answers OperationAborted. */
  readonly bucketReuseMs: number;
  readonly ec2Times: Ec2Times;
  readonly route53Times: Route53Times;
  /** For limits that are not of one action. */
  readonly limits: TokenBuckets;
  /** Who knows the things outside Route 53 that its aliases point to. */
  readonly aliasTargets: AliasTargetLookup[];
  /** What real probes have found, by Route 53 health check. */
  readonly probed: Map<string, readonly Finding[]>;
  readonly elbTimes: ElbTimes;
  readonly acmTimes: AcmTimes;
}

/** One request on its way through a service. */
export interface Call {
  readonly world: World;
  readonly incoming: Incoming;
  readonly route: Route;
  readonly now: number;
  readonly requestID: string;
  /** Set by authentication; the anonymous caller until then. */
  principal: Principal;
}

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | string;
  readonly errorCode?: string;
}

/** What a request is, known before it is judged: for the call log, fault rules and throttling. */
export interface Operation {
  readonly action: string;
  readonly effect: 'read' | 'write';
  readonly parameters: Readonly<Record<string, string>>;
}

/** One AWS service: a folder here, an entry in services.ts. */
export interface AwsService {
  readonly name: string;
  identify(call: Call): Operation;
  /** @throws {AwsError} */
  run(call: Call): Reply;
  /** Writes a refusal in the service's protocol. */
  refuse(call: Call, error: AwsError): Reply;
  /** The code and status of its throttling answer. */
  readonly throttle: { readonly code: string; readonly message: string; readonly status: number };
}
