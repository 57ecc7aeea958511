// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What namespaces may use of the operator's own: its cloud identity, roles that it may assume, endpoints that it may call. An
 * administrator writes them into a ConfigMap in the operator's namespace, one key per namespace, one grant a line:
 *
 *     team-a: |
 *       identity
 *       role arn:aws:iam::123456789012:role/backups
 *       endpoint https://s3.example.com
 *
 * Nothing is granted to anybody else; the operator's own namespace may use everything. Annotations and fields that a tenant can edit
 * never grant anything (the confused deputy of CVE-2026-39961). A line that is not understood grants nothing and is reported.
 */
export type Wanted =
  | { readonly use: 'identity' }
  | { readonly use: 'role'; readonly arn: string }
  | { readonly use: 'endpoint'; readonly url: string };

interface Granted {
  readonly identity: boolean;
  readonly roles: ReadonlySet<string>;
  readonly endpoints: ReadonlySet<string>;
}

export interface Grants {
  readonly operatorNamespace: string;
  readonly namespaces: ReadonlyMap<string, Granted>;
  /** One sentence for each line that was not understood, for logs and the administrator. */
  readonly problems: readonly string[];
}

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly message: string };

const namespaceName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
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
  const granted = { identity: false, roles: new Set<string>(), endpoints: new Set<string>() };
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim();
    if (words === '' || words.startsWith('#')) continue;
    const problem = takeLine(words, granted);
    if (problem) problems.push(`key "${namespace}", line ${index + 1}: ${problem}`);
  }
  return granted;
}

function takeLine(
  words: string,
  granted: { identity: boolean; roles: Set<string>; endpoints: Set<string> },
): string | undefined {
  const [what, value, ...rest] = words.split(/\s+/);
  if (rest.length > 0) return 'more than one value; write one grant a line';
  if (what === 'identity' && value === undefined) granted.identity = true;
  else if (what === 'role') return takeRole(value ?? '', granted.roles);
  else if (what === 'endpoint') return takeEndpoint(value ?? '', granted.endpoints);
  else return 'no grant; write "identity", "role <ARN>" or "endpoint <https URL>"';
  return undefined;
}

function takeRole(arn: string, roles: Set<string>): string | undefined {
  if (!roleArn.test(arn)) return 'the role is no whole ARN such as arn:aws:iam::123456789012:role/backups';
  roles.add(arn);
  return undefined;
}

function takeEndpoint(url: string, endpoints: Set<string>): string | undefined {
  const origin = originOf(url);
  if (!origin) return 'the endpoint is no URL such as https://s3.example.com';
  endpoints.add(origin);
  return undefined;
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
  if (namespace === grants.operatorNamespace) return { allowed: true };
  const granted = grants.namespaces.get(namespace);
  if (granted && isGranted(granted, wanted)) return { allowed: true };
  return {
    allowed: false,
    message: `namespace "${namespace}" may not use ${words(wanted)}: ask the operator's administrator to grant it`,
  };
}

function isGranted(granted: Granted, wanted: Wanted): boolean {
  if (wanted.use === 'identity') return granted.identity;
  if (wanted.use === 'role') return granted.roles.has(wanted.arn);
  return granted.endpoints.has(originOf(wanted.url) ?? '');
}

function words(wanted: Wanted): string {
  if (wanted.use === 'identity')
    return "the operator's own cloud identity (name a Secret in aws.credentialsSecretRef instead)";
  return wanted.use === 'role' ? `the role ${wanted.arn}` : `the endpoint ${originOf(wanted.url) ?? 'given'}`;
}
