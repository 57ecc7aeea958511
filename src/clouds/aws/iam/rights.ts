// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What the identity may do, asked before anything is made: IAM simulates its policies (IAM API reference, "SimulatePrincipalPolicy"). One
 * call asks for many objects. The answer is a hint, never proof: policies of resources, of the organization and of the session are not all in it.
 */
import type * as IAM from '@aws-sdk/client-iam';
import type { Clock } from '../../../core/clock.ts';
import { Failure } from '../../../core/failure.ts';
import { recordedPermissions, type RecordedPermission } from '../policy/recorded-permissions.ts';
import { read } from '../request.ts';
import type { AwsSession } from '../session.ts';
import { missing } from './users.ts';

/** Without these something is not told, and nothing is refused. */
const optional = new Set([
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketRequestPayment',
  's3:GetIntelligentTieringConfiguration',
]);

/** What is on the account is not asked for: the look that comes before has just done it, or does without. */
type Place = Exclude<RecordedPermission['on'], 'account'>;

interface Required extends RecordedPermission {
  readonly on: Place;
}

/** IAM API reference, SimulatePrincipalPolicy, ResourceHandlingOption: it takes all that an instance is made of at once, which is not known here. */
const notSimulated = 'ec2:RunInstances';

function requiredOf({ kind, feature }: RightsQuestion): readonly Required[] {
  return recordedPermissions.filter(
    (one): one is Required =>
      one.kind === kind &&
      one.on !== 'account' &&
      (feature === undefined || one.feature === feature) &&
      one.action !== notSimulated &&
      !optional.has(one.action),
  );
}

/** What all objects of an identity are asked about alike. */
export interface RightsQuestion {
  readonly kind: RecordedPermission['kind'];
  /** Nothing but what this one brings with it. */
  readonly feature?: string;
  /** Keys of conditions as the calls will have them. Of a policy that asks for another key the answer says nothing. */
  readonly context: Readonly<Record<string, string>>;
  /** A thing that is no affair of ours: what may be changed of it is more than is needed. */
  readonly elsewhere?: { readonly on: Place; readonly resource: string };
}

/** What an object needs rights on. */
export interface RightsWish {
  /** ARNs. What is named of no place is not needed there. */
  readonly resources: Readonly<Partial<Record<Place, readonly string[]>>>;
  /** Features of the object, as in the recorded permissions, beside `always`. */
  readonly features: readonly string[];
}

export interface MissingRight {
  readonly action: string;
  readonly on: Place;
  readonly resource: string;
}

/** `why` ends with what to do. */
export type Rights =
  | {
      readonly asked: true;
      readonly missing: readonly MissingRight[];
      /** Actions that the identity may do elsewhere, too. */
      readonly excess: readonly string[];
    }
  | { readonly asked: false; readonly why: string };

/** What is allowed stands as long as the session; what is missing may be granted at any time, and is asked for at the next look. */
const missingStandsMs = 60_000;
/** Who may not ask is not asked again so soon. */
const refusalStandsMs = 30 * 60_000;
/** AWS names no limit; the answer grows by the product of actions and resources. */
const resourcesPerCall = 150;

/** The ARN whose policies are simulated; `undefined` for the root user and federated users, whose policies cannot be. */
export function policySource(identity: string | undefined): string | undefined {
  if (identity === undefined) return undefined;
  // IAM User Guide, "IAM identifiers": a session's ARN has the role's name and not its path; with a path IAM finds none of that ARN
  const session = /^arn:([a-z-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(identity);
  if (session) return `arn:${session[1]}:iam::${session[2]}:role/${session[3]}`;
  return /:iam::\d+:(user|role)\//.test(identity) ? identity : undefined;
}

/** Of actions that IAM does not simulate in one call, the larger group that it names; the others are not asked for. */
export function askedTogether(message: string): string[] | undefined {
  if (!message.includes('require different authorization information')) return undefined;
  const groups = [...message.matchAll(/\[([^\][]*)\]/g)].map(([, names = '']) => names.split(',').map((n) => n.trim()));
  return groups.sort((a, b) => b.length - a.length)[0];
}

const bySession = new WeakMap<AwsSession, Map<string, RightsOfIdentity>>();

export function rightsOf(session: AwsSession, clock: Clock, question: RightsQuestion): RightsOfIdentity {
  const all = bySession.get(session) ?? new Map<string, RightsOfIdentity>();
  bySession.set(session, all);
  const key = JSON.stringify(question);
  const known = all.get(key) ?? new RightsOfIdentity(session, clock, question);
  all.set(key, known);
  return known;
}

const every = ({ resources }: RightsWish): readonly string[] => Object.values(resources).flat();

interface Known {
  readonly at: number;
  readonly denied: ReadonlySet<string>;
}

/** Who asks first asks for all resources that were named by then. */
export class RightsOfIdentity {
  readonly #session: AwsSession;
  readonly #clock: Clock;
  readonly #question: RightsQuestion;
  readonly #required: readonly Required[];
  readonly #known = new Map<string, Known>();
  readonly #named = new Set<string>();
  #excess: readonly string[] = [];
  #looking: Promise<void> | undefined;
  #refused: { readonly until: number; readonly why: string } | undefined;

  constructor(session: AwsSession, clock: Clock, question: RightsQuestion) {
    this.#session = session;
    this.#clock = clock;
    this.#question = question;
    this.#required = requiredOf(question);
  }

  /** They are among those that are asked for together. */
  name(wish: RightsWish): void {
    for (const resource of every(wish)) if (!this.#stands(resource)) this.#named.add(resource);
  }

  /** @throws Failure only when this process may not go on. */
  async read(wish: RightsWish): Promise<Rights> {
    const source = policySource(this.#session.identity);
    if (source === undefined) {
      const why =
        'AWS cannot simulate the root user, nor a federated one: give the operator a role or a user of its own';
      return { asked: false, why };
    }
    this.name(wish);
    while (every(wish).some((resource) => this.#named.has(resource))) {
      if (this.#refused && this.#clock.monotonic() < this.#refused.until)
        return { asked: false, why: this.#refused.why };
      // whoever comes while one is under way is served by that one, or by the next for all of them together
      this.#looking ??= this.#look(source).finally(() => (this.#looking = undefined));
      await this.#looking;
    }
    return { asked: true, missing: this.#missing(wish), excess: this.#excess };
  }

  #stands(resource: string): boolean {
    const known = this.#known.get(resource);
    return known !== undefined && (known.denied.size === 0 || this.#clock.monotonic() - known.at < missingStandsMs);
  }

  #missing({ resources, features }: RightsWish): MissingRight[] {
    return this.#required.flatMap(({ feature, on, action }) => {
      if (feature !== 'always' && !features.includes(feature)) return [];
      const denied = (resources[on] ?? []).filter((resource) => this.#known.get(resource)?.denied.has(action));
      return denied.map((resource) => ({ action, on, resource }));
    });
  }

  async #look(source: string): Promise<void> {
    const resources = [...this.#named].slice(0, resourcesPerCall);
    try {
      const { elsewhere } = this.#question;
      const denied = await this.#ask(source, [...resources, ...(elsewhere ? [elsewhere.resource] : [])]);
      const at = this.#clock.monotonic();
      for (const resource of resources) {
        this.#known.set(resource, { at, denied: denied.get(resource) ?? new Set() });
        this.#named.delete(resource);
      }
    } catch (error) {
      if (!(error instanceof Failure) || error.class === 'Fenced') throw error;
      const passes = error.class === 'Transient' && !missing(error);
      const until = this.#clock.monotonic() + (passes ? missingStandsMs : refusalStandsMs);
      this.#refused = { until, why: whyNot(error, source) };
    }
  }

  async #ask(source: string, resources: readonly string[]): Promise<Map<string, Set<string>>> {
    const actions = [...new Set(this.#required.map(({ action }) => action))];
    try {
      return await this.#simulate(source, resources, actions);
    } catch (error) {
      const together = error instanceof Error ? askedTogether(error.message) : undefined;
      if (!together) throw error;
      return this.#simulate(source, resources, together);
    }
  }

  /** Denied actions by resource. Where a value was missing that a policy asks for the answer says nothing. */
  async #simulate(
    source: string,
    resources: readonly string[],
    names: readonly string[],
  ): Promise<Map<string, Set<string>>> {
    const denied = new Map<string, Set<string>>();
    const excess = new Set<string>();
    const { context, elsewhere } = this.#question;
    const changes = new Set(
      this.#required
        .filter(({ on, action }) => on === elsewhere?.on && !/:(Get|List)/.test(action))
        .map(({ action }) => action),
    );
    let marker: string | undefined;
    do {
      // no scope: the answer is for every object of the identity
      const page: IAM.SimulatePrincipalPolicyCommandOutput = await this.#session.send(
        read('iam', 'SimulatePrincipalPolicy', {
          PolicySourceArn: source,
          ActionNames: names,
          ResourceArns: resources,
          ...(Object.keys(context).length === 0 ? {} : { ContextEntries: contextOf(context) }),
          MaxItems: 1000,
          ...(marker === undefined ? {} : { Marker: marker }),
        }),
      );
      for (const [resource, action] of (page.EvaluationResults ?? []).flatMap(denialsIn))
        denied.set(resource, (denied.get(resource) ?? new Set()).add(action));
      for (const action of (page.EvaluationResults ?? []).flatMap((result) => allowedIn(result, elsewhere?.resource)))
        if (changes.has(action)) excess.add(action);
      marker = page.IsTruncated ? page.Marker : undefined;
    } while (marker !== undefined);
    this.#excess = [...excess].sort();
    return denied;
  }
}

function contextOf(context: RightsQuestion['context']): IAM.ContextEntry[] {
  return Object.entries(context).map(([ContextKeyName, value]) => ({
    ContextKeyName,
    ContextKeyType: 'string',
    ContextKeyValues: [value],
  }));
}

/** Resource and action. EvaluationResult: of several resources each has its own result; of one alone it may stand above. */
function denialsIn(result: IAM.EvaluationResult): [string, string][] {
  const { EvalActionName: action = '', ResourceSpecificResults: each = [] } = result;
  const sure = (decision: string | undefined, lacking: readonly string[] = []) =>
    (decision === 'implicitDeny' || decision === 'explicitDeny') && lacking.length === 0;
  if (each.length === 0)
    return sure(result.EvalDecision, result.MissingContextValues) ? [[result.EvalResourceName ?? '', action]] : [];
  return each
    .filter((one) => sure(one.EvalResourceDecision, one.MissingContextValues))
    .map((one) => [one.EvalResourceName ?? '', action]);
}

function allowedIn(
  { EvalActionName: action = '', ResourceSpecificResults: each = [] }: IAM.EvaluationResult,
  of: string | undefined,
) {
  return each.some((one) => one.EvalResourceName === of && one.EvalResourceDecision === 'allowed') ? [action] : [];
}

function whyNot(error: Failure, source: string): string {
  if (missing(error)) return `IAM finds no ${source}: a role with a path cannot be told by its session`;
  if (error.class === 'Transient') return 'AWS did not answer; it is asked again while something is being made';
  if (error.class === 'Invalid') return 'AWS does not simulate what would be asked';
  return 'The identity may not ask. Allow iam:SimulatePrincipalPolicy to it (docs/permissions.md)';
}
