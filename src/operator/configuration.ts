// SPDX-License-Identifier: GPL-3.0-or-later
/** The operator's settings: flags, then environment variables, then defaults. docs/configuration.md describes each. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { prefixesIn } from '../wire/forbidden-places.ts';
import { logLevels } from './log.ts';

const dnsName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'it is no Kubernetes name: lower case letters, digits and hyphens');
const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `give a whole number from ${least} to ${most}`)
    .transform(Number)
    .pipe(z.number().min(least, `give at least ${least}`).max(most, `give at most ${most}`));
const address = z.url({ protocol: /^https?$/, error: 'give an http or https URL such as http://127.0.0.1:4566' });
const policy = z
  .string()
  .regex(
    /^([!-.0-~]{1,128}\/){0,4}[\w+=,.@-]{1,128}$/,
    'give path and name of an IAM policy without a slash at the front, such as hybridcloud/backup-user',
  );
const prefixes = z.string().transform((text, context): readonly string[] => {
  try {
    return prefixesIn(text);
  } catch (error) {
    context.addIssue({
      code: 'custom',
      message: `${(error as Error).message}: give prefixes with commas between them`,
    });
    return z.NEVER;
  }
});
const given = z.string().min(1, 'it is empty: give a value or leave it out');

interface Setting<T> {
  readonly flag: string;
  readonly env: string;
  readonly schema: z.ZodType<T, string>;
  readonly fallback?: string;
}

function setting<T>(name: string, schema: z.ZodType<T, string>, fallback?: string): Setting<T> {
  const env = `HYBRID_${name.replaceAll('-', '_').toUpperCase()}`;
  return { flag: name, env, schema, ...(fallback === undefined ? {} : { fallback }) };
}

export const settings = {
  namespace: setting('namespace', dnsName, 'hybrid-cloud-operator'),
  leaseName: setting('lease-name', dnsName, 'hybrid-cloud-operator'),
  leaseSeconds: setting('lease-seconds', whole(3, 3600), '15'),
  grants: setting('grants', dnsName, 'hybrid-cloud-operator-grants'),
  workers: setting('workers', whole(1, 1024), '64'),
  driftSeconds: setting('drift-seconds', whole(30, 86_400), '600'),
  logLevel: setting('log-level', z.enum(logLevels, `give one of ${logLevels.join(', ')}`), 'info'),
  httpAddress: setting('http-address', given, '0.0.0.0'),
  httpPort: setting('http-port', whole(0, 65_535), '8080'),
  awsEndpoint: setting('aws-endpoint', address),
  prices: setting('prices', given),
  bucketQuota: setting('bucket-quota', whole(1, 1_000_000), '10000'),
  vpnGatewayQuota: setting('vpn-gateway-quota', whole(1, 100_000), '5'),
  customerGatewayQuota: setting('customer-gateway-quota', whole(1, 100_000), '50'),
  vpnConnectionQuota: setting('vpn-connection-quota', whole(1, 100_000), '50'),
  clusterNetworks: setting('cluster-networks', prefixes, ''),
  permissionsBoundary: setting('permissions-boundary', policy),
  kubeconfig: setting('kubeconfig', given),
  context: setting('context', given),
} as const;

type Settings = typeof settings;
type Value<S> = S extends Setting<infer T> ? T : never;
type Optional = 'awsEndpoint' | 'prices' | 'permissionsBoundary' | 'kubeconfig' | 'context';

export type Configuration = {
  readonly [Name in Exclude<keyof Settings, Optional>]: Value<Settings[Name]>;
} & {
  readonly [Name in Optional]?: Value<Settings[Name]>;
};

/** Something that the person who started the program can mend; the message is one line and says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError naming the flag or variable, what is wrong and what to give. */
export function readConfiguration(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Configuration {
  const flags = flagsIn(argv);
  const values: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(settings) as [string, Setting<unknown>][]) {
    const flag = flags[one.flag];
    const text = flag ?? env[one.env] ?? one.fallback;
    if (text === undefined) continue;
    const parsed = one.schema.safeParse(text);
    if (!parsed.success) {
      const where = flag === undefined ? one.env : `--${one.flag}`;
      throw new UsageError(`${where} is "${shown(text)}": ${parsed.error.issues[0]?.message ?? 'not understood'}`);
    }
    values[name] = parsed.data;
  }
  return values as unknown as Configuration;
}

/** Settings that look like ours and are none: a typo that would else go unnoticed. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = new Set<string>(Object.values(settings).map((one) => one.env));
  return Object.keys(env).filter((name) => name.startsWith('HYBRID_') && !known.has(name));
}

function flagsIn(argv: readonly string[]): Readonly<Record<string, string | undefined>> {
  const options = Object.fromEntries(Object.values(settings).map((one) => [one.flag, { type: 'string' as const }]));
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const [first = 'not understood'] = (error instanceof Error ? error.message : String(error)).split(/\n|\. /);
    throw new UsageError(`${first}; "run --help" lists the flags`);
  }
}

function shown(text: string): string {
  // oxlint-disable-next-line no-control-regex -- it goes to a terminal
  return text.replace(/[\u0000-\u001f\u007f]/g, ' ').slice(0, 80);
}
