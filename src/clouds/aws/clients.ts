// SPDX-License-Identifier: GPL-3.0-or-later
/** SDK clients, loaded when first needed: importing them costs memory and start-up time (docs/adr). */
import { wireHandler, type SendOptions } from './handler.ts';
import type { AwsRequest, Service } from './request.ts';
import type { Wire } from '../../wire/call.ts';

export interface Credentials {
  readonly accessKeyID: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Credentials that are renewed from time to time. `fresh`: the ones that were given last were refused. */
export type Renewing = (need?: { readonly fresh: boolean }) => Promise<Credentials>;

/** Any SDK client: it takes a command and answers with its output. */
export interface SdkClient {
  /** `systemClockOffset`: what the SDK adds to the machine's time before it signs; it corrects this itself from answers. */
  readonly config: { systemClockOffset: number };
  send(command: never, options?: SendOptions): Promise<unknown>;
}

/** Makes an SDK command from the name of its operation. */
export type CommandFactory = (action: string, input: AwsRequest['input']) => never;

interface Sdk {
  readonly client: new (config: object) => SdkClient;
  readonly command: CommandFactory;
}

function commandsOf(service: string, module: Readonly<Record<string, unknown>>): CommandFactory {
  return (action, input) => {
    const Command = module[`${action}Command`] as (new (input: object) => never) | undefined;
    if (!Command) throw new Error(`the SDK of ${service} has no ${action}`);
    return new Command({ ...input });
  };
}

const loaders: Readonly<Record<Service, () => Promise<Sdk>>> = {
  s3: async () => {
    const module = await import('@aws-sdk/client-s3');
    return { client: module.S3Client as unknown as Sdk['client'], command: commandsOf('s3', module) };
  },
  iam: async () => {
    const module = await import('@aws-sdk/client-iam');
    return { client: module.IAMClient as unknown as Sdk['client'], command: commandsOf('iam', module) };
  },
  sts: async () => {
    const module = await import('@aws-sdk/client-sts');
    return { client: module.STSClient as unknown as Sdk['client'], command: commandsOf('sts', module) };
  },
  ec2: async () => {
    const module = await import('@aws-sdk/client-ec2');
    return { client: module.EC2Client as unknown as Sdk['client'], command: commandsOf('ec2', module) };
  },
  route53: async () => {
    const module = await import('@aws-sdk/client-route-53');
    return { client: module.Route53Client as unknown as Sdk['client'], command: commandsOf('route53', module) };
  },
  elasticloadbalancing: async () => {
    const module = await import('@aws-sdk/client-elastic-load-balancing-v2');
    return {
      client: module.ElasticLoadBalancingV2Client as unknown as Sdk['client'],
      command: commandsOf('elasticloadbalancing', module),
    };
  },
  acm: async () => {
    const module = await import('@aws-sdk/client-acm');
    return { client: module.ACMClient as unknown as Sdk['client'], command: commandsOf('acm', module) };
  },
  cloudwatch: async () => {
    const module = await import('@aws-sdk/client-cloudwatch');
    return { client: module.CloudWatchClient as unknown as Sdk['client'], command: commandsOf('cloudwatch', module) };
  },
};

const loaded = new Map<Service, Promise<Sdk>>();

function sdk(service: Service): Promise<Sdk> {
  let module = loaded.get(service);
  if (!module) {
    module = loaders[service]();
    loaded.set(service, module);
  }
  return module;
}

/** Loads clients ahead of their first call. */
export async function load(services: readonly Service[]): Promise<void> {
  for (const service of services) await sdk(service);
}

export interface ClientConfig {
  readonly wire: Wire;
  readonly region: string;
  readonly credentials: Renewing | Credentials;
  /** Another address than AWS's own, for simulated worlds and other S3 stores; implies path-style bucket addresses. */
  readonly endpoint?: string;
}

function toSdk(credentials: Credentials) {
  const { accessKeyID, secretAccessKey, sessionToken } = credentials;
  return { accessKeyId: accessKeyID, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/**
 * Everything that the SDK would otherwise look for in the environment and in ~/.aws: what the operator does depends on its own
 * configuration alone. The values are the SDK's own defaults.
 */
const settled = {
  defaultsMode: 'standard',
  disableClockSkewCorrection: false,
  retryMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  authSchemePreference: [],
  // a function: a plain undefined means to the SDK "look for it", and where the user has no home that fails
  userAgentAppId: () => Promise.resolve(undefined),
  sigv4aSigningRegionSet: () => Promise.resolve(undefined),
  requestChecksumCalculation: 'WHEN_SUPPORTED',
  responseChecksumValidation: 'WHEN_SUPPORTED',
  disableS3ExpressSessionAuth: true,
  useArnRegion: false,
  // neither AWS_ENDPOINT_URL nor a file leads a call, signed with our credentials, elsewhere
  ignoreConfiguredEndpointUrls: true,
  // The queue is the retry. A lost answer to CreateAccessKey, sent again by a library, uses up both key slots.
  maxAttempts: 1,
} as const;

export async function makeClient(
  service: Service,
  config: ClientConfig,
): Promise<{ client: SdkClient; command: CommandFactory }> {
  const { client: Client, command } = await sdk(service);
  const { credentials, endpoint, region } = config;
  const client = new Client({
    region,
    // without an end the SDK would keep the first answer for ever; with one that is over it asks at every call, and we know when to renew
    credentials:
      typeof credentials === 'function'
        ? async () => ({ ...toSdk(await credentials()), expiration: new Date(0) })
        : toSdk(credentials),
    requestHandler: wireHandler(config.wire),
    ...settled,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
  return { client, command };
}
