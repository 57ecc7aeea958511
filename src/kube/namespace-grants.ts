// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What namespaces may use of the operator's own: its cloud identity, roles that it may assume, endpoints that it may call. An
 * administrator writes them into a ConfigMap in the operator's namespace, one key per namespace, one grant a line:
 *
 *     team-a: |
 *       identity
 *       role arn:aws:iam::123456789012:role/backups
 *       role arn:aws:iam::210987654321:role/backups external-id seoul-office-7
 *       endpoint https://s3.example.com
 *       zone team-a.example.com
 *
 * Nothing is granted to anybody else; the operator's own namespace may use everything. Annotations and fields that a tenant can edit
 * never grant anything (the confused deputy of CVE-2026-39961), and the external id that goes with a role is the grant's, or the
 * namespace's own, never the tenant's choice (IAM User Guide, "The confused deputy problem"). A line that is not understood grants nothing and is reported.
 */
export type Wanted =
  | { readonly use: 'identity' }
  | { readonly use: 'role'; readonly arn: string; readonly externalID?: string }
  | { readonly use: 'endpoint'; readonly url: string }
  /** A name in DNS, in the spelling of `domainName`. */
  | { readonly use: 'name'; readonly name: string };

interface Granted {
  readonly identity: boolean;
  /** The external id that the grant fixes, by the role's ARN. */
  readonly roles: ReadonlyMap<string, string | undefined>;
  readonly endpoints: ReadonlySet<string>;
  /** Names are limited to these zones and what is below them; none: not limited. */
  readonly zones: ReadonlySet<string>;
}

export interface Grants {
  readonly operatorNamespace: string;
  readonly namespaces: ReadonlyMap<string, Granted>;
  /** One sentence for each line that was not understood, for logs and the administrator. */
  readonly problems: readonly string[];
}

export type Decision =
  /** `externalID`: to be sent with the role; absent: the namespace's own. */
  { readonly allowed: true; readonly externalID?: string } | { readonly allowed: false; readonly message: string };

const namespaceName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** STS API reference, AssumeRole: ExternalId. */
const externalIDText = /^[\w+=,.@:/-]{2,1224}$/;
const roleArn = /^arn:aws[a-z-]{0,20}:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;

/** The grants of a ConfigMap's `data`; without a ConfigMap nobody but the operator's namespace has any. */
export function parseGrants(operatorNamespace: string, data: Readonly<Record<string, unknown>> | undefined): Grants {
  const namespaces = new Map<string, Granted>();
  const problems: string[] = [];
  for (const [namespace, text] of Object.entries(data ?? {})) {
    if (!namespaceName.test(namespace))
      problems.push(`key "${namespace}": no name of a namespace; write one key for each namespace`);
    else if (typeof text !== 'string') problems.push(`key "${namespace}": its value is no text`);
    else namespaces.set(namespace, parseLines(namespace, text, problems));
  }
  return { operatorNamespace, namespaces, problems };
}

function parseLines(namespace: string, text: string, problems: string[]): Granted {
  const granted = {
    identity: false,
    roles: new Map<string, string | undefined>(),
    endpoints: new Set<string>(),
    zones: new Set<string>(),
  };
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim();
    if (words === '' || words.startsWith('#')) continue;
    const problem = takeLine(words, granted);
    if (problem) problems.push(`key "${namespace}", line ${index + 1}: ${problem}`);
  }
  return granted;
}

function takeLine(
  line: string,
  granted: { identity: boolean; roles: Map<string, string | undefined>; endpoints: Set<string>; zones: Set<string> },
): string | undefined {
  const [what, ...values] = line.split(/\s+/);
  if (what === 'role') return takeRole(values, granted.roles);
  if (values.length > 1) return 'more than one value; write one grant a line';
  const [value] = values;
  if (what === 'identity' && value === undefined) granted.identity = true;
  else if (what === 'endpoint') return takeEndpoint(value ?? '', granted.endpoints);
  else if (what === 'zone') return takeZone(value ?? '', granted.zones);
  else return 'no grant; write "identity", "role <ARN> [external-id <id>]", "endpoint <https URL>" or "zone <name>"';
  return undefined;
}

function takeRole(
  [arn = '', word, externalID, ...rest]: readonly string[],
  roles: Map<string, string | undefined>,
): string | undefined {
  if (!roleArn.test(arn)) return 'the role is no whole ARN such as arn:aws:iam::123456789012:role/backups';
  if (word !== undefined && word !== 'external-id')
    return 'more than one value; write "role <ARN>" or "role <ARN> external-id <id>"';
  if (rest.length > 0 || (word && !externalIDText.test(externalID ?? '')))
    return 'the external id is one word of 2 to 1224 letters, digits and _+=,.@:/-';
  roles.set(arn, externalID);
  return undefined;
}

function takeEndpoint(url: string, endpoints: Set<string>): string | undefined {
  const origin = originOf(url);
  if (!origin) return 'the endpoint is no URL such as https://s3.example.com';
  endpoints.add(origin);
  return undefined;
}

const zoneName = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z0-9-]{2,63}$/;

function takeZone(zone: string, zones: Set<string>): string | undefined {
  const isName = zoneName.test(zone);
  // a limit that is misspelt is a limit: no name lies in it
  zones.add(isName ? zone : '');
  return isName ? undefined : 'the zone is no name in lower case such as team-a.example.com';
}

/** Scheme, host and port in one spelling; `undefined` for what is no plain http(s) address. */
function originOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (!parsed || !['https:', 'http:'].includes(parsed.protocol) || parsed.username || parsed.password) return undefined;
  // A dot at the end of a host names the same host.
  return `${parsed.protocol}//${parsed.hostname.replace(/\.$/, '')}:${parsed.port || (parsed.protocol === 'https:' ? '443' : '80')}`;
}

/** Whether objects in `namespace` may use that. The message is for the object's owner, and says no more than that it is not granted. */
export function decide(grants: Grants, namespace: string, wanted: Wanted): Decision {
  const granted = grants.namespaces.get(namespace);
  // who writes there may write the grants, too
  if (namespace === grants.operatorNamespace) {
    const externalID = wanted.use === 'role' ? (wanted.externalID ?? granted?.roles.get(wanted.arn)) : undefined;
    return { allowed: true, ...(externalID === undefined ? {} : { externalID }) };
  }
  if (granted && isGranted(granted, wanted))
    return wanted.use === 'role' ? roleDecision(granted, namespace, wanted) : { allowed: true };
  return {
    allowed: false,
    message: `namespace "${namespace}" may not use ${words(wanted)}: ask the operator's administrator to grant it`,
  };
}

/** A tenant who could choose the external id could pass for another one at a role that both may assume. */
function roleDecision(
  granted: Granted,
  namespace: string,
  { arn, externalID: chosen }: Extract<Wanted, { use: 'role' }>,
): Decision {
  const fixed = granted.roles.get(arn);
  if (chosen !== undefined && chosen !== fixed) {
    return {
      allowed: false,
      message: `namespace "${namespace}" may not choose the external id of the role ${arn}: leave aws.assumeRole.externalID out (the operator sends the one that was granted)`,
    };
  }
  return { allowed: true, ...(fixed === undefined ? {} : { externalID: fixed }) };
}

/** Namespaces that may use more, or less, or something else than before. */
export function changedNamespaces(before: Grants, after: Grants): ReadonlySet<string> {
  const text = (granted: Granted | undefined) =>
    granted &&
    JSON.stringify([
      granted.identity,
      [...granted.roles].map(String).sort(),
      [...granted.endpoints].sort(),
      [...granted.zones].sort(),
    ]);
  const all = new Set([...before.namespaces.keys(), ...after.namespaces.keys()]);
  return new Set([...all].filter((one) => text(before.namespaces.get(one)) !== text(after.namespaces.get(one))));
}

function isGranted(granted: Granted, wanted: Wanted): boolean {
  if (wanted.use === 'identity') return granted.identity;
  if (wanted.use === 'role') return granted.roles.has(wanted.arn);
  if (wanted.use === 'endpoint') return granted.endpoints.has(originOf(wanted.url) ?? '');
  const { name } = wanted;
  return granted.zones.size === 0 || [...granted.zones].some((zone) => name === zone || name.endsWith(`.${zone}`));
}

function words(wanted: Wanted): string {
  if (wanted.use === 'identity')
    return "the operator's own cloud identity (name a Secret in aws.credentialsSecretRef instead)";
  if (wanted.use === 'name') return `the name ${wanted.name}`;
  return wanted.use === 'role' ? `the role ${wanted.arn}` : `the endpoint ${originOf(wanted.url) ?? 'given'}`;
}
