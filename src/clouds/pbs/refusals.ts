// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What Proxmox Backup Server means by an error: 400 for nearly everything, with the text as the whole body, whatever the content type says
 * (proxmox-rest-server, formatter.rs and rest.rs).
 */
import { Failure } from '../../core/failure.ts';
import { oneLine } from '../../core/one-line.ts';
import type { HttpsAnswer } from '../https/answer.ts';
import { failureOf } from '../https/failures.ts';

export function saidBy({ text }: HttpsAnswer): string {
  return oneLine(text.trim()).slice(0, 300);
}

/** 404 for some, 400 for most: `no such s3-endpoint 'x'`, `datastore 'x' does not exist.` */
export function isMissing(answer: HttpsAnswer): boolean {
  if (answer.status === 404) return true;
  return answer.status === 400 && /\bno such\b|does not exist/i.test(saidBy(answer));
}

const cures = {
  unauthorized: 'Put tokenID (user@realm!name) and secret of a living API token into its Secret',
  forbidden: 'Grant it to the token: Configuration > Access Control > Permissions',
};

interface Meaning {
  readonly pattern: RegExp;
  readonly class: 'Transient' | 'Denied';
  readonly reason: string;
  readonly words: string;
}

const meanings: readonly Meaning[] = [
  { pattern: /already exists/i, class: 'Transient', reason: 'AlreadyThere', words: 'already has it' },
  // of a digest that is no longer that of the file
  {
    pattern: /detected modified configuration/i,
    class: 'Transient',
    reason: 'Conflict',
    words: 'was changed meanwhile',
  },
  // of a lock that another task or request holds
  {
    pattern: /unable to (acquire|obtain|open).*lock|timed out waiting|currently in use|maintenance mode|try again/i,
    class: 'Transient',
    reason: 'Locked',
    words: 'has it locked for somebody else',
  },
  // proxmox-s3-client: what the bucket answered to the server
  {
    pattern:
      /failed to access bucket|(head|put|get|delete) object failed|bucket does not exist or no permission|s3 (client|request).*(failed|error)|signaturedoesnotmatch|accessdenied|invalidaccesskeyid/i,
    class: 'Denied',
    reason: 'BucketRefused',
    words: 'is refused by its bucket',
  },
];

/** What was asked is wrong, and stays so (proxmox-schema, ParameterError). */
const wrong = /parameter verification/i;

export function refusal(answer: HttpsAnswer, who: string, action: string): Failure {
  const said = saidBy(answer);
  const meaning = answer.status === 400 ? meanings.find(({ pattern }) => pattern.test(said)) : undefined;
  // any other trouble is a 400, too: a file that cannot be opened, a disk that is full; it may pass, and may have come after the effect
  if (!meaning && answer.status === 400 && !wrong.test(said))
    return new Failure({
      class: 'Transient',
      reason: 'ServiceError',
      message: `${who} answers ${action} with 400: ${said}`,
    });
  if (!meaning) return failureOf(answer, { who, action, cures, said });
  return new Failure({
    class: meaning.class,
    reason: meaning.reason,
    message: `${who} ${meaning.words}, ${action}: ${said}`,
    applied: 'no',
  });
}
