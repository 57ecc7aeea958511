// SPDX-License-Identifier: GPL-3.0-or-later
/** Source: ACM API reference, the pages of each operation and "Common errors". */
import { randomUuid } from '../../kernel/random.ts';
import { authorize, requestTagKeys, tagKeys } from '../authorize.ts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { listOf, rpcService, textOf, type Input } from '../protocol/rpc.ts';
import type { Tag } from '../tag.ts';
import { allSeen, allTrue, named, regionOf, save } from './held.ts';
import { standingOf, usersOf, proven } from './status.ts';
import type { Certificate } from './state.ts';
import { validationRecord } from './validation.ts';

const hour = 3_600_000;

type Context = Record<string, string | readonly string[] | undefined>;

function allow(call: Call, action: string, { resource, context }: { resource: string; context: Context }): void {
  authorize(call, { action: `acm:${action}`, resource, owner: call.principal.account, context });
}

/** The certificate asked for, once the caller may do this with it. */
function permitted(call: Call, input: Input, action: string): Certificate {
  const arn = textOf(input, 'CertificateArn') ?? '';
  const seen = allSeen(call).find((one) => one.arn === arn);
  const given = requestTagKeys(tagsIn(input));
  allow(call, action, { resource: arn, context: { ...tagKeys('aws:ResourceTag', seen?.tags ?? []), ...given } });
  return named(call, arn);
}

function at(call: Call): { account: string; region: string; now: number } {
  return { account: call.principal.account, region: call.route.region, now: call.now };
}

function tagsIn(input: Input): Tag[] {
  return listOf(input, 'Tags').map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const);
}

/** @throws {AwsError} InvalidTagException, TooManyTagsException */
function merged(present: readonly Tag[], added: readonly Tag[]): Tag[] {
  const wrong = added.find(
    ([key, value]) => key === '' || key.startsWith('aws:') || key.length > 128 || value.length > 256,
  );
  if (wrong) throw new AwsError('InvalidTagException', `The tag with the key '${wrong[0]}' is not valid.`);
  const all = new Map([...present, ...added]);
  if (all.size > 50) throw new AwsError('TooManyTagsException', 'The request contains too many tags.');
  return [...all];
}

/** API_RequestCertificate, DomainName: "Pattern". */
const domainPattern = /^(\*\.)?((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9]\.)+(?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9]$/;

function namesIn(input: Input): string[] {
  const more = input['SubjectAlternativeNames'];
  const given = [textOf(input, 'DomainName') ?? '', ...(Array.isArray(more) ? more.map(String) : [])];
  const wrong = given.find((name) => !domainPattern.test(name) || name.length > 253);
  if (wrong !== undefined)
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${wrong}' at 'domainName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${domainPattern.source}`,
    );
  const names = [...new Set(given.map((name) => name.toLowerCase()))];
  // ACM User Guide, "Quotas": ten names a certificate
  if (names.length > 10)
    throw new AwsError('LimitExceededException', 'Error: you have reached your limit of 10 domains per certificate.');
  return names;
}

/** "If you call RequestCertificate multiple times with the same idempotency token within one hour, ACM recognizes that you are requesting only one." */
function request(call: Call, input: Input): Input {
  const names = namesIn(input);
  const context = { ...requestTagKeys(tagsIn(input)), 'acm:DomainNames': names, 'acm:ValidationMethod': 'DNS' };
  allow(call, 'RequestCertificate', { resource: '*', context });
  const anyone = `arn:aws:acm:${call.route.region}:${call.principal.account}:certificate/*`;
  if (tagsIn(input).length > 0)
    allow(call, 'AddTagsToCertificate', { resource: anyone, context: requestTagKeys(tagsIn(input)) });
  const token = textOf(input, 'IdempotencyToken');
  if (token !== undefined && !/^\w{1,32}$/.test(token))
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${token}' at 'idempotencyToken' failed to satisfy constraint: Member must satisfy regular expression pattern: \\w+`,
    );
  if (textOf(input, 'ValidationMethod') !== 'DNS')
    throw new AwsError('InvalidParameterException', 'Only validation by DNS is simulated.');
  const tags = merged([], tagsIn(input));
  const held = allTrue(regionOf(call));
  const before = held.find((one) => token !== undefined && one.token === token && call.now < one.createdAt + hour);
  if (before) return { CertificateArn: before.arn };
  const most = call.world.state.accounts.get(call.principal.account)?.quotas.certificates;
  if (most !== undefined && held.length >= most)
    throw new AwsError('LimitExceededException', `Error: you have reached your limit of ${most} certificates.`);
  const arn = anyone.replace('*', randomUuid(call.world.state.random));
  save(call, arn, { arn, names, createdAt: call.now, tags, ...(token === undefined ? {} : { token }) });
  return { CertificateArn: arn };
}

/** The records show a while after the request. */
function validations(call: Call, { names, createdAt }: Certificate, timedOut: boolean): Input[] {
  const shown = call.now >= createdAt + call.world.acmTimes.resourceRecord;
  return names.map((name) => {
    const record = validationRecord(call.principal.account, name);
    const pending = timedOut ? 'FAILED' : 'PENDING_VALIDATION';
    return {
      DomainName: name,
      ValidationDomain: name,
      ValidationMethod: 'DNS',
      ValidationStatus: proven(call.world, at(call), name) ? 'SUCCESS' : pending,
      ...(shown ? { ResourceRecord: { Name: record.name, Type: 'CNAME', Value: record.value } } : {}),
    };
  });
}

function describe(call: Call, input: Input): Input {
  const certificate = permitted(call, input, 'DescribeCertificate');
  const { arn, names, createdAt } = certificate;
  const { status, issuedAt, notAfter } = standingOf(call.world, at(call), certificate);
  return {
    Certificate: {
      CertificateArn: arn,
      DomainName: names[0],
      SubjectAlternativeNames: [...names],
      DomainValidationOptions: validations(call, certificate, status === 'VALIDATION_TIMED_OUT'),
      Status: status,
      Type: 'AMAZON_ISSUED',
      KeyAlgorithm: 'RSA-2048',
      CreatedAt: new Date(createdAt),
      ...(issuedAt === undefined ? {} : { IssuedAt: new Date(issuedAt), NotBefore: new Date(issuedAt) }),
      ...(notAfter === undefined ? {} : { NotAfter: new Date(notAfter) }),
      InUseBy: usersOf(call.world, at(call), arn).filter((user) => user !== arn),
      RenewalEligibility: usersOf(call.world, at(call), arn).length > 0 ? 'ELIGIBLE' : 'INELIGIBLE',
    },
  };
}

function list(call: Call, input: Input): Input {
  allow(call, 'ListCertificates', { resource: '*', context: {} });
  const statuses = Array.isArray(input['CertificateStatuses']) ? input['CertificateStatuses'].map(String) : [];
  const from = Number(Buffer.from(textOf(input, 'NextToken') ?? '', 'base64').toString() || 0);
  if (!Number.isInteger(from)) throw new AwsError('InvalidArgsException', 'The next token is not valid.');
  const shown = allSeen(call)
    .map((one) => ({ one, standing: standingOf(call.world, at(call), one) }))
    .filter(({ standing }) => statuses.length === 0 || statuses.includes(standing.status));
  const end = from + Number(input['MaxItems'] ?? 1000);
  return {
    CertificateSummaryList: shown.slice(from, end).map(({ one, standing }) => ({
      CertificateArn: one.arn,
      DomainName: one.names[0],
      SubjectAlternativeNameSummaries: [...one.names],
      Status: standing.status,
      Type: 'AMAZON_ISSUED',
      KeyAlgorithm: 'RSA-2048',
      CreatedAt: new Date(one.createdAt),
    })),
    ...(end < shown.length ? { NextToken: Buffer.from(String(end)).toString('base64') } : {}),
  };
}

/** "Cannot be deleted while it is used by another AWS service". */
function remove(call: Call, input: Input): Input {
  const { arn } = permitted(call, input, 'DeleteCertificate');
  if (usersOf(call.world, at(call), arn).length > 0)
    throw new AwsError('ResourceInUseException', `Certificate ${arn} in account ${call.principal.account} is in use.`);
  save(call, arn, undefined);
  return {};
}

function addTags(call: Call, input: Input): Input {
  const certificate = permitted(call, input, 'AddTagsToCertificate');
  save(call, certificate.arn, { ...certificate, tags: merged(certificate.tags, tagsIn(input)) });
  return {};
}

/** A tag with a value goes only if it has that value. */
function removeTags(call: Call, input: Input): Input {
  const certificate = permitted(call, input, 'RemoveTagsFromCertificate');
  const gone = listOf(input, 'Tags');
  const goes = ([key, value]: Tag): boolean =>
    gone.some((tag) => textOf(tag, 'Key') === key && [undefined, value].includes(textOf(tag, 'Value')));
  save(call, certificate.arn, { ...certificate, tags: certificate.tags.filter((tag) => !goes(tag)) });
  return {};
}

export const acm = rpcService({
  name: 'acm',
  target: 'CertificateManager',
  jsonVersion: '1.1',
  namespace: 'com.amazonaws.acm',
  codes: {
    AccessDenied: ['AccessDeniedException', 400],
    InvalidClientTokenId: ['UnrecognizedClientException', 400],
    SignatureDoesNotMatch: ['InvalidSignatureException', 400],
    MissingAuthenticationToken: ['MissingAuthenticationTokenException', 400],
    IncompleteSignature: ['IncompleteSignatureException', 400],
    ExpiredToken: ['ExpiredTokenException', 400],
  },
  operations: {
    RequestCertificate: { effect: 'write', run: request },
    DescribeCertificate: { effect: 'read', run: describe },
    ListCertificates: { effect: 'read', run: list },
    DeleteCertificate: { effect: 'write', run: remove },
    AddTagsToCertificate: { effect: 'write', run: addTags },
    RemoveTagsFromCertificate: { effect: 'write', run: removeTags },
    ListTagsForCertificate: {
      effect: 'read',
      run: (call, input) => ({
        Tags: permitted(call, input, 'ListTagsForCertificate').tags.map(([Key, Value]) => ({ Key, Value })),
      }),
    },
  },
});
