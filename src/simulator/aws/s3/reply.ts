// SPDX-License-Identifier: GPL-3.0-or-later
import type { Reply } from '../call.ts';
import { AwsError } from '../errors.ts';
import { writeXml, xmlDeclaration, type Xml } from '../protocol/xml.ts';

const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

export function xmlReply(root: string, value: Xml, headers: Record<string, string> = {}): Reply {
  const body = xmlDeclaration + writeXml(root, value, namespace);
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body };
}

export function emptyReply(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: '' };
}

/** `2026-01-05T09:00:00.000Z`, at full seconds as S3 keeps them. */
export function s3Date(at: number): string {
  return new Date(Math.floor(at / 1000) * 1000).toISOString();
}

export function httpDate(at: number): string {
  return new Date(at).toUTCString();
}

/** S3 API reference, "Error responses". */
export function malformedXml(): AwsError {
  return new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

export function invalidArgument(message: string, name: string, value: string): AwsError {
  return new AwsError('InvalidArgument', message, 400, { detail: { ArgumentName: name, ArgumentValue: value } });
}

export function notImplemented(what: string): AwsError {
  return new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', 501, {
    detail: { Header: what },
  });
}
