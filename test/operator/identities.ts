// SPDX-License-Identifier: GPL-3.0-or-later
/** Roles of simulated accounts and the ways to them: a cluster's tokens, EKS Pod Identity, other roles. */
import { write } from '../../src/clouds/aws/request.ts';
import { namespace, type Worlds } from './worlds.ts';
import { accountID, rootOf } from './bad-days/hands.ts';

const version = '2012-10-17';
export const issuer = 'https://oidc.eks.ap-northeast-2.amazonaws.com/id/EXAMPLE';
export const subject = `system:serviceaccount:${namespace}:hybrid-cloud-operator`;

export function policy(...Statement: object[]): string {
  return JSON.stringify({ Version: version, Statement });
}

export const roleArn = (name: string, account = accountID) => `arn:aws:iam::${account}:role/${name}`;

export const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' });

export const byToken = policy({
  Effect: 'Allow',
  Principal: { Federated: `arn:aws:iam::${accountID}:oidc-provider/${issuer.slice(8)}` },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { [`${issuer.slice(8)}:sub`]: subject, [`${issuer.slice(8)}:aud`]: 'sts.amazonaws.com' } },
});

export const byPod = policy({
  Effect: 'Allow',
  Principal: { Service: 'pods.eks.amazonaws.com' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
});

export const byRole = (arn: string, externalID?: string) =>
  policy({
    Effect: 'Allow',
    Principal: { AWS: arn },
    Action: 'sts:AssumeRole',
    ...(externalID === undefined ? {} : { Condition: { StringEquals: { 'sts:ExternalId': externalID } } }),
  });

interface Role {
  readonly name: string;
  readonly trust: string;
  readonly may?: string;
  readonly account?: string;
}

export async function makeRole(
  world: Worlds,
  { name, trust, may = everything, account = accountID }: Role,
): Promise<string> {
  world.aws.account(account);
  const root = rootOf(world, account);
  await root.send(write('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: trust }));
  await root.send(write('iam', 'PutRolePolicy', { RoleName: name, PolicyName: 'all', PolicyDocument: may }));
  return roleArn(name, account);
}

export async function trustCluster(world: Worlds): Promise<void> {
  await rootOf(world).send(
    write('iam', 'CreateOpenIDConnectProvider', { Url: issuer, ClientIDList: ['sts.amazonaws.com'] }),
  );
}

/** The file of a Pod's projected token, which the kubelet rotates. Not on a disk: reading that would take real time. */
export interface TokenFile {
  readonly readText: (path: string) => Promise<string>;
  write(token: string): void;
}

const tokenPath = '/var/run/secrets/token';

export function tokenFile(): TokenFile {
  let text: string | undefined;
  return {
    readText: (path) =>
      path === tokenPath && text !== undefined ? Promise.resolve(text) : Promise.reject(new Error('ENOENT')),
    write(token) {
      text = `${token}\n`;
    },
  };
}

/** What an operator is started with. */
export const irsa = (role: string, { readText }: TokenFile) => ({
  readText,
  env: { AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: tokenPath, AWS_REGION: 'ap-northeast-2' },
});

export const podIdentity = ({ readText }: TokenFile) => ({
  readText,
  env: {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenPath,
  },
});
