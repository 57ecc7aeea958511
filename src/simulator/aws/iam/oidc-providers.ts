// SPDX-License-Identifier: GPL-3.0-or-later
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { must, required, text, texts, type Fields } from '../protocol/model.ts';
import type { QueryOperation } from '../protocol/query.ts';
import type { Xml } from '../protocol/xml.ts';
import { accountOf } from './entities.ts';
import { onAccount } from './permission.ts';

export function providerArn(account: string, issuer: string): string {
  return `arn:aws:iam::${account}:oidc-provider/${issuer.replace(/^https:\/\//, '').replace(/\/$/, '')}`;
}

/** API_CreateOpenIDConnectProvider. The certificate's thumbprint is not looked at: there is no TLS in here. */
function create(call: Call, input: Fields): Xml {
  const account = accountOf(call);
  const url = must(input, 'Url');
  if (!url.startsWith('https://')) throw new AwsError('ValidationError', 'Invalid Open ID Connect Provider URL');
  const arn = providerArn(account.id, url);
  account.oidcProviders ??= new Map();
  if (account.oidcProviders.has(arn))
    throw new AwsError('EntityAlreadyExists', `Provider with url ${url} already exists.`, 409);
  account.oidcProviders.set(arn, texts(input, 'ClientIDList'));
  return { OpenIDConnectProviderArn: arn };
}

export const oidcOperations: Record<string, QueryOperation> = {
  CreateOpenIDConnectProvider: {
    effect: 'write',
    input: {
      Url: required(text({ min: 1, max: 255 })),
      ClientIDList: { is: 'list', max: 100, of: text({ min: 1, max: 255 }) },
      ThumbprintList: { is: 'list', max: 5, of: text({ min: 40, max: 40 }) },
    },
    authorize: onAccount('iam:CreateOpenIDConnectProvider'),
    run: create,
  },
};
