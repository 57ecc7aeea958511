// SPDX-License-Identifier: GPL-3.0-or-later
/** Where the recorded server (core 1.20, CRD server 1.36) and the simulator may differ, and why. */
import type { Answered, Json } from '../exchange.ts';

interface OfAnswers {
  /** On the request line. */
  readonly request: RegExp;
  readonly reason: string;
  readonly level: (body: Json) => Json;
}

function without(body: Json, key: string): Json {
  if (Array.isArray(body)) return body.map((item) => without(item, key));
  if (typeof body !== 'object' || body === null) return body;
  const entries = Object.entries(body).filter(([name]) => name !== key);
  return Object.fromEntries(entries.map(([name, value]) => [name, without(value, key)]));
}

const owners = (body: Json): Json => without(body, 'managedFields');

function isAboutItself(rule: Json): boolean {
  return JSON.stringify(rule).includes('"selfsubjectreviews"');
}

const answers: readonly OfAnswers[] = [
  {
    request: /customresourcedefinitions/,
    reason: "The API server's own controllers own the status under the name of its binary.",
    level: owners,
  },
  {
    request: /rolebindings|\/events/,
    reason:
      'Core 1.20 counts owners of the single fields of a roleRef and an involvedObject; later servers, and the simulator, of the whole.',
    level: owners,
  },
  {
    request: /accessreviews/,
    reason: 'Reviews are not stored; the simulator does not count owners of their fields.',
    level: owners,
  },
  {
    request: /selfsubjectrulesreviews/,
    reason: 'selfsubjectreviews are younger than the recorded core (1.28).',
    level: (body) => {
      const { status, ...rest } = body as { status: { resourceRules: Json[] } };
      const rules = status.resourceRules.filter((rule) => !isAboutItself(rule));
      return { ...rest, status: { ...status, resourceRules: rules } };
    },
  },
  {
    request: /configmaps\/.*fieldManager=/,
    reason: 'Core 1.20 writes a time for an apply that changes nothing; later servers, and the simulator, do not.',
    level: (body) => without(body, 'time'),
  },
];

/** Requests for what the recorded server does not have, or has in an older version. */
const unlike: readonly { readonly request: RegExp; readonly reason: string }[] = [
  { request: /\/selfsubjectreviews/, reason: 'selfsubjectreviews are younger than the recorded core (1.28).' },
  {
    request: /horizontalpodautoscalers|cronjobs/,
    reason: 'The recorded core has them in older versions only (autoscaling/v1, batch/v1beta1).',
  },
];

export function isUnlike(request: string): boolean {
  return unlike.some((one) => one.request.test(request));
}

export function levelledAnswer(request: string, answer: Answered): Answered {
  return answers
    .filter((one) => one.request.test(request))
    .reduce((at, { level }) => ({ ...at, body: level(at.body) }), answer);
}

interface OfPrint {
  /** On the command. */
  readonly run: RegExp;
  readonly reason: string;
  /** Absent: what is printed is not compared. */
  readonly level?: (text: string) => string;
}

function sortedLines(text: string): string {
  return text.split('\n').sort().join('\n');
}

const prints: readonly OfPrint[] = [
  {
    run: /^kubectl (api-resources$|api-versions|version)/,
    reason: 'The simulator serves fewer kinds, as version 1.32.',
  },
  { run: /whoami/, reason: 'selfsubjectreviews are younger than the recorded core (1.28).' },
  {
    run: /can-i --list/,
    reason: 'selfsubjectreviews are younger than the recorded core (1.28).',
    level: (text) => text.replaceAll(/^selfsubjectreviews.*\n/gm, ''),
  },
  {
    run: /explain wd( --api-version.*)?$/,
    reason: 'What the fields of all objects are for is told in other words.',
    level: (text) => text.replaceAll(/^ {4}.*\n/gm, ''),
  },
  { run: /invalid\.json/, reason: 'The API server walks Go maps: causes come in any order.', level: sortedLines },
  {
    run: /--raw \/apis/,
    reason: 'JSON is written in any order.',
    level: (text) =>
      text
        .split(/[,{}[\]]+/)
        .sort()
        .join(' '),
  },
  {
    run: /settings -o yaml --show-managed-fields/,
    reason: 'Core 1.20 writes a time for an apply that changes nothing, and orders by it.',
    level: (text) => sortedLines(text).replaceAll(/ *time: .*\n/g, ''),
  },
];

/** What is left to compare of what a command printed; `undefined`: nothing. */
export function levelledPrint(run: string, text: string): string | undefined {
  return prints
    .filter((one) => one.run.test(run))
    .reduce<string | undefined>((at, { level }) => (at === undefined ? undefined : level?.(at)), text);
}
