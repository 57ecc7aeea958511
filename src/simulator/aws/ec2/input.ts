// SPDX-License-Identifier: GPL-3.0-or-later
/** What operations take, under the names that are sent, and the refusals of what does not fit. */
import { AwsError } from '../errors.ts';
import {
  required,
  text,
  whole,
  type Fields,
  type List,
  type Members,
  type Shape,
  type Value,
} from '../protocol/model.ts';

const tag = { is: 'structure', members: { Key: required(text()), Value: text() } } as const;
export const tags: List = { is: 'list', of: tag };
export const texts: List = { is: 'list', of: text() };
export const flag: Shape = { is: 'flag' };
export const tagSpecifications: List = {
  is: 'list',
  of: { is: 'structure', members: { ResourceType: text(), Tag: tags } },
};
export const filters: List = { is: 'list', of: { is: 'structure', members: { Name: required(text()), Value: texts } } };
export const paging = { MaxResults: whole(5, 1000), NextToken: text() };

/** @throws {AwsError} MissingParameter, InvalidParameterValue (EC2 API reference, "Common client error codes"). */
export function checkInput(fields: Fields, members: Members, at = ''): void {
  for (const [name, shape] of Object.entries(members)) {
    const value = fields[name];
    const path = `${at}${name}`;
    if (value !== undefined && value !== '') check(value, shape, path);
    else if (shape.required) throw new AwsError('MissingParameter', `The request must contain the parameter ${path}`);
  }
}

function check(value: Value, shape: Shape, path: string): void {
  if (shape.is === 'structure') return checkInput(value as Fields, shape.members, `${path}.`);
  if (shape.is === 'list')
    return (value as readonly Value[]).forEach((item, i) => check(item, shape.of, `${path}.${i + 1}`));
  const problem = problemOf(value as string, shape);
  if (problem !== undefined) throw invalid(path, value as string, problem);
}

function problemOf(given: string, shape: Exclude<Shape, { is: 'list' | 'structure' }>): string | undefined {
  if (shape.is === 'flag') return given === 'true' || given === 'false' ? undefined : 'It must be true or false.';
  if (shape.is === 'text') return textProblem(given, shape);
  const { min = -Infinity, max = Infinity } = shape;
  const fits = /^-?\d+$/.test(given) && Number(given) >= min && Number(given) <= max;
  return fits ? undefined : `It must be a whole number from ${min} to ${max}.`;
}

function textProblem(given: string, { max, oneOf, pattern }: Extract<Shape, { is: 'text' }>): string | undefined {
  if (max !== undefined && given.length > max) return `It must have at most ${max} characters.`;
  if (oneOf && !oneOf.includes(given)) return `It must be one of ${oneOf.join(', ')}.`;
  return pattern && !pattern.test(given) ? `It must match ${pattern.source}.` : undefined;
}

/** `Value (x) for parameter y is invalid. …` */
export function invalid(parameter: string, value: string, why: string): AwsError {
  return new AwsError('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid. ${why}`);
}

/** A key may be named in a refusal, never its value. */
export function invalidSecret(parameter: string, why: string): AwsError {
  return new AwsError('InvalidParameterValue', `The value for parameter ${parameter} is invalid. ${why}`);
}
